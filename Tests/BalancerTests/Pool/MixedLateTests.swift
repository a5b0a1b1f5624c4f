import TestSupport
import Testing

@testable import Balancer

/// A box that answers nobody among requests of two kinds: of streams the first token is seen when it comes, of whole answers the end.
@Suite struct MixedLateTests {
    private static let (first, whole) = (Duration.milliseconds(100), Duration.seconds(5))
    private static let step = Duration.milliseconds(100)

    /// Three boxes that have answered, of which the first one answers nobody any more.
    private final class Run {
        let balancer: PoolBalancer
        let clock: ManualClock
        private(set) var asked = 0
        private(set) var hedges = 0
        private(set) var longest = Duration.zero
        private var open: [Request] = []

        private final class Request {
            var lease: Lease?
            var other: Lease?
            var (sent, asked): (Moment, Moment)
            var due: Moment
            var box: Int
            let isStreamed: Bool

            init(_ lease: consuming Lease, isStreamed: Bool, at now: Moment) {
                (sent, asked, due, box) = (now, now, now + .seconds(1), lease.instance.index)
                self.isStreamed = isStreamed
                self.lease = consume lease
            }
        }

        init() async throws {
            (balancer, clock, _) = PoolFixture("least-busy", size: 3, isProbed: true).make()
            await probe()
            for number in 0..<150 {
                clock.advance(by: .milliseconds(200))
                var request = Self.ask
                for other in 0..<3 where other != number % 3 { request.tried.insert(InstanceID(index: other)) }
                answer(try balancer.pick(ModelID(index: 0), request))
            }
        }

        static var ask: PickRequest {
            var request = PickRequest.after()
            request.learns = .answers
            return request
        }

        private func answer(_ lease: consuming Lease) {
            var lease = lease
            balancer.heard(lease.instance, at: clock.now)
            lease.firstToken(after: MixedLateTests.first)
            lease.settle(
                .succeeded(
                    Sample(
                        timeToFirstToken: MixedLateTests.first, duration: MixedLateTests.whole, promptTokens: 100,
                        completionTokens: 100, times: nil)))
        }

        private func probe() async {
            for box in 0..<3 {
                await balancer.observe(.loaded(box, at: clock.now))
            }
        }

        var isFound: Bool { balancer.snapshot().deployments[0].breaker == "open" }

        /// Five requests a second, of which each third is for a whole answer; until the box is out, or for so long.
        func work(seconds: Int) async throws {
            for tick in 0..<seconds * 10 where !isFound {
                clock.advance(by: MixedLateTests.step)
                if tick % 10 == 0 { await probe() }
                if tick % 2 == 0 {
                    let lease = try balancer.pick(ModelID(index: 0), Self.ask)
                    open.append(Request(lease, isStreamed: asked % 3 != 0, at: clock.now))
                    asked += 1
                }
                open.removeAll { ends($0) }
            }
        }

        private func ends(_ request: Request) -> Bool {
            let now = clock.now
            if request.box > 0 {
                // Streams go on for as long as whole answers take.
                if now - request.sent >= MixedLateTests.first {
                    balancer.heard(InstanceID(index: request.box), at: now)
                }
                guard now - request.sent >= MixedLateTests.whole else { return false }
                answer(request.lease.take()!)
                return true
            }
            longest = max(longest, now - request.asked)
            if let other = request.other.take() {
                let late = request.lease.take()!
                let isFault = late.leave(sent: request.sent, bytes: nil, at: now)
                late.settle(isFault ? .failed(.timedOut) : .ignored)
                (request.sent, request.box) = (now, other.instance.index)
                request.lease = consume other
                return false
            }
            guard now >= request.due else { return false }
            var elsewhere = Self.ask
            elsewhere.tried.insert(InstanceID(index: 0))
            switch request.lease!.look(
                elsewhere, sent: request.sent, bytes: nil, isStreamed: request.isStreamed, at: now)
            {
            case .leave: Issue.record("others have room")
            case .look(let next): request.due = next
            case .hedge(let other):
                hedges += 1
                request.other = consume other
            }
            return false
        }

        func end() {
            for request in open {
                request.lease.take()?.settle(.ignored)
                request.other.take()?.settle(.ignored)
            }
        }
    }

    @Test func `it is found out by the first request that nothing explains, whatever was asked twice before`()
        async throws
    {
        let run = try await Run()
        try await run.work(seconds: 120)
        #expect(run.isFound)
        // A whole answer is late after 13 s: until then those before each late stream may explain its wait.
        #expect(run.longest < .seconds(20), "\(run.longest)")
        #expect(Double(run.hedges) <= 0.05 * Double(run.asked + 150) + HedgeBudget.most, "\(run.hedges)")
        run.end()
        #expect(run.balancer.snapshot().inFlight == 0)
    }
}
