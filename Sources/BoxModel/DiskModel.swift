/// A model on a box's disk, as the scheduler sees it.
public struct DiskModel: Hashable, Sendable {
    /// Victims of equal keep-alive are taken in the order of this name.
    public var name: String
    /// On disk, and in memory beside the context.
    public var sizeBytes: Int
    /// Memory per token of context and slot.
    public var contextBytesPerToken: Int
    /// The longest context the model was made for, in tokens.
    public var maxContext: Int
    /// Such a model is given one slot, whatever the box's setting.
    public var embeddingOnly: Bool
    /// How many times faster than the card's figures it is read and written: 1 is an 8-billion-parameter model at four
    /// bits, half that size is 2.
    public var speed = 1.0

    /// A model; see the fields.
    public init(name: String, sizeBytes: Int, contextBytesPerToken: Int, maxContext: Int, embeddingOnly: Bool) {
        self.name = name
        self.sizeBytes = sizeBytes
        self.contextBytesPerToken = contextBytesPerToken
        self.maxContext = maxContext
        self.embeddingOnly = embeddingOnly
    }

    func clamp(context: Int) -> Int {
        min(max(context, 4), maxContext)
    }
}
