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
        /// Its model has written a call that it could not read: it is well, and another try may go better.
        case unreadCall
        /// It failed.
        case server
        /// The answer began and did not end.
        case incomplete
        /// The answer is not what this dialect says.
        case malformed
    }

    /// What the fault says about the upstream.
    public internal(set) var kind: Kind
    /// Seconds after which the body says to come back; nil where it does not say.
    public internal(set) var retryAfter: Int?
    /// The upstream's HTTP status: 200 for a fault inside an answer that began well.
    public let status: Int
    /// The upstream's own words where it gave any, else ours. May hold a piece of the upstream's output, never of the
    /// prompt's.
    public let message: String
    /// It calls the request at fault, and yet the instance may be: a proxy before it, an older release, another build of the
    /// tag. Then another instance may take the request.
    public private(set) var mayBeInstance: Bool

    /// Another server has answered in the upstream's place, such as a proxy before it.
    public private(set) var isFromBefore: Bool

    /// - Parameters:
    ///   - kind: what it says about the upstream.
    ///   - status: the upstream's HTTP status.
    ///   - message: one sentence.
    ///   - mayBeInstance: another instance may take a request that this one calls at fault.
    ///   - isFromBefore: another server has answered in its place.
    public init(
        kind: Kind, status: Int, message: String, mayBeInstance: Bool = false, isFromBefore: Bool = false
    ) {
        self.isFromBefore = isFromBefore
        self.kind = kind
        self.status = status
        // Not every page comes as one: some stand inside a JSON error. Secrets are taken out here, where all upstreams' words
        // pass, be they those of a back that has forgotten to.
        self.message = RedactedKeys.redact(WebPage.told(in: message))
        self.mayBeInstance = mayBeInstance
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
        let delay = body.withUnsafeReadableBytes { RetryDelay.seconds(in: $0) }
        let saysWhen = saysWhenToRetry || delay != nil
        let back = type(of: target.back)
        // A page has no words for a client; its text could also be taken for words of the upstream's.
        let page = body.withUnsafeReadableBytes { WebPage($0) }
        var fault = back.classify(
            status: status, saysWhenToRetry: saysWhen, body: page == nil ? body : ByteBuffer())
        // Without words of the upstream's a body that is too large is too large for what stands before it.
        if fault.kind == .contextWindow, status == 413, page != nil || target.isLocal { fault.kind = .client }
        if let page {
            fault = UpstreamFault(kind: fault.kind, status: status, message: page.words, isFromBefore: true)
        } else {
            fault.isFromBefore = fault.kind == .client && target.isLocal && status == 413
        }
        fault.retryAfter = delay
        // Whoever says when to come back is there, and not broken: a gateway in front of a full instance answers so too.
        if fault.kind == .server, saysWhen, status == 503 || status == 504 { fault.kind = .saturated }
        fault.mayBeInstance = fault.kind == .client && !fault.isVerdict(body, of: back)
        return fault
    }

    /// Whether the upstream itself has looked at the request and found it bad, and not only beyond what this upstream can do.
    /// With 500 Ollama says so of some mistakes.
    private func isVerdict(_ body: ByteBuffer, of back: any Back.Type) -> Bool {
        guard status == 400 || status == 500 else { return false }
        let isOwn = body.withUnsafeReadableBytes { JSONScanner.isValid($0) && back.isOwnError($0) }
        return isOwn && !Self.inabilities.contains { message.contains($0) }
    }

    /// Words about what an upstream can do. Another release of it, or another build of the tag, may do more.
    private static let inabilities = ["does not support", "not supported", "nsupported", "cannot unmarshal"]
}
