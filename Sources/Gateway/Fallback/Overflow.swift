/// `drover.overflow`: where a model's requests go when its queue is too long.
public struct Overflow: Sendable, Equatable {
    /// The model they go to.
    public var model: String
    /// The longest wait for a place, predicted or real, before they do.
    public var after: Duration

    /// An overflow as given.
    public init(model: String, after: Duration) {
        self.model = model
        self.after = after
    }
}
