/// The findings of one look at an instance.
public struct ProbeReport: Sendable {
    /// Whether it answered.
    public enum Result: Equatable, Sendable {
        /// It answered as it should.
        case reachable
        /// It did not, and why, for people to read.
        case unreachable(reason: String)
    }

    /// The instance looked at.
    public var instance: InstanceID
    /// When the answer was in.
    public var at: Moment
    /// How long it took.
    public var latency: Duration
    /// Whether it answered.
    public var result: Result
    /// Whether it took a connection and nothing came over it in time, which may be for want of a thread.
    public var isSilence = false
    /// Its version, when this look asked for it; nil leaves what is known.
    public var version: String?
    /// Every tag it has; nil leaves what is known.
    public var tags: [KnownTag]?
    /// Every model it holds in memory; nil leaves what is known.
    public var loaded: [LoadedModel]?

    /// A report with these findings.
    public init(
        instance: InstanceID, at: Moment, latency: Duration, result: Result, version: String?, tags: [KnownTag]?,
        loaded: [LoadedModel]?
    ) {
        self.instance = instance
        self.at = at
        self.latency = latency
        self.result = result
        self.version = version
        self.tags = tags
        self.loaded = loaded
    }
}

/// One tag an instance has on disk.
public struct KnownTag: Equatable, Sendable {
    /// The name, in the form in which it equals `DeploymentSpec.listedTag`.
    public var name: String
    /// The content's digest; empty when the instance does not say.
    public var digest: String
    /// Bytes on disk.
    public var size: Int64
    /// Whether the instance forwards it to a cloud.
    public var isRemote: Bool
    /// Whether the model can think; nil when the instance does not say.
    public var thinks: Bool?
    /// Whether it writes texts; nil when the instance does not say.
    public var chats: Bool?
    /// Whether it makes embeddings; nil when the instance does not say.
    public var embeds: Bool?
    /// Everything that it can do, in the instance's words; empty when it does not say.
    public var capabilities: [String]
    /// The name as the instance writes it; nil: it knows the model by `name`.
    public var spelling: String?
    /// When it was pulled or made, as the instance wrote it; empty when it does not say.
    public var modifiedAt: String
    /// Format, family, quantization: the JSON object that the instance wrote; empty when it wrote none.
    public var details: String

    /// A tag with these properties.
    public init(
        name: String, digest: String, size: Int64, isRemote: Bool, thinks: Bool? = nil, chats: Bool? = nil,
        embeds: Bool? = nil, capabilities: [String] = [], spelling: String? = nil, modifiedAt: String = "",
        details: String = ""
    ) {
        self.name = name
        self.digest = digest
        self.size = size
        self.isRemote = isRemote
        self.thinks = thinks
        self.chats = chats
        self.embeds = embeds
        self.capabilities = capabilities
        self.spelling = spelling
        self.modifiedAt = modifiedAt
        self.details = details
    }
}

/// One model an instance holds in memory.
public struct LoadedModel: Equatable, Sendable {
    /// The name, in the same form as `KnownTag.name`.
    public var model: String
    /// The context it was loaded with, in tokens, when the instance says so.
    public var contextLength: Int?
    /// Bytes in memory.
    public var size: Int64
    /// Bytes of these on the GPU.
    public var sizeVRAM: Int64
    /// When it will be unloaded, as the instance wrote it.
    public var expiresAt: String

    /// A loaded model with these properties.
    public init(model: String, contextLength: Int?, size: Int64, sizeVRAM: Int64, expiresAt: String) {
        self.model = model
        self.contextLength = contextLength
        self.size = size
        self.sizeVRAM = sizeVRAM
        self.expiresAt = expiresAt
    }
}
