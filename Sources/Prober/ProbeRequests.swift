public import Balancer

/// Where others ask for a probe: made before the prober, so that the balancer's observer can hold it.
public final class ProbeRequests: Sendable {
    let events: AsyncStream<ProbeEvent>
    private let continuation: AsyncStream<ProbeEvent>.Continuation

    /// An inbox for one prober.
    public init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Asks for a probe of this instance as soon as may be. Returns at once, from any thread; repeated asking makes one probe.
    /// An instance that is not probed is passed over.
    public func probeNow(_ instance: InstanceID) { post(.wanted(instance)) }

    /// The prober asks these from now on, and no others. What is known of those that stay is kept; those that are new are asked
    /// at once.
    public func use(_ targets: [ProbeTarget], settings: ProbeSettings) { post(.targets(targets, settings)) }

    func post(_ event: ProbeEvent) { continuation.yield(event) }

    func finish() { continuation.finish() }
}

/// The events that a prober's loop hears of.
enum ProbeEvent: Sendable {
    /// Something may be due.
    case tick
    /// Someone asks for a probe.
    case wanted(InstanceID)
    /// A probe has ended.
    case ended(position: Int, ProbeFinding)
    /// These are the instances to probe from now on, in this way.
    case targets([ProbeTarget], ProbeSettings)
    /// The process is about to end.
    case stop
}
