import TestSupport
import Testing

@testable import Balancer

/// A box that has become slow for good among boxes that have not, and one that answers nobody any more.
@Suite struct SlowBoxTests {
    /// Its first tokens took so long, as those of the others do.
    private static let usual = Duration.seconds(5)

    /// Three boxes that have answered, each as often; the first one then takes as long as it is told.
    private final class Run {
        let balancer: PoolBalancer
        let clock: ManualClock
        /// How long the first box takes; nil: it answers nobody.
        var slow: Duration?
        /// Its next answer loads the model first, and takes so long with that.
        var load: Duration?
        private var open: [Request] = []
        /// Requests to the first box that go on without their clients.
        private var trials: [Request] = []
        /// When the first box answered.
        private(set) var served: [Moment] = []
        /// How long clients waited who were answered in the first box's place.
        private(set) var waits: [Duration] = []

        init(_ strategy: String, slow: Duration?) async throws {
            var fixture = PoolFixture(strategy, size: 3, isProbed: true)
            for box in 0..<3 { fixture.spec.deployments[box].slots = 2 }
            (balancer, clock, _) = fixture.make()
            self.slow = slow
            await probe()
            for number in 0..<120 {
                clock.advance(by: .milliseconds(200))
                var request = Self.ask
                for other in 0..<3 where other != number % 3 { request.tried.insert(InstanceID(index: other)) }
                var lease = try balancer.pick(ModelID(index: 0), request)
                lease.firstToken(after: SlowBoxTests.usual)
                lease.settle(.success(SlowBoxTests.usual))
            }
        }

        static var ask: PickRequest {
            var request = PickRequest.after()
            request.learns = .answers
            return request
        }

        private final class Request {
            var lease: Lease?
            /// When its client asked, and when it was sent where it is.
            let asked: Moment
            var (sent, box): (Moment, Int)
            var other: Lease?
            var askedAt: Moment?

            /// When a trial has waited long enough.
            let ends: Moment

            init(_ lease: consuming Lease, at now: Moment, ends: Moment = .never) {
                self.ends = ends
                (asked, sent, box) = (now, now, lease.instance.index)
                self.lease = consume lease
            }
        }

        /// Lists and loaded models are as green as ever.
        private func probe() async {
            // One that loads has nothing yet.
            for box in 0..<3 {
                await balancer.observe(
                    .loaded(box, box > 0 || load == nil ? ["llama3.1:8b"] : [], at: clock.now))
            }
        }

        /// A request each second: more than two boxes work on at once.
        func work(minutes: Int) async throws {
            for _ in 0..<minutes * 60 {
                clock.advance(by: .seconds(1))
                await probe()
                trials.removeAll { isOver($0) }
                // One that would have to wait is none.
                if let lease = try? balancer.pick(ModelID(index: 0), Self.ask) {
                    open.append(Request(lease, at: clock.now))
                }
                open.removeAll { ends($0) }
            }
        }

        /// A trial that goes on by itself.
        private func isOver(_ trial: Request) -> Bool {
            let now = clock.now
            if let time = slow.map({ load ?? $0 }), now - trial.sent >= time {
                balancer.heard(InstanceID(index: 0), at: now)
                trial.lease.take()?.settle(.answered(now - trial.sent, .firstToken))
                served.append(now)
                load = nil
                return true
            }
            guard now >= trial.ends else { return false }
            let late = trial.lease.take()!
            let isFault = late.leave(sent: trial.sent, bytes: nil, at: now)
            late.settle(isFault ? .failed(.timedOut) : .ignored)
            return true
        }

        private func ends(_ request: Request) -> Bool {
            let now = clock.now
            let time = request.box == 0 ? slow.map { load ?? $0 } : SlowBoxTests.usual
            if let time, now - request.sent >= time {
                request.other.take()?.settle(.ignored)
                answer(request.lease.take(), after: time, load: request.box == 0 ? load : nil)
                if request.asked != request.sent { waits.append(now - request.asked) }
                if request.box == 0 {
                    served.append(now)
                    load = nil
                }
                return true
            }
            if let asked = request.askedAt {
                guard now - asked >= SlowBoxTests.usual, let late = request.lease.take() else { return false }
                let isFault = late.leave(sent: request.sent, bytes: nil, at: now)
                late.settle(isFault ? .failed(.timedOut) : .ignored)
                answer(request.other.take(), after: SlowBoxTests.usual)
                waits.append(now - request.sent)
                return true
            }
            var elsewhere = Self.ask
            elsewhere.tried.insert(InstanceID(index: request.box))
            switch request.lease!.look(elsewhere, sent: request.sent, bytes: nil, isStreamed: true, at: now) {
            case .look: break
            case .leave: break
            case .hedge(let other):
                let late = request.lease.take()!
                if late.isTrialOfSilence {
                    let ends = late.trialEnds(sent: request.sent, isStreamed: true)
                    trials.append(Request(late, at: request.sent, ends: ends))
                    (request.sent, request.box) = (now, other.instance.index)
                    request.lease = consume other
                    return false
                }
                request.lease = consume late
                request.other = consume other
                request.askedAt = now
            }
            return false
        }

        private func answer(_ lease: consuming Lease?, after time: Duration, load: Duration? = nil) {
            guard var lease = consume lease else { return }
            balancer.heard(lease.instance, at: clock.now)
            lease.firstToken(after: time)
            guard let load else { return lease.settle(.success(time)) }
            lease.settle(
                .succeeded(
                    Sample(
                        timeToFirstToken: time, duration: time, promptTokens: 10, completionTokens: 10,
                        times: BoxTimes(total: time, load: load, prefill: .zero, decode: .zero))))
        }

        func end() {
            for request in open + trials {
                request.lease.take()?.settle(.ignored)
                request.other.take()?.settle(.ignored)
            }
        }
    }

    @Test(arguments: ["soonest", "least-busy"], [3, 5])
    func `a box that has become slower for good comes back to traffic within minutes`(strategy: String, factor: Int)
        async throws
    {
        let run = try await Run(strategy, slow: Self.usual * factor)
        let began = run.clock.now
        try await run.work(minutes: 10)
        let late = run.served.filter { $0 - began > .seconds(240) }
        if strategy == "least-busy" {
            #expect(late.count > 10, "\(run.served.map { ($0 - began).inSeconds }), left \(run.waits)")
        }
        #expect(!run.served.isEmpty)
        #expect(run.balancer.snapshot().deployments[0].breaker == "closed")
        run.end()
        // By predictions the others are better, until they are away.
        for box in ["gpu-2", "gpu-3"] { _ = try await run.balancer.drain(box) }
        #expect(try run.balancer.run(.success(Self.usual * factor), after: Run.ask) == 0)
        #expect(run.balancer.snapshot().inFlight == 0)
    }

    @Test(arguments: ["soonest", "least-busy"])
    func `a box that answers nobody stays out, and costs few clients a wait`(strategy: String)
        async throws
    {
        let run = try await Run(strategy, slow: nil)
        try await run.work(minutes: 20)
        #expect(run.served.isEmpty)
        #expect(run.balancer.snapshot().deployments[0].breaker != "closed")
        #expect(run.waits.count < 20, "\(run.waits)")
        // They find out; those that are sent there later are served elsewhere after a moment.
        #expect(run.waits.count { $0 > Self.usual + .seconds(1) } <= 6, "\(run.waits)")
        #expect(try #require(run.waits.max()) <= .seconds(35))
        run.end()
        #expect(run.balancer.snapshot().inFlight == 0)
    }

    @Test func `a box that was started anew has a load behind it, and is not slow for that`() async throws {
        let run = try await Run("least-busy", slow: nil)
        try await run.work(minutes: 3)
        #expect(run.served.isEmpty && run.balancer.snapshot().deployments[0].breaker != "closed")
        (run.slow, run.load) = (Self.usual, .seconds(14))
        try await run.work(minutes: 10)
        #expect(run.served.count > 5 && run.balancer.snapshot().deployments[0].breaker == "closed")
        run.end()
        // Its requests are late as early as they were before.
        var request = Run.ask
        for other in 1..<3 { request.tried.insert(InstanceID(index: other)) }
        var lease = try run.balancer.pick(ModelID(index: 0), request)
        let sent = run.clock.now
        run.clock.advance(by: Self.usual * 4)
        var elsewhere = Run.ask
        elsewhere.tried.insert(InstanceID(index: 0))
        switch lease.look(elsewhere, sent: sent, bytes: nil, isStreamed: true, at: run.clock.now) {
        case .leave: Issue.record("others have room")
        case .look(let next): #expect(next <= run.clock.now + .seconds(2))
        case .hedge(let other): other.settle(.ignored)
        }
        lease.settle(.ignored)
    }

    /// Of an answer that nobody has read to its end counts what was seen of it, and nothing else.
    @Test(arguments: [Beginning.firstToken, .whole, .part])
    func `the beginning of an answer is what it is`(beginning: Beginning) throws {
        var pool = PoolState(PoolFixture("least-busy", size: 1, isProbed: true).spec, at: .zero)
        pool.observe(.loaded(0, at: .zero), unixSeconds: 0, at: .zero)
        for _ in 0..<8 {
            let grant = try pool.pick(0, Run.ask, at: .zero).get()
            pool.settle(grant, .answered(.seconds(20), beginning), sampled: false, at: .zero + .seconds(20))
        }
        let learned = pool.histories[0].firstTokens
        #expect((learned.usual(promptTokens: 1, .answers, isCold: false) != nil) == (beginning == .firstToken))
        #expect((learned.patienceForAnswer(.answers) != nil) == (beginning == .whole))
        #expect(learned.answers == 8)
    }
}
