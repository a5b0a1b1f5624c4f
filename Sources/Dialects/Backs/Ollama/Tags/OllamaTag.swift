/// One model an instance has on disk.
public struct OllamaTag: Sendable, Equatable {
    /// Its name, normalised (`OllamaName.normalise`).
    public let name: String
    /// As the instance writes it, and has to be asked for it.
    public let spelling: String
    /// 64 hexadecimal digits; empty when the instance gave none.
    public let digest: String
    /// Bytes on disk.
    public let size: Int64
    /// Whether it is a stub for a model that runs elsewhere: no local capacity.
    public let isRemote: Bool
    /// Whether the model can think; nil when the instance does not say, as older ones do not.
    public let thinks: Bool?
    /// Whether it writes texts; nil when the instance does not say.
    public let chats: Bool?
    /// Whether it makes embeddings; nil when the instance does not say.
    public let embeds: Bool?
    /// Everything that it can do, in the instance's words; empty when it does not say.
    public let capabilities: [String]
    /// When it was pulled or made, as the instance writes it; empty when it gave no time.
    public let modifiedAt: String
    /// Format, family, quantization: the object as the instance writes it; empty when it gave none.
    public let details: String

    /// - Parameters:
    ///   - name: the name as the instance writes it.
    ///   - digest: its digest.
    ///   - size: bytes on disk.
    ///   - isRemote: whether it runs elsewhere.
    ///   - thinks: whether it can think; nil: not known.
    ///   - chats: whether it writes texts.
    ///   - embeds: whether it makes embeddings.
    ///   - capabilities: everything that it can do.
    ///   - modifiedAt: when it was pulled or made.
    ///   - details: a JSON object.
    public init(
        name: String, digest: String, size: Int64, isRemote: Bool, thinks: Bool? = nil, chats: Bool? = nil,
        embeds: Bool? = nil, capabilities: [String] = [], modifiedAt: String = "", details: String = ""
    ) {
        self.name = OllamaName.normalise(name)
        spelling = name
        self.digest = digest
        self.size = size
        self.isRemote = isRemote
        self.thinks = thinks
        self.chats = chats
        self.embeds = embeds
        self.capabilities = capabilities
        self.modifiedAt = modifiedAt
        self.details = details
    }
}
