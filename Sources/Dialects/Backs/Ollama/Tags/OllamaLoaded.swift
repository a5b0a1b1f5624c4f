/// One model an instance has in memory.
public struct OllamaLoaded: Sendable, Equatable {
    /// Its name, normalised (`OllamaName.normalise`).
    public let model: String
    /// The context it was loaded with, in tokens per slot; nil on older instances.
    public let contextLength: Int?
    /// Bytes in memory.
    public let size: Int64
    /// Bytes of those on the GPU.
    public let sizeVRAM: Int64
    /// When it is unloaded, as the instance writes it (RFC 3339, in its own zone).
    public let expiresAt: String

    /// - Parameters:
    ///   - model: the name as the instance writes it.
    ///   - contextLength: tokens per slot.
    ///   - size: bytes in memory.
    ///   - sizeVRAM: bytes of those on the GPU.
    ///   - expiresAt: when it is unloaded.
    public init(model: String, contextLength: Int?, size: Int64, sizeVRAM: Int64, expiresAt: String) {
        self.model = OllamaName.normalise(model)
        self.contextLength = contextLength
        self.size = size
        self.sizeVRAM = sizeVRAM
        self.expiresAt = expiresAt
    }
}
