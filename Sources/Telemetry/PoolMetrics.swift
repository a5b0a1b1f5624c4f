public import Balancer
import Locking
public import Logging

/// Counts what the balancer and the prober say, and logs it: an instance up, down, tripped or drained is a notice.
public final class PoolMetrics: BalancerObserver {
    /// The kinds of fact, a closed set for the metric's label.
    private enum Event: String {
        case tripped, recovered, drained, undrained
        case halfOpened = "half_opened"
        case wentDown = "went_down"
        case cameUp = "came_up"
        case lacksTag = "lacks_tag"
        case foundTag = "found_tag"
        case standsOut = "stands_out"
        case staleKnowledge = "stale_knowledge"
        case digestMismatch = "digest_mismatch"
    }

    /// One series of a counter that is labelled with an instance and a word from a closed set.
    private struct Series: Hashable, Comparable {
        var instance: String
        var word: String

        static func < (left: Series, right: Series) -> Bool {
            (left.instance, left.word) < (right.instance, right.word)
        }
    }

    private struct Counts {
        var events: [Series: UInt64] = [:]
        var probeFailures: [Series: UInt64] = [:]
    }

    // Begun at 0: the first of a counter that was not there before is no increase to Prometheus.
    private let counts = Locked(
        Counts(events: [Series(instance: "", word: Event.digestMismatch.rawValue): 0]))
    private let logger: Logger
    private let reprobe: @Sendable (InstanceID) -> Void
    private let alert: @Sendable (Fact) -> Void
    private let instanceNames: Locked<[String]>

    /// - Parameters:
    ///   - pool: Whose instances these are.
    ///   - logger: Where facts are logged.
    ///   - alert: Hears of every fact; must return at once.
    ///   - reprobe: Called when what is known of an instance may be out of date; must return at once.
    public init(
        pool: PoolSpec, logger: Logger, alert: @escaping @Sendable (Fact) -> Void = { _ in },
        reprobe: @escaping @Sendable (InstanceID) -> Void
    ) {
        self.alert = alert
        self.logger = logger
        self.reprobe = reprobe
        instanceNames = Locked(pool.instances.map(\.name))
    }

    /// From now on these are the instances' names, by position.
    public func use(instances names: [String]) { instanceNames.withLock { $0 = names } }

    private func name(of instance: InstanceID) -> String {
        instanceNames.withLock { $0.indices.contains(instance.index) ? $0[instance.index] : "" }
    }

    /// Counts and logs a fact.
    public func note(_ fact: Fact) {
        alert(fact)
        switch fact {
        case .tripped(let place, let duration):
            count(.tripped, place)
            log(.notice, "a breaker opened", place, ["breaker.seconds": "\(duration.nanoseconds / 1_000_000_000)"])
        case .halfOpened(let place):
            count(.halfOpened, place)
            log(.info, "a breaker lets one trial through", place)
        case .recovered(let place):
            count(.recovered, place)
            log(.notice, "a breaker closed", place)
        case .wentDown(let place, let reason):
            count(.wentDown, place)
            log(.notice, "an instance went down", place, ["reason": "\(reason)"])
        case .cameUp(let place):
            count(.cameUp, place)
            log(.notice, "an instance came up", place)
        case .drained(let place):
            count(.drained, place)
            log(.notice, "an instance is being drained", place)
        case .undrained(let place):
            count(.undrained, place)
            log(.notice, "an instance is back in rotation", place)
        case .lacksTag(let place, let tag):
            count(.lacksTag, place)
            log(.warning, "an instance lacks a configured tag; pull it there", place, ["tag": "\(tag)"])
        case .foundTag(let place, let tag):
            count(.foundTag, place)
            log(.notice, "an instance has a tag that it lacked", place, ["tag": "\(tag)"])
        case .standsOut(let place, let reason):
            count(.standsOut, place)
            log(.warning, "an instance refuses what its peers take", place, ["reason": "\(reason)"])
        case .staleKnowledge(let instance):
            count(.staleKnowledge, instance: name(of: instance))
            reprobe(instance)
        case .digestMismatch(let model, let message):
            count(.digestMismatch, instance: "")
            logger.warning(
                "instances of one model differ", metadata: ["model.name": "\(model)", "reason": "\(message)"])
        }
    }

    /// Counts a probe that got no usable answer.
    ///
    /// - Parameter reason: From a closed set, since it becomes a label.
    public func probeFailed(_ instance: InstanceID, reason: String) {
        let series = Series(instance: name(of: instance), word: reason)
        counts.withLock { $0.probeFailures[series, default: 0] += 1 }
    }

    /// Writes all counts.
    func publish(into text: inout PrometheusText) {
        let now = counts.withLock { $0 }
        text.family(.poolEvents)
        for (series, count) in now.events.sorted(by: { $0.key < $1.key }) {
            text.sample(.poolEvents, ["instance": series.instance, "event": series.word], count)
        }
        text.family(.probeFailures)
        for (series, count) in now.probeFailures.sorted(by: { $0.key < $1.key }) {
            text.sample(.probeFailures, ["instance": series.instance, "reason": series.word], count)
        }
    }

    private func count(_ event: Event, _ place: Fact.Place) { count(event, instance: place.instanceName) }

    private func count(_ event: Event, instance: String) {
        counts.withLock { $0.events[Series(instance: instance, word: event.rawValue), default: 0] += 1 }
    }

    private func log(
        _ level: Logger.Level, _ message: Logger.Message, _ place: Fact.Place, _ more: Logger.Metadata = [:]
    ) {
        var metadata = more
        metadata["instance.id"] = "\(place.instanceName)"
        if let model = place.model { metadata["model.name"] = "\(model)" }
        logger.log(level: level, message, metadata: metadata)
    }
}
