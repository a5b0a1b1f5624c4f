import NIOCore

/// Google's Gemini API.
struct GeminiBack: Back {
    typealias Reader = GeminiReader
    typealias Framing = SSEFraming

    static var dialect: Dialect { .gemini }
    static let providers = [
        ProviderProfile(
            "gemini", GeminiBack.self, base: "https://generativelanguage.googleapis.com/v1beta",
            keyVariables: ["GOOGLE_API_KEY", "GEMINI_API_KEY"], needsKey: true)
    ]
    static var joinsOwnStreams: Bool { true }

    private let target: GeminiTarget

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        target = GeminiTarget(place, account: account, defaults: defaults, userAgent: userAgent)
    }

    var form: BackForm { .gemini(self) }

    func encode(
        _ request: ClientRequest, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault) {
        try GeminiProvider.encode(request, for: target, drops: terms.drops, into: &out)
    }

    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        GeminiFault.classify(status: status, saysWhenToRetry: saysWhenToRetry, body: body)
    }
}
