/// One token that is asked for in a client's place, to find out whether an instance that answered nobody does again.
public struct Canary: Equatable, Sendable {
    /// Where it is asked for.
    public let instance: InstanceID
    /// The instance's name for the model, which it has in memory.
    public let tag: String
    /// The context with which the model is in memory, in tokens: another one would load it anew.
    public let context: Int
    /// A vector is asked for, since the model writes no texts.
    public let embeds: Bool
    let deployment: Int
    /// The breaker's generation when it went out.
    let generation: UInt32
}
