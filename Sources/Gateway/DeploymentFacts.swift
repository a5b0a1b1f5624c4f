/// Facts about a deployment for whoever asks what a model is, costs and takes (`/v1/model/info`). No request is routed by them.
public final class DeploymentFacts: Sendable {
    /// `model_info.id`, or the one made from the parameters.
    public let id: String
    /// The `id` of the entry of `model_list` that it comes of; its own, unless it is one of several. Nil: it comes of none, as a tag that its
    /// instance exposes.
    public let entry: String?
    /// The name that clients ask for.
    public let modelName: String
    /// `litellm_params.model` as written.
    public let model: String
    /// Where it is served; holds no credentials.
    public let apiBase: String
    /// The provider's name, as in the prefix of `model`.
    public let provider: String
    /// `model` without the provider.
    public let tag: String
    /// The name by which the instance lists it.
    public let listedTag: String
    /// Whether it makes embeddings and nothing else.
    public let makesEmbeddingsOnly: Bool
    /// Tokens that a prompt may have; nil where nobody says.
    public let maxInputTokens: Int?
    /// Tokens that an answer may have; nil where nobody says.
    public let maxOutputTokens: Int?
    /// Whether the price of its tokens is known: nothing, for what stands inside.
    public let isPriced: Bool

    /// - Parameters: the facts, as above.
    public init(
        id: String, modelName: String, model: String, apiBase: String, provider: String, tag: String, listedTag: String,
        makesEmbeddingsOnly: Bool, maxInputTokens: Int?, maxOutputTokens: Int?, isPriced: Bool, entry: String? = nil
    ) {
        self.entry = entry
        self.id = id
        self.modelName = modelName
        self.model = model
        self.apiBase = apiBase
        self.provider = provider
        self.tag = tag
        self.listedTag = listedTag
        self.makesEmbeddingsOnly = makesEmbeddingsOnly
        self.maxInputTokens = maxInputTokens
        self.maxOutputTokens = maxOutputTokens
        self.isPriced = isPriced
    }
}
