import NIOCore

/// OpenAI's API, and those of the many who speak like it.
struct OpenAIBack: Back {
    typealias Reader = OpenAIReader
    typealias Framing = OpenAIFraming

    static var dialect: Dialect { .openAI }
    /// An answer is passed on as it stands, with several choices and whatever a provider has added: more than is read of
    /// its stream.
    static var joinsOwnStreams: Bool { false }

    static var takesAddresses: Bool { true }

    private let target: OpenAITarget
    /// Whether arguments of calls that are no JSON are mended.
    private var mendsCalls = false

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        target = OpenAITarget(place, account: account, defaults: defaults, userAgent: userAgent)
    }

    func speaks(_ front: Front) -> Bool {
        front.dialect == Self.dialect && target.speaks(OpenAIRoute(front))
    }

    var takesCustomTools: Bool { target.rules.takesCustomTools }

    func answersSeveral(_ request: ClientRequest) -> Bool {
        speaks(request.front) && target.head(OpenAIRoute(request.front)) != nil
            && target.rules.refused & Parameter.n.bit == 0
    }

    var form: BackForm { .openAI(self) }

    func encode(
        _ request: ClientRequest, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault) {
        try OpenAIProvider.encode(request, for: target, drops: terms.drops, into: &out)
    }

    func answer<Sink: AnswerSink>(to request: ClientRequest, writtenBy sink: consuming Sink) -> any Answer {
        let reader = Reader(work: request.work)
        guard mendsCalls else {
            return EventAnswer(reader, Framing.self, to: sink, comesInEvents: request.streamsUpstream)
        }
        return EventAnswer(
            reader, Framing.self, to: MendedCallsSink(sink), comesInEvents: request.streamsUpstream)
    }

    func mendingCalls() -> Self {
        var back = self
        back.mendsCalls = true
        return back
    }

    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        OpenAIFault.classify(status: status, saysWhenToRetry: saysWhenToRetry, body: body)
    }
}
