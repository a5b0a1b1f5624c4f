/// The options of a request that a model must be loaded with: others than the loaded ones mean a reload.
public struct LoadOptions: Hashable, Sendable {
    /// `num_ctx` as asked for; nil when not given, which matches only a model loaded without one.
    public var context: Int?
    /// The other load-time options that differ from their defaults, in one spelling for one set of values:
    /// `num_batch=256 num_thread=8`.
    public var others: String

    /// Nothing asked for, unless said.
    public init(context: Int? = nil, others: String = "") {
        self.context = context
        self.others = others
    }
}
