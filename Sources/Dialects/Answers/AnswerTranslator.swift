public import NIOCore

/// Turns one upstream answer into the client's bytes: a value, fed in pieces cut anywhere.
///
/// What the upstream wrote as JSON strings goes on as it stands; nothing is decoded and nothing allocated per line.
public struct AnswerTranslator: Sendable {
    /// The state of the answer after the bytes so far.
    public enum Progress: Sendable, Equatable {
        /// The answer goes on.
        case more
        /// The client's answer is all in `out`; what follows is ignored.
        case complete
        /// The upstream failed; nothing of the fault is written, and what follows is ignored.
        case failed(UpstreamFault)
    }

    /// Whether the upstream has written a token yet; where it does not stream, known at the end.
    public var sawFirstToken: Bool { answer.sawFirstToken }
    /// The counts; zero until the end, and where it does not say.
    public var usage: Usage { answer.usage }
    /// Where it says the time went; zero until the end.
    public var timings: UpstreamTimings { answer.timings }
    /// The answer, once it is whole, where it is to be kept.
    public var kept: KeptResponse? { answer.kept }
    /// The number of the next event of the client's stream, where they are numbered.
    public var events: Int { answer.events }

    /// How many calls had arguments that were no JSON, and have been mended.
    public var mendedCalls: Int { answer.mendedCalls }

    /// The fault of an answer with a call whose arguments are no JSON and could not be mended; nil where there is none such.
    public var unreadCall: UpstreamFault? {
        answer.brokenCall.map { arguments in
            let words = "its arguments are no JSON object: \(String(decoding: arguments, as: UTF8.self))"
            return UpstreamFault(kind: .unreadCall, status: 200, message: words)
        }
    }

    private var answer: any Answer
    private var result = Progress.more

    /// The upstream's body ended before the answer did.
    static let cut = Progress.failed(.cutAnswer)

    /// - Parameters:
    ///   - request: what the client asked.
    ///   - target: where it went.
    ///   - responseID: printed in hexadecimal in the answer's `id`.
    ///   - created: the answer's `created`, in seconds since 1970.
    ///   - model: the model's name as the answer says it; nil: as the client wrote it.
    ///   - cost: what so many tokens cost, in dollars, for a stream's chunk of token counts; nil: it does not say.
    ///   - keeps: whether answers are kept, of an API where clients go on from them.
    ///   - mendsCalls: whether the arguments of calls are mended where an upstream inside gives some that are no JSON.
    public init(
        request: ClientRequest, target: UpstreamTarget, responseID: UInt64, created: Int,
        model: String? = nil,
        cost: (@Sendable (Usage) -> String)? = nil, keeps: Bool = false, mendsCalls: Bool = false
    ) {
        var identity = AnswerIdentity(of: request, responseID, created: created, model: model, cost: cost)
        identity.keeps = keeps
        // Where the client's own sequences end an answer, a call that lacks its end may have been cut there.
        identity.mendsCalls =
            mendsCalls && target.isLocal && request.fields.has(.tools) && !request.hasStops
        let front = request.front.api
        if target.speaks(request.front), let relay = front.relay(request, as: identity) {
            answer = relay
        } else {
            let form = identity.mendsCalls ? target.back.mendingCalls().form : target.form
            answer = front.answer(to: request, from: form, as: identity)
        }
    }

    /// The whole answer that a client's stream is, in the client's own dialect; nil where it has no end, or tells of a failure. Of several
    /// choices it has the first.
    ///
    /// - Parameters:
    ///   - stream: the stream's events or lines, all of them.
    ///   - request: what the client asked; the others are those of the answer.
    ///   - usage: the tokens, which not every stream says.
    public static func join(
        _ stream: ByteBuffer, of request: ClientRequest, responseID: UInt64, created: Int, model: String?, usage: Usage
    ) -> ByteBuffer? {
        let identity = AnswerIdentity(of: request, responseID, created: created, model: model, cost: nil)
        return request.front.api.joined(stream, counting: usage, as: identity)
    }

    /// Appends the end of a client's stream that goes no further, in its own dialect: the answer has met its limit of tokens.
    ///
    /// - Parameters:
    ///   - request: what the client asked; the others are those of the answer.
    ///   - usage: the tokens so far.
    ///   - events: how many events have been written.
    ///   - reason: why it ends, in words for people.
    public static func endAtLimit(
        _ request: ClientRequest, responseID: UInt64, created: Int, model: String?,
        cost: (@Sendable (Usage) -> String)?, usage: Usage, behind events: Int = 0, because reason: StaticString,
        into out: inout ByteBuffer
    ) {
        let front = request.front.api
        front.comment(reason, into: &out)
        var identity = AnswerIdentity(of: request, responseID, created: created, model: model, cost: cost)
        identity.events = events
        front.endAtLimit(request, as: identity, usage, into: &out)
    }

    /// Takes the next bytes of a 200's body.
    ///
    /// A client's stream: appends whole events as they complete. Otherwise nothing is written before the answer is
    /// whole, then all of the JSON body: here when the upstream streams, else by `end`.
    public mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> Progress {
        guard case .more = result else { return result }
        result = answer.feed(bytes, into: &out)
        return result
    }

    /// Whether the body so far is a whole answer, though nothing has said that it ends here. Costs as much as reading it.
    public func isWhole() -> Bool {
        var (copy, out) = (self, ByteBuffer())
        if case .complete = copy.end(into: &out) { return true }
        return false
    }

    /// The upstream's body has ended.
    ///
    /// Where the upstream does not stream: appends the whole JSON body. Of a stream all has been written when the
    /// upstream said it was done, except for a dialect whose streams just end: then what closes it. One that stops
    /// before is `incomplete`.
    public mutating func end(into out: inout ByteBuffer) -> Progress {
        guard case .more = result else { return result }
        result = answer.end(into: &out)
        if case .more = result { result = Self.cut }
        return result
    }
}

extension AnswerIdentity {
    /// - Parameter model: as the answer says it; nil: as the client wrote it.
    fileprivate init(
        of request: ClientRequest, _ responseID: UInt64, created: Int, model: String?,
        cost: (@Sendable (Usage) -> String)?
    ) {
        let model =
            model.map { ByteBuffer(bytes: JSONText.string($0).bytes.dropFirst().dropLast()) } ?? request.rawModel
        self.init(model: model, created: created, responseID: responseID, cost: cost)
    }
}
