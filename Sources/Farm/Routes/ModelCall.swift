import BoxModel
import NIOCore

/// A request that runs a model, of any dialect, checked as far as that needs no model.
struct ModelCall {
    enum Route: Equatable {
        case chat, generate, embed, embeddings
        case openAIChat, openAICompletion, openAIEmbeddings

        var isOpenAI: Bool {
            switch self {
            case .chat, .generate, .embed, .embeddings: false
            case .openAIChat, .openAICompletion, .openAIEmbeddings: true
            }
        }

        var isEmbedding: Bool {
            switch self {
            case .embed, .embeddings, .openAIEmbeddings: true
            default: false
            }
        }

        /// The path that leads here.
        init?(path: String) {
            switch path {
            case "/api/chat": self = .chat
            case "/api/generate": self = .generate
            case "/api/embed": self = .embed
            case "/api/embeddings": self = .embeddings
            case "/v1/chat/completions": self = .openAIChat
            case "/v1/completions": self = .openAICompletion
            case "/v1/embeddings": self = .openAIEmbeddings
            default: return nil
            }
        }
    }

    enum Format {
        case json
        case schema(JSONValue)
    }

    struct Tool {
        let name: String
        let parameters: JSONValue
    }

    let route: Route
    /// As the client wrote it.
    var model = ""
    var stream = false
    var includeUsage = false
    var options = RunOptions()
    var keepAlive: KeepAlive?
    var format: Format?
    var tools: [Tool] = []
    /// Whether to think, as asked; nil leaves it to the model.
    var thinks: Bool?
    /// Alternatives per token; nil for no log probabilities at all.
    var logprobs: Int?
    /// Only load the model, or with a keep-alive of 0 unload it.
    var isEmpty = false
    /// The last message's text, if it is a user's.
    var lastUserText: String?
    /// The texts to embed.
    var inputs: [String] = []
    /// Numbers per vector; nil for the model's own.
    var dimensions: Int?
    /// Vectors in base64.
    var base64 = false
    /// Cut what is too long, rather than refuse it.
    var truncate = true
    /// Whether the answer goes between two texts (`suffix`).
    var inserts = false
    /// The template is not applied (`raw`).
    var raw = false

    /// Bytes of all texts.
    private(set) var promptBytes = 0
    private var hash = TextHash()

    /// A number for everything the model reads.
    var promptHash: UInt64 { hash.value }
    /// Four bytes make a token.
    var promptTokens: Int { max(1, promptBytes / 4) }

    private init(_ route: Route) {
        self.route = route
    }

    static func parse(_ route: Route, _ body: ByteBuffer) throws(Rejection) -> ModelCall {
        let value: JSONValue
        do throws(JSONParser.Fault) {
            value = try body.withUnsafeReadableBytes { bytes throws(JSONParser.Fault) in try JSONParser.parse(bytes) }
        } catch {
            if error == .empty, !route.isOpenAI { throw Rejection(400, "missing request body") }
            throw Rejection(400, error.message)
        }
        guard case .object = value else {
            throw Rejection(400, "json: cannot unmarshal \(value.kind) into Go value of type \(route.goType)")
        }
        var call = ModelCall(route)
        let fields = GoFields(name: String(route.goType.split(separator: ".")[1]), value: value)
        switch route {
        case .chat: try call.readChat(fields)
        case .generate: try call.readGenerate(fields)
        case .embed, .embeddings: try call.readEmbed(fields)
        case .openAIChat: try call.readOpenAIChat(fields)
        case .openAICompletion: try call.readOpenAICompletion(fields)
        case .openAIEmbeddings: try call.readOpenAIEmbeddings(fields)
        }
        return call
    }

    mutating func addPrompt(_ text: String) {
        promptBytes += text.utf8.count
        hash.add(text)
    }
}

extension ModelCall.Route {
    fileprivate var goType: String {
        switch self {
        case .chat: "api.ChatRequest"
        case .generate: "api.GenerateRequest"
        case .embed: "api.EmbedRequest"
        case .embeddings: "api.EmbeddingRequest"
        case .openAIChat: "openai.ChatCompletionRequest"
        case .openAICompletion: "openai.CompletionRequest"
        case .openAIEmbeddings: "openai.EmbedRequest"
        }
    }
}
