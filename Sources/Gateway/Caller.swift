public import Balancer
public import Dialects
public import Ledger

/// The client behind a credential, and the rules that come with it.
public struct Caller: Sendable, Equatable {
    /// Tells clients apart, for fair queues: a hash of the credential that lives as long as this process; 0 without one.
    public var flow: UInt64
    /// The reasons that keep all requests of this client inside.
    public var confinement: Confinement
    /// The key that it has shown; nil for the master key, and for anybody where none is set.
    public let pass: KeyPass?
    /// The same person in the other teams that its token names, in their order; empty for a key.
    public let others: [KeyPass]
    /// Its pass before one of its teams was chosen; nil while none is.
    let first: KeyPass?
    /// `x-drover-class` of requests that say none.
    public let serviceClass: ServiceClass?

    /// Whoever has the master key, or anybody where none is set.
    public init(flow: UInt64 = 0, confinement: Confinement = []) {
        self.flow = flow
        self.confinement = confinement
        pass = nil
        others = []
        first = nil
        serviceClass = nil
    }

    /// Whoever has this key, or has signed in.
    public init(flow: UInt64, pass: KeyPass, others: [KeyPass] = []) {
        self.init(flow: flow, pass: pass, others: others, first: nil)
    }

    init(flow: UInt64, pass: KeyPass, others: [KeyPass], first: KeyPass?) {
        self.first = first
        self.flow = flow
        self.pass = pass
        self.others = others
        confinement = pass.facts.key.localOnly ? .key : []
        serviceClass = pass.facts.key.serviceClass.flatMap { ServiceClass(name: $0) }
    }

    /// The name of its key in the log; nil where it has shown none.
    public var label: KeyLabel? { pass?.facts.label }

    /// Whether both have the same rights just now.
    public static func == (left: Caller, right: Caller) -> Bool {
        left.flow == right.flow && left.confinement == right.confinement && left.pass?.facts === right.pass?.facts
    }
}
