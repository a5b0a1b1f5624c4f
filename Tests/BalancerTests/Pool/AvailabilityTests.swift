import Testing

@testable import Balancer

@Suite struct AvailabilityTests {
    let settings = BreakerSettings(tripAfter: 1, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
    let late = Moment.zero + .seconds(1000)

    func deployment(maxParallel: Int32 = .max, slots: Int32 = .max, isDisabled: Bool = false) -> DeploymentState {
        DeploymentState(
            instance: 0, model: 0, place: 0, maxParallel: maxParallel, stride: 1, turn: 0, isDisabled: isDisabled,
            latency: LatencyEWMA(
                .init(timeConstant: 1, keepsPeaks: false, isPerPromptToken: false, seed: 1), at: .zero),
            slots: slots, context: 0, contextGuard: 0, window: -1)
    }

    func opened() -> Breaker {
        var breaker = Breaker()
        var random = RandomSource(seed: 1)
        _ = breaker.recordFailure(generation: 0, tripAfter: 1, settings: settings, at: .zero, random: &random)
        return breaker
    }

    func availability(
        _ deployment: DeploymentState, _ instance: InstanceState, _ window: RateWindow? = nil, at now: Moment = .zero
    ) -> Availability {
        Availability(of: deployment, on: instance, window: window, rise: 2, at: now)
    }

    @Test func `a limit that is reached comes before the cap and after a pause`() {
        var window = RateWindow(rpm: 1, tpm: nil)
        let instance = InstanceState(isProbed: false)
        var full = deployment(maxParallel: 1)
        full.inFlight = 1
        #expect(availability(full, instance, window) == .full(.cap))
        window.count(5, at: .zero)
        let end = Moment.zero + .seconds(60)
        #expect(availability(full, instance, window) == .full(.limit(.requests, until: end)))
        full.pause.begin(for: .seconds(1), at: .zero)
        #expect(availability(full, instance, window) == .full(.busy(until: .zero + .seconds(1))))
        #expect(availability(full, instance, window, at: end) == .full(.cap))
    }

    @Test func `a trial waits for the end of a minute that is used up`() {
        var window = RateWindow(rpm: 1, tpm: nil)
        window.count(5, at: late)
        var waiting = deployment()
        waiting.breaker = opened()
        let instance = InstanceState(isProbed: false)
        guard case .coolingDown(_, .early) = availability(waiting, instance, window, at: late) else {
            return #expect(Bool(false), "there is no room for a trial")
        }
        guard case .coolingDown(_, .due) = availability(waiting, instance, window, at: late + .seconds(60)) else {
            return #expect(Bool(false), "a new minute has begun")
        }
    }

    @Test func `an instance nobody probes is ready, a probed one unknown at first`() {
        #expect(availability(deployment(), InstanceState(isProbed: false)) == .ready)
        #expect(availability(deployment(), InstanceState(isProbed: true)) == .unknown)
        #expect(Availability.unknown.isEligible)
    }

    @Test func `each reason has its name, and only three may be picked`() {
        let all: [(Availability, String, Bool)] = [
            (.ready, "ready", true), (.unknown, "unknown", true), (.full(.slots), "full", true),
            (.full(.cap), "full", false), (.full(.busy(until: .zero)), "full", false),
            (.full(.limit(.tokens, until: .zero)), "full", false),
            (.coolingDown(until: .zero, .due), "cooling_down", false), (.down(since: .zero), "down", false),
            (.draining, "draining", false), (.lacksTag, "lacks_tag", false), (.disabled, "down", false),
        ]
        for (availability, name, isEligible) in all {
            #expect(availability.name == name)
            #expect(availability.isEligible == isEligible, "\(availability)")
        }
    }

    @Test func `reasons come in the order of what an operator should know first`() {
        var instance = InstanceState(isProbed: true)
        var state = deployment(maxParallel: 1, slots: 1, isDisabled: false)
        state.inFlight = 1
        instance.reach = .up
        #expect(availability(state, instance) == .full(.cap))
        state.pause.begin(for: late - .zero, at: .zero)
        #expect(availability(state, instance) == .full(.busy(until: late)))
        state.breaker = opened()
        guard case .coolingDown(_, .early(wasRefused: false)) = availability(state, instance) else {
            return #expect(Bool(false), "\(availability(state, instance))")
        }
        state.lacksTag = true
        #expect(availability(state, instance) == .lacksTag)
        instance.reach = .down(since: .zero)
        #expect(availability(state, instance) == .down(since: .zero))
        instance.isDraining = true
        #expect(availability(state, instance) == .draining)
        #expect(availability(deployment(isDisabled: true), instance) == .disabled)
    }

    @Test func `slots are shown but are no cap`() {
        var state = deployment(slots: 2)
        state.inFlight = 2
        #expect(availability(state, InstanceState(isProbed: false)) == .full(.slots))
        state.inFlight = 1
        #expect(availability(state, InstanceState(isProbed: false)) == .ready)
    }

    @Test func `a trial on a probed instance waits for time and probes, on another for time alone`() {
        var state = deployment()
        state.breaker = opened()
        func trial(_ instance: InstanceState) -> Availability.Trial? {
            if case .coolingDown(_, let trial) = availability(state, instance, at: late) { trial } else { nil }
        }
        var probed = InstanceState(isProbed: true)
        probed.reach = .up
        #expect(trial(probed) == .early(wasRefused: false))
        #expect(trial(InstanceState(isProbed: false)) == .due)
        state.breaker.recordGoodProbe()
        state.breaker.recordGoodProbe()
        #expect(trial(probed) == .due)
        _ = state.breaker.admitTrial()
        #expect(trial(probed) == .out)
    }

    @Test func `refused connections are told apart, and a trial needs room`() {
        var instance = InstanceState(isProbed: false)
        instance.breaker = opened()
        var state = deployment(maxParallel: 1)
        guard case .coolingDown(_, .early(wasRefused: true)) = availability(state, instance) else {
            return #expect(Bool(false), "\(availability(state, instance))")
        }
        guard case .coolingDown(_, .due) = availability(state, instance, at: late) else {
            return #expect(Bool(false), "\(availability(state, instance, at: late))")
        }
        state.inFlight = 1
        guard case .coolingDown(_, .early) = availability(state, instance, at: late) else {
            return #expect(Bool(false), "\(availability(state, instance, at: late))")
        }
    }
}
