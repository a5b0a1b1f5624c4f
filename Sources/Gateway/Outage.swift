public import Balancer

/// Something that was taken out of the pool: by the prober an instance, by a breaker an instance or one model on it.
public struct Outage: Sendable, Equatable {
    /// Where it is.
    public let instance: InstanceID
    /// The one model that is out there; nil: all of them.
    public let model: String?
    /// The reason, as it stands in brackets behind "taken out of the pool".
    public let reason: String
    /// What was sent before may wait there for ever; what is sent later is a trial.
    public let since: Moment

    /// An outage with these values.
    public init(instance: InstanceID, model: String?, reason: String, since: Moment) {
        self.instance = instance
        self.model = model
        self.reason = reason
        self.since = since
    }

    /// The outage that a fact tells of; nil where it tells of none.
    public init?(_ fact: Fact, at now: Moment) {
        switch fact {
        case .wentDown(let place, let reason):
            self.init(instance: place.instance, model: place.model, reason: reason, since: now)
        case .tripped(let place, _):
            self.init(instance: place.instance, model: place.model, reason: "its breaker opened", since: now)
        case .halfOpened, .recovered, .cameUp, .drained, .undrained, .lacksTag, .foundTag, .standsOut, .staleKnowledge,
            .digestMismatch:
            return nil
        }
    }
}
