/// Hears of changes of state, never of single picks. Called outside the balancer's lock, from any thread.
public protocol BalancerObserver: Sendable {
    /// Takes note of what has just happened. Must return soon: a request may be waiting behind it.
    func note(_ fact: Fact)
}

/// Something that changed in the pool.
public enum Fact: Equatable, Sendable {
    /// Which instance, and which model on it if the fact is not about the whole instance.
    public struct Place: Equatable, Sendable {
        /// The instance.
        public var instance: InstanceID
        /// The instance's name.
        public var instanceName: String
        /// The model clients ask for; nil when the whole instance is meant.
        public var model: String?

        /// A place with these values.
        public init(instance: InstanceID, instanceName: String, model: String?) {
            self.instance = instance
            self.instanceName = instanceName
            self.model = model
        }
    }

    /// A breaker opened: nothing is sent there for at least this long.
    case tripped(Place, for: Duration)
    /// A breaker lets one trial through.
    case halfOpened(Place)
    /// A breaker closed.
    case recovered(Place)
    /// Enough bad probes: the instance is out.
    case wentDown(Place, reason: String)
    /// Enough good probes: the instance is back.
    case cameUp(Place)
    /// An operator took the instance out; what runs there may end.
    case drained(Place)
    /// An operator put it back.
    case undrained(Place)
    /// The instance turned out not to have the tag.
    case lacksTag(Place, tag: String)
    /// It has the tag again.
    case foundTag(Place, tag: String)
    /// It says of requests that they are at fault, and its peers do not.
    case standsOut(Place, String)
    /// The facts about the instance may be out of date: please probe it now. Said once per probe.
    case staleKnowledge(InstanceID)
    /// Instances of one model hold different contents under one tag.
    case digestMismatch(model: String, message: String)
}
