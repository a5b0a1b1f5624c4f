/// The routes of Ollama's that run a model: the members that Drover reads of their bodies, and what Go calls them.
enum OllamaRoute: Sendable {
    case chat, generate, embed, embeddings

    /// The route of a front of this dialect.
    init(_ front: Front) {
        switch front {
        case .ollamaGenerate: self = .generate
        case .ollamaEmbed: self = .embed
        case .ollamaEmbeddings: self = .embeddings
        default: self = .chat
        }
    }

    /// What Go unmarshals a body into.
    var goType: StaticString {
        switch self {
        case .chat: "ChatRequest"
        case .generate: "GenerateRequest"
        case .embed: "EmbedRequest"
        case .embeddings: "EmbeddingRequest"
        }
    }

    /// Whether a body without a model's name is refused for that: the others look for a model of no name.
    var requiresModel: Bool { self == .chat || self == .embeddings }

    /// Whether it makes vectors, which are never streamed and of which an empty list is asked for like any other.
    var makesVectors: Bool { self == .embed || self == .embeddings }

    /// The member that Ollama takes a raw name for; nil for what Drover passes on unread.
    func member(_ raw: UnsafeRawBufferPointer) -> Parameter? {
        let members = members
        if let known = members.first(where: { raw.equals($0.name) }) { return known.parameter }
        if GoName.isFolded(raw) { return nil }
        return GoName.folded(raw).withUnsafeBytes { name in members.first { name.equals($0.name) }?.parameter }
    }

    private var members: [(name: StaticString, parameter: Parameter)] {
        switch self {
        case .chat: Self.ofChat
        case .generate: Self.ofGenerate
        case .embed: Self.ofEmbed
        case .embeddings: Self.ofEmbeddings
        }
    }

    private static let ofChat: [(name: StaticString, parameter: Parameter)] = [
        ("model", .model), ("messages", .messages), ("stream", .stream), ("format", .format),
        ("keep_alive", .keepAlive), ("tools", .tools), ("options", .options), ("think", .think),
        ("truncate", .truncate), ("shift", .shift), ("logprobs", .logprobs), ("top_logprobs", .topLogprobs),
    ]
    private static let ofGenerate: [(name: StaticString, parameter: Parameter)] = [
        ("model", .model), ("prompt", .prompt), ("stream", .stream), ("system", .system), ("suffix", .suffix),
        ("template", .template), ("raw", .raw), ("format", .format), ("keep_alive", .keepAlive),
        ("options", .options), ("think", .think), ("truncate", .truncate), ("shift", .shift),
        ("logprobs", .logprobs), ("top_logprobs", .topLogprobs),
    ]
    private static let ofEmbed: [(name: StaticString, parameter: Parameter)] = [
        ("model", .model), ("input", .input), ("dimensions", .dimensions), ("truncate", .truncate),
        ("keep_alive", .keepAlive), ("options", .options),
    ]
    private static let ofEmbeddings: [(name: StaticString, parameter: Parameter)] = [
        ("model", .model), ("prompt", .prompt), ("keep_alive", .keepAlive), ("options", .options),
    ]
}
