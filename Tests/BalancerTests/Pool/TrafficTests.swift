import Testing

@testable import Balancer

@Suite struct TrafficTests {
    private final class Rig {
        var traffic = Traffic()

        func mayRetry(percent: Int = 20, minimum: Int = 3, at now: Moment) -> Bool {
            traffic.mayRetry(within: RetryBudget(percent: percent, minimum: minimum), at: now)
        }
    }

    private func moment(_ seconds: Double) -> Moment { .zero + .seconds(seconds) }

    @Test func `a few retries a second are always allowed, and each second anew`() {
        let rig = Rig()
        for second in 0..<3 {
            for _ in 0..<3 {
                #expect(rig.mayRetry(at: moment(Double(second) + 0.5)))
                rig.traffic.chargeRetry(at: moment(Double(second) + 0.5))
            }
            #expect(!rig.mayRetry(at: moment(Double(second) + 0.9)))
        }
    }

    /// Boxes that fail at once have next to nothing in flight: the budget counted that, and allowed three retries for each request.
    @Test(arguments: [20, 50, 1000])
    func `requests that end at once have no more retries than their share`(perSecond: Int) {
        let rig = Rig()
        var (requests, retries) = (0, 0)
        for number in 0..<30 * perSecond {
            let now = moment(Double(number) / Double(perSecond))
            rig.traffic.began()
            requests += 1
            for _ in 0..<3 where rig.mayRetry(at: now) {
                rig.traffic.began()
                rig.traffic.chargeRetry(at: now)
                rig.traffic.ended()
                retries += 1
            }
            rig.traffic.ended()
        }
        #expect(rig.traffic.inFlight == 0)
        #expect(retries <= requests / 5 + 33 && retries >= requests / 6, "\(retries) of \(requests)")
    }

    @Test func `what is longer ago than ten seconds counts no more`() {
        let rig = Rig()
        for _ in 0..<1000 { rig.traffic.began() }
        #expect(rig.mayRetry(minimum: 0, at: moment(1)))
        #expect(rig.mayRetry(minimum: 0, at: moment(9)))
        #expect(!rig.mayRetry(minimum: 0, at: moment(11.5)))
    }

    @Test func `a retry that was not sent costs nothing`() {
        let rig = Rig()
        let now = moment(3)
        for _ in 0..<3 { rig.traffic.chargeRetry(at: now) }
        #expect(!rig.mayRetry(at: now))
        rig.traffic.refundRetry(at: now)
        #expect(rig.mayRetry(at: now))
    }

    @Test func `no limit is none`() {
        let rig = Rig()
        for _ in 0..<1000 { rig.traffic.chargeRetry(at: moment(1)) }
        #expect(rig.mayRetry(percent: 100, minimum: .max, at: moment(1)))
    }

    @Test func `a clock that stands or goes back counts all the same`() {
        let rig = Rig()
        for at in [5.0, 5.0, 4.0, 6.0] {
            for _ in 0..<100 { rig.traffic.began() }
            #expect(rig.mayRetry(minimum: 0, at: moment(at)))
        }
    }
}
