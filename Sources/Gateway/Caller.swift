public import Dialects

/// The client behind a credential, and the rules that come with it. Today there is one kind: whoever has the master key,
/// or anybody where none is set.
public struct Caller: Sendable, Equatable {
    /// Tells clients apart, for fair queues: a hash of the credential that lives as long as this process; 0 without one.
    public var flow: UInt64
    /// The reasons that keep all requests of this client inside.
    public var confinement: Confinement

    /// A caller with these rules.
    public init(flow: UInt64 = 0, confinement: Confinement = []) {
        self.flow = flow
        self.confinement = confinement
    }
}
