import Balancer
import BoxModel

/// One run: a pool, its requests and who routes them, in virtual time.
///
/// The next of all that can happen is always done next; of what falls on one moment, what the boxes do comes first, then
/// faults, probes, time-outs, the policy's own wake-ups and arrivals. Nothing depends on anything else, so the same
/// input gives the same run.
struct Run<Policy: RoutingPolicy & ~Copyable>: ~Copyable {
    /// When the last request has been waiting that long, nobody will answer it.
    private static var patience: Int64 { 7 * 86_400 * 1_000_000_000 }

    var policy: Policy
    private(set) var table: RequestTable
    private(set) var fleet: BoxFleet
    /// When loads and evictions took place.
    private(set) var loads: [Int64] = []
    private(set) var evictions: [Int64] = []
    /// The time at work of each box when counting began, and at the last arrival.
    private(set) var workBefore: [Int64] = []
    private(set) var workAfter: [Int64] = []
    private(set) var now: Int64 = 0

    private let pool: SimulatedPool
    private let requests: [SimulatedRequest]
    private let faults: [(time: Int64, fault: Fault)]
    private let countedFrom: Int
    private let timeout: Int64?
    private let maxWait: Int64?
    private var nextRequest = 0
    private var nextFault = 0
    private var probes: ProbeClock
    private var timers = TimerHeap()
    private var policyWake = WakeTable.never
    private var carriedOut: [RoutingDecision] = []
    private var seen: [BoxChange] = []

    /// Counting begins with the arrival of request `countedFrom`.
    init(_ pool: SimulatedPool, _ workload: Workload, policy: consuming Policy, countedFrom: Int, seed: UInt64) {
        self.pool = pool
        self.policy = policy
        self.countedFrom = countedFrom
        requests = workload.requests
        table = RequestTable(count: requests.count)
        fleet = BoxFleet(pool)
        probes = ProbeClock(pool, seed: seed)
        let start = requests.first?.arrival ?? 0
        let timed = pool.faults.map { (time: start + $0.moment(span: workload.span), fault: $0) }
        // Of equal moments in the order given: sorting is stable.
        faults = timed.sorted { $0.time < $1.time }
        timeout =
            pool.faults.contains { $0.kind == .hangs } ? pool.timeout.nanoseconds : nil
        maxWait = pool.maxWait?.nanoseconds
    }

    /// Runs to the end; `progress` hears now and then how many requests are over.
    mutating func toTheEnd(progress: (Int) -> Void) {
        let end = (requests.last?.arrival ?? 0) + Self.patience
        let step = max(1, requests.count / 200)
        var reported = 0
        while table.over < requests.count {
            let time = nextTime()
            guard time < end else { break }
            now = time
            happen()
            if table.over >= reported + step {
                reported = table.over
                progress(reported)
            }
        }
        for request in requests.indices where table.state[request] == .held || table.state[request] == .sent {
            lose(request)
        }
    }

    private func nextTime() -> Int64 {
        var time = min(fleet.wakes.time, timers.time, policyWake)
        if nextFault < faults.count { time = min(time, faults[nextFault].time) }
        if policy.isProbing { time = min(time, probes.times.time) }
        if nextRequest < requests.count { time = min(time, requests[nextRequest].arrival) }
        return time
    }

    private mutating func happen() {
        let moment = Moment(nanoseconds: now)
        if fleet.wakes.time == now {
            fleet.advance(fleet.wakes.first, to: now)
        } else if nextFault < faults.count, faults[nextFault].time == now {
            strike(faults[nextFault].fault)
            nextFault += 1
        } else if policy.isProbing, probes.times.time == now {
            policy.probed(probes.probe(probes.times.first, of: fleet, at: now), at: moment)
        } else if timers.time == now {
            timeUp(timers.removeFirst())
        } else if policyWake == now {
            policyWake = WakeTable.never
            policy.wake(at: moment)
        } else {
            arrive()
        }
        settle(at: moment)
    }

    /// Hands the boxes' changes to the policy and the policy's decisions to the boxes, until all is quiet.
    private mutating func settle(at moment: Moment) {
        while true {
            while !fleet.changes.isEmpty { takeChanges(at: moment) }
            if policy.isClairvoyant { policy.look(into: fleet.boxes, at: moment) }
            if policy.decisions.isEmpty { break }
            swap(&carriedOut, &policy.decisions)
            for decision in carriedOut { carryOut(decision) }
            carriedOut.removeAll(keepingCapacity: true)
        }
        for box in policy.takeProbeWishes() { probes.hasten(box, at: now) }
        // Its wish may lie in the past; it is heard at once, but after all that has happened already.
        policyWake = policy.nextWake().map { max($0.nanoseconds, now + 1) } ?? WakeTable.never
    }

    private mutating func arrive() {
        let request = nextRequest
        nextRequest += 1
        if request == countedFrom { workBefore = fleet.boxes.indices.map(fleet.workingTime(of:)) }
        if nextRequest == requests.count { workAfter = fleet.boxes.indices.map(fleet.workingTime(of:)) }
        policy.choose(request, tried: [], at: Moment(nanoseconds: now))
    }

    private mutating func carryOut(_ decision: RoutingDecision) {
        switch decision {
        case .refuse(let request):
            lose(request)
        case .hold(let request):
            table.state[request] = .held
            if let maxWait {
                timers.insert(.init(time: now + maxWait, request: Int32(request), step: -1))
            }
        case .send(let request, let box, let context):
            send(request, to: box, context: context < 0 ? requests[request].context : context)
        }
    }

    private mutating func send(_ request: Int, to box: Int, context: Int32) {
        table.state[request] = .sent
        table.box[request] = Int32(box)
        table.sentAt[request] = now
        table.attempts[request] += 1
        if let timeout {
            timers.insert(
                .init(time: now + timeout, request: Int32(request), step: Int32(table.attempts[request])))
        }
        switch fleet.health[box] {
        case .dead: fail(request, .refused)
        case .hanging: break
        case .well:
            let simulated = requests[request]
            var demand = BoxDemand(
                model: Int(simulated.model), options: LoadOptions(context: context > 0 ? Int(context) : nil),
                keepAlive: nil,
                promptTokens: Int(simulated.promptTokens), work: .generate(tokens: Int(simulated.outputTokens)))
            demand.prefix = simulated.prefix
            demand.transcript = simulated.transcript
            demand.blockTokens = PrefixChain.blockTokens
            fleet.arrive(demand, request, on: box, at: now)
        }
    }

    private mutating func takeChanges(at moment: Moment) {
        swap(&seen, &fleet.changes)
        for change in seen {
            switch change {
            case .tokens(let request, _):
                guard table.firstTokenAt[request] < 0 else { continue }
                table.firstTokenAt[request] = now
                policy.firstToken(request, after: .nanoseconds(now - table.sentAt[request]), at: moment)
            case .finished(let request, let timings): finish(request, timings, at: moment)
            case .rejected(let request): fail(request, .saturated(retryAfter: nil))
            case .loadBegan: loads.append(now)
            case .unloaded(_, evicted: true): evictions.append(now)
            case .started, .loaded, .loadAborted, .unloaded: break
            }
        }
        seen.removeAll(keepingCapacity: true)
    }

    private mutating func finish(_ request: Int, _ timings: BoxTimings, at moment: Moment) {
        table.state[request] = .answered
        table.endedAt[request] = now
        table.cachedTokens[request] = Int32(timings.cachedTokens)
        table.over += 1
        let sent = table.sentAt[request]
        let sample = Sample(
            timeToFirstToken: .nanoseconds(table.firstTokenAt[request] - sent), duration: .nanoseconds(now - sent),
            promptTokens: Int(requests[request].promptTokens), completionTokens: Int(requests[request].outputTokens),
            times: BoxTimes(
                total: .nanoseconds(timings.finished - timings.arrived),
                load: .nanoseconds(timings.obtained - timings.arrived),
                prefill: .nanoseconds(timings.read - timings.started),
                decode: .nanoseconds(timings.finished - timings.read)))
        policy.ended(request, .succeeded(sample), at: moment)
    }

    /// A try failed: another one, unless the client has seen a part of the answer or there were enough.
    private mutating func fail(_ request: Int, _ failure: Failure) {
        let moment = Moment(nanoseconds: now)
        table.state[request] = .undecided
        policy.ended(request, .failed(failure), at: moment)
        guard table.firstTokenAt[request] < 0, Int(table.attempts[request]) <= pool.retries else {
            return lose(request)
        }
        table.tried[request, default: []].append(Int(table.box[request]))
        var tried = InstanceSet()
        for box in table.tried[request]! { tried.insert(InstanceID(index: box)) }
        policy.choose(request, tried: tried, at: moment)
    }

    private mutating func lose(_ request: Int) {
        table.state[request] = .lost
        table.endedAt[request] = now
        table.over += 1
    }

    private mutating func timeUp(_ timer: TimerHeap.Timer) {
        let request = Int(timer.request)
        if timer.step < 0 {
            guard table.state[request] == .held else { return }
            policy.leave(request, at: Moment(nanoseconds: now))
            return lose(request)
        }
        let box = Int(table.box[request])
        guard table.state[request] == .sent, table.attempts[request] == UInt8(timer.step),
            table.firstTokenAt[request] < 0 || fleet.health[box] == .hanging
        else { return }
        if fleet.health[box] == .well { fleet.cancel(request, on: box, at: now) }
        fail(request, .timedOut)
    }

    private mutating func strike(_ fault: Fault) {
        let box = fault.box
        let openBefore = fleet.health[box]
        switch fault.kind {
        case .slows(let factor):
            return fleet.slow(box, by: factor, at: now)
        case .hangs:
            return fleet.stop(box, .hanging, at: now)
        case .dies:
            fleet.stop(box, .dead, at: now)
        case .returns:
            fleet.mend(box, at: now)
            if openBefore == .well { return }
        }
        // The box's work up to now counts; then all that is open there breaks off.
        takeChanges(at: Moment(nanoseconds: now))
        for request in requests.indices where table.state[request] == .sent && Int(table.box[request]) == box {
            fail(request, .connectionLost)
        }
    }
}
