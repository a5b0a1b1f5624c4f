/// Everything about where a request goes that does not change from request to request; made once at start.
///
/// A class, so that handing it on costs one reference.
public final class UpstreamTarget: Sendable {
    /// The name the instance knows the model by (`llama3.1:8b`).
    public let tag: String
    /// Whether it stands inside; see ``Fence``.
    public let isLocal: Bool
    /// Whether parameters this upstream cannot honour are left out silently; the request's own `drop_params` wins.
    public let dropParams: Bool
    /// Whether its streams can be joined to one answer for a client that does not stream.
    public var joinsStreams: Bool { if case .openAI = form { false } else { true } }

    /// The language it speaks.
    var dialect: Dialect {
        switch form {
        case .ollama: .ollama
        case .openAI: .openAI
        case .anthropic: .anthropic
        case .bedrock: .bedrock
        case .gemini: .gemini
        }
    }

    /// The dialect's own form of the above, made once.
    let form: Form

    enum Form: Sendable {
        case ollama(OllamaTarget)
        case openAI(OpenAITarget)
        case anthropic(AnthropicTarget)
        case bedrock(BedrockTarget)
        case gemini(GeminiTarget)
    }

    /// - Parameters:
    ///   - place: where the model is served.
    ///   - account: who calls.
    ///   - defaults: parameters of the deployment (`num_ctx`, `temperature` …); a request's own field wins.
    ///   - dropParams: whether what the upstream cannot honour is left out silently.
    ///   - userAgent: the `User-Agent` header (`drover/0.1.0`).
    public init(
        _ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], dropParams: Bool,
        userAgent: String
    ) {
        tag = place.tag
        isLocal = place.isLocal
        self.dropParams = dropParams
        form =
            switch place.provider.dialect {
            case .ollama:
                .ollama(OllamaTarget(place, account: account, defaults: defaults, userAgent: userAgent))
            case .openAI:
                .openAI(OpenAITarget(place, account: account, defaults: defaults, userAgent: userAgent))
            case .anthropic:
                .anthropic(AnthropicTarget(place, account: account, defaults: defaults, userAgent: userAgent))
            case .bedrock:
                .bedrock(BedrockTarget(place, account: account, defaults: defaults, userAgent: userAgent))
            case .gemini:
                .gemini(GeminiTarget(place, account: account, defaults: defaults, userAgent: userAgent))
            }
    }
}
