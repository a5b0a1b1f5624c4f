import NIOCore

/// Ollama's native API.
struct OllamaBack: Back {
    typealias Reader = OllamaReader
    typealias Framing = NDJSONFraming

    static var dialect: Dialect { .ollama }
    static let providers = [ProviderProfile.ollama]
    static var joinsOwnStreams: Bool { true }
    static var knowsNoLimit: Bool { true }
    static var loadsModels: Bool { true }

    private let target: OllamaTarget
    /// Whether arguments of calls that are no JSON are mended.
    private var mendsCalls = false
    /// The same model under another spelling.
    private let respelled: @Sendable (String) -> OllamaTarget
    /// Whether its name has another.
    let hasSecondSpelling: Bool

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        target = OllamaTarget(place, account: account, defaults: defaults, userAgent: userAgent)
        hasSecondSpelling = OllamaName.hasSecondHost(place.tag)
        respelled = { name in
            var other = place
            other.tag = name
            return OllamaTarget(other, account: account, defaults: defaults, userAgent: userAgent)
        }
    }

    var form: BackForm { .ollama(self) }

    var asksToThink: Bool { target.asksToThink }

    func encode(
        _ request: ClientRequest, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault) {
        var target = target
        // A name with none may be listed with a host too.
        if let name = terms.listing.spelling, hasSecondSpelling || OllamaName.hasSecondHost(name) {
            target = respelled(name)
        }
        try OllamaProvider.encode(request, for: target, terms, into: &out)
    }

    /// An answer that has to be a call is read as one.
    @inline(__always)
    func answer<Sink: AnswerSink>(to request: ClientRequest, writtenBy sink: consuming Sink) -> any Answer {
        var reader = Reader(work: request.work)
        reader.mendsCalls = mendsCalls
        guard let forced = ForcedCall(request) else {
            return EventAnswer(reader, Framing.self, to: sink, comesInEvents: request.streamsUpstream)
        }
        return EventAnswer(
            reader, Framing.self, to: ForcedCallSink(forced, sink), comesInEvents: request.streamsUpstream)
    }

    func mendingCalls() -> Self {
        var back = self
        back.mendsCalls = true
        return back
    }

    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        OllamaFault.classify(status: status, saysWhenToRetry: saysWhenToRetry, body: body)
    }

    /// All its errors are an object with one member.
    static func isOwnError(_ body: UnsafeRawBufferPointer) -> Bool {
        body.member("error", of: body.object) != nil
    }
}

extension ProviderProfile {
    /// Usually all that a pool is made of.
    public static let ollama = ProviderProfile(
        "ollama", OllamaBack.self, base: "http://localhost:11434", baseVariables: ["OLLAMA_API_BASE"],
        keyVariables: ["OLLAMA_API_KEY"], needsKey: false, probe: .ollama, tags: .normalised
    ) {
        $0.spellings = ["ollama_chat"]
        // LiteLLM's users may write the whole path of a call as Ollama's base URL.
        $0.callPaths = ["/api/chat", "/api/generate", "/api/embeddings", "/api/embed"]
        // The ends of base URLs for other clients. What is asked here has its own path below the base.
        $0.foreignEnds = ["/v1/chat/completions", "/api/tags", "/api", "/v1"]
    }
}
