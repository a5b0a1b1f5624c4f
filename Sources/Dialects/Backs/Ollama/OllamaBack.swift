import NIOCore

/// Ollama's native API.
struct OllamaBack: Back {
    typealias Reader = OllamaReader
    typealias Framing = NDJSONFraming

    static var dialect: Dialect { .ollama }
    static let providers = [ProviderProfile.ollama]
    static var joinsOwnStreams: Bool { true }
    static var knowsNoLimit: Bool { true }

    private let target: OllamaTarget

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        target = OllamaTarget(place, account: account, defaults: defaults, userAgent: userAgent)
    }

    var form: BackForm { .ollama(self) }

    func encode(
        _ request: ClientRequest, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault) {
        try OllamaProvider.encode(request, for: target, terms, into: &out)
    }

    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        OllamaFault.classify(status: status, saysWhenToRetry: saysWhenToRetry, body: body)
    }

    /// All its errors are an object with one member.
    static func isOwnError(_ body: UnsafeRawBufferPointer) -> Bool {
        var scanner = JSONScanner(body)
        guard scanner.skipSpace() else { return false }
        return body.member("error", of: JSONSlice(from: scanner.position, to: body.count)) != nil
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
