import NIOCore

/// Anthropic's Messages API.
struct AnthropicBack: Back {
    typealias Reader = AnthropicReader
    typealias Framing = SSEFraming

    static var takesAddresses: Bool { true }
    static var countsTokens: Bool { true }
    static var dialect: Dialect { .anthropic }
    static let providers = [
        ProviderProfile(
            "anthropic", AnthropicBack.self, base: "https://api.anthropic.com",
            baseVariables: ["ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"], keyVariables: ["ANTHROPIC_API_KEY"],
            needsKey: true
        ) { $0.bareNames = ["claude-"] }
    ]
    /// Its own tools' work and citations are passed on, and not read of a stream.
    static var joinsOwnStreams: Bool { false }

    private let target: AnthropicTarget

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        target = AnthropicTarget(place, account: account, defaults: defaults, userAgent: userAgent)
    }

    var form: BackForm { .anthropic(self) }

    func encode(
        _ request: ClientRequest, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault) {
        if request.front.dialect == Self.dialect {
            return AnthropicPassage.encode(request, for: target, betas: terms.betas, into: &out)
        }
        try AnthropicProvider.encode(request, for: target, drops: terms.drops, into: &out)
    }

    func encodeCount(of body: ByteBuffer, betas: String?, into out: inout ByteBuffer) {
        AnthropicPassage.encodeCount(of: body, for: target, betas: betas, into: &out)
    }

    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        AnthropicFault.classify(status: status, saysWhenToRetry: saysWhenToRetry, body: body)
    }
}
