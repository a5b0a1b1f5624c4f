/// The deployments of a model that have the same `order`. Only those of the lowest tier in which anything may be picked
/// are used.
struct Tier: Sendable {
    let order: Int
    /// Places in the model's order.
    var places: [Int] = []
    /// The turn of its latest pick, where there are several tiers: the turns of one say nothing of another's.
    var clock = 0.0
}
