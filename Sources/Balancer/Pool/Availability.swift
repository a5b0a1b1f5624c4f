/// Whether a deployment may be picked, and if not why. This is the one place that decides.
enum Availability: Equatable, Sendable {
    /// How far a breaker is from letting a trial through.
    enum Trial: Equatable, Sendable {
        /// Not yet. In need (nothing else is left) it may be tried all the same, unless connections were refused.
        case early(wasRefused: Bool)
        /// The next request is the trial.
        case due
        /// A trial is out.
        case out
    }

    enum Fullness: Equatable, Sendable {
        /// The hard cap is reached.
        case cap
        /// It said that it takes no more.
        case busy(until: Moment)
        /// Its pause is over, and a request is out that tries whether it takes more. Not refused by then, it does.
        case tried(until: Moment)
        /// As many requests or tokens as its limits allow went there in the minute that ends then.
        case limit(RateWindow.Limit, until: Moment)
        /// All slots are at work: more requests would queue on the instance. Still eligible.
        case slots
    }

    case ready
    /// Not probed yet: eligible.
    case unknown
    /// It came to a pool that runs, and has answered no probe yet.
    case unproven
    case full(Fullness)
    case coolingDown(until: Moment, Trial)
    case down(since: Moment)
    case draining
    case lacksTag
    /// It can never be used as configured.
    case disabled

    /// `outside` are other gateways' requests for its model on the instance; `window` is what its limits leave, if it has any; `rise` is how many good probes a trial needs on a probed instance.
    init(
        of deployment: DeploymentState, on instance: InstanceState, outside: Int32 = 0, window: RateWindow?, rise: Int,
        at now: Moment
    ) {
        let limit = window?.reached(at: now)
        if deployment.isDisabled {
            self = .disabled
        } else if instance.isDraining || deployment.isGone {
            self = .draining
        } else if instance.isUnproven {
            self = .unproven
        } else if case .down(let since) = instance.reach {
            self = .down(since: since)
        } else if deployment.lacksTag {
            self = .lacksTag
        } else if let cooling = Self.cooling(deployment, instance, isLimited: limit != nil, rise: rise, at: now) {
            self = cooling
        } else if deployment.pause.phase != .tried, deployment.pause.lasts(at: now) {
            self = .full(.busy(until: deployment.pause.until))
        } else if let limit, let window {
            self = .full(.limit(limit, until: window.end))
        } else if deployment.inFlight >= deployment.maxParallel {
            self = .full(.cap)
        } else if deployment.pause.phase == .tried, deployment.pause.lasts(at: now) {
            self = .full(.tried(until: deployment.pause.until))
        } else if deployment.inFlight &+ outside >= deployment.slots {
            self = .full(.slots)
        } else if instance.reach == .unknown {
            self = .unknown
        } else {
            self = .ready
        }
    }

    /// Whether it may be picked like any other.
    var isEligible: Bool {
        switch self {
        case .ready, .unknown, .full(.slots): true
        case .unproven, .full, .coolingDown, .down, .draining, .lacksTag, .disabled: false
        }
    }

    /// As written in `/pool`.
    var name: String {
        switch self {
        case .ready: "ready"
        case .unknown, .unproven: "unknown"
        case .full: "full"
        case .coolingDown: "cooling_down"
        case .down, .disabled: "down"
        case .draining: "draining"
        case .lacksTag: "lacks_tag"
        }
    }

    private static func cooling(
        _ deployment: DeploymentState, _ instance: InstanceState, isLimited: Bool, rise: Int, at now: Moment
    ) -> Availability? {
        if instance.breaker.isClosed && deployment.breaker.isClosed { return nil }
        var until = Moment.zero
        var isDue = true
        var isOut = false
        // Refused connections: any good probe closes that breaker, so its trial waits for time alone.
        for (breaker, needed) in [(instance.breaker, 0), (deployment.breaker, instance.isProbed ? rise : 0)] {
            switch breaker.state {
            case .closed: break
            case .open(let end, _):
                until = max(until, end)
                isDue = isDue && breaker.isDue(at: now, rise: needed)
            case .halfOpen(let end, _):
                until = max(until, end)
                isOut = true
            }
        }
        // A trial is a request like any other: it needs room.
        if deployment.pause.lasts(at: now) || deployment.inFlight >= deployment.maxParallel || isLimited {
            isDue = false
        }
        if isOut { return .coolingDown(until: until, .out) }
        return .coolingDown(until: until, isDue ? .due : .early(wasRefused: !instance.breaker.isClosed))
    }
}
