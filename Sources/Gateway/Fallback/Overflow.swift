/// `drover.overflow`: where a model's requests go when its queue is too long.
public struct Overflow: Sendable, Equatable {
    /// The model they go to.
    public var model: String
    /// The longest wait for a place, predicted or real, before they do.
    public var after: Duration
    /// Whether embeddings go there too: only where somebody says so, since another model's vectors mean other things.
    public var takesEmbeddings: Bool

    /// An overflow as given.
    public init(model: String, after: Duration, takesEmbeddings: Bool) {
        self.model = model
        self.after = after
        self.takesEmbeddings = takesEmbeddings
    }
}
