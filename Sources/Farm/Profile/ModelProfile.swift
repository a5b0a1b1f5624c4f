/// One model on a box's disk.
public struct ModelProfile: Sendable {
    /// The capabilities of a model, as `/api/tags` spells them.
    public enum Capability: String, Sendable {
        case completion, tools, vision, embedding, thinking, insert
    }

    /// How a model's tool calls reach the client.
    public enum ToolCallStyle: String, Sendable {
        /// All on the `done:true` line, as models run through their own template send them.
        case lastLine = "last_line"
        /// On a line of their own before it, as models with a built-in parser send them.
        case ownLine = "own_line"
    }

    /// With its tag: `llama3.1:8b`; `:latest` is added where there is none.
    public var name: String
    /// On disk, and in memory beside the context.
    public var sizeBytes: Int
    /// Memory per token of context and slot, beside the model's own size. 0: the context costs nothing.
    public var contextBytesPerToken = 0
    /// The longest context the model was made for.
    public var maxContext = 131_072
    /// Its capabilities.
    public var capabilities: [Capability]
    /// How its tool calls are sent.
    public var toolCallStyle = ToolCallStyle.ownLine
    /// `llama`.
    public var family: String
    /// `8.0B`.
    public var parameterSize: String
    /// `Q4_K_M`.
    public var quantization = "Q4_K_M"
    /// Numbers per embedding.
    public var embeddingLength: Int

    /// Guesses everything from the tag, as far as names tell: `qwen3:14b` thinks, `nomic-embed-text` embeds.
    public init(tag: String) {
        let bare = tag.split(separator: "/").last.map(String.init) ?? tag
        name = bare.contains(":") ? tag : tag + ":latest"
        let lower = name.lowercased()
        let embeds = ["embed", "minilm", "bge-"].contains { lower.contains($0) }
        let thinks = ["qwen3", "deepseek-r1", "gpt-oss", "magistral"].contains { lower.contains($0) }
        let sees = ["llava", "vision", "gemma3", "-vl"].contains { lower.contains($0) }
        capabilities =
            embeds ? [.embedding] : [.completion, .tools] + (thinks ? [.thinking] : []) + (sees ? [.vision] : [])
        let billions = Self.billions(in: lower) ?? (embeds ? 0.137 : 8)
        parameterSize = billions < 1 ? "\(Int(billions * 1_000))M" : "\((billions * 10).rounded() / 10)B"
        sizeBytes = Int(billions * 612_000_000)
        family = String(bare.prefix { $0.isLetter }).lowercased()
        embeddingLength = embeds ? 768 : 4_096
    }

    /// The number before a `b` in the tag: 8 in `llama3.1:8b-instruct`.
    private static func billions(in name: String) -> Double? {
        guard let tag = name.split(separator: ":").last else { return nil }
        for part in tag.split(separator: "-") where part.hasSuffix("b") {
            if let number = Double(part.dropLast()) { return number }
        }
        return nil
    }
}
