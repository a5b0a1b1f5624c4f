public import NIOCore

/// Why an upstream's answer is not an answer.
public struct UpstreamFault: Error, Sendable, Equatable {
    /// What the fault says about the upstream.
    public enum Kind: String, Sendable, CaseIterable {
        /// It has more work than it takes, or the account has used up its rate: another one may serve, and this one is
        /// not broken.
        case saturated
        /// It does not have the tag: what is known about it is stale.
        case missingTag
        /// The request itself is at fault; no other upstream would answer otherwise.
        case client
        /// The prompt is longer than the model's context; another model may take it.
        case contextWindow
        /// The provider's filter refused the prompt; another model may answer.
        case contentPolicy
        /// The account is refused: wrong key, no credit, no access to this model. Ours to mend, not the client's.
        case unauthorised
        /// It failed.
        case server
        /// The answer began and did not end.
        case incomplete
        /// The answer is not what this dialect says.
        case malformed
    }

    /// What the fault says about the upstream.
    public let kind: Kind
    /// The upstream's HTTP status: 200 for a fault inside an answer that began well.
    public let status: Int
    /// The upstream's own words where it gave any, else ours. May hold a piece of the upstream's output, never of the
    /// prompt's.
    public let message: String

    /// Another server has answered in the upstream's place, such as a proxy before it.
    public let isFromBefore: Bool

    /// - Parameters:
    ///   - kind: what it says about the upstream.
    ///   - status: the upstream's HTTP status.
    ///   - message: one sentence.
    ///   - isFromBefore: another server has answered in its place.
    public init(kind: Kind, status: Int, message: String, isFromBefore: Bool = false) {
        self.isFromBefore = isFromBefore
        self.kind = kind
        self.status = status
        self.message = message
    }

    /// The answer's body ended before the answer did.
    static let cutAnswer = UpstreamFault(
        kind: .incomplete, status: 200, message: "the instance's answer stopped before it was done")

    /// The fault of an answer with status 200 that begins as a web page does, such as one that asks to log in; nil for
    /// the beginning of any other.
    public static func page(in start: ByteBuffer) -> UpstreamFault? {
        // No dialect's answer begins with one of these, white space apart, which is rare enough to be looked behind.
        guard let first = start.getInteger(at: start.readerIndex, as: UInt8.self),
            first == UInt8(ascii: "<") || first == 0xEF || (0x09...0x20).contains(first)
        else { return nil }
        return readPage(start)
    }

    private static func readPage(_ start: ByteBuffer) -> UpstreamFault? {
        start.withUnsafeReadableBytes { WebPage($0) }.map {
            UpstreamFault(kind: .malformed, status: 200, message: "answered 200 with \($0.words)", isFromBefore: true)
        }
    }

    /// Reads an answer whose status is not 200.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - saysWhenToRetry: whether it has a `Retry-After`.
    ///   - body: the whole body; may be empty or no JSON.
    ///   - target: where it came from.
    public static func classify(
        status: Int, saysWhenToRetry: Bool, body: ByteBuffer, target: UpstreamTarget
    ) -> UpstreamFault {
        let page = body.withUnsafeReadableBytes { WebPage($0) }
        // A page has no words for a client; its text could also be taken for words of the upstream's.
        let fault = type(of: target.back).classify(
            status: status, saysWhenToRetry: saysWhenToRetry, body: page == nil ? body : ByteBuffer())
        return page.map { UpstreamFault(kind: fault.kind, status: status, message: $0.words, isFromBefore: true) }
            ?? UpstreamFault(
                kind: fault.kind, status: status, message: fault.message,
                isFromBefore: fault.kind == .client && target.isLocal && status == 413)
    }
}
