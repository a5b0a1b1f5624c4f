import Testing

@testable import Balancer

@Suite struct LatencyEWMATests {
    let mean = LatencyEWMA.Rule(timeConstant: 60, keepsPeaks: false, isPerPromptToken: true, seed: 0.001)
    let peak = LatencyEWMA.Rule(timeConstant: 10, keepsPeaks: true, isPerPromptToken: false, seed: 0.3)

    func at(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1e9)) }

    @Test func `starts from its seed`() {
        #expect(LatencyEWMA(peak, at: at(5)).estimate(peak, at: at(5)) == 0.3)
    }

    @Test func `the first sample replaces the seed`() {
        var latency = LatencyEWMA(mean, at: at(0))
        latency.record(.milliseconds(1640), promptTokens: 100, mean, at: at(0))
        #expect(abs(latency.estimate(mean, at: at(0)) - 0.01) < 1e-12)
    }

    @Test func `37 percent is left after one time constant`() {
        var latency = LatencyEWMA(peak, at: at(0))
        latency.record(.seconds(1), promptTokens: 1, peak, at: at(0))
        #expect(abs(latency.estimate(peak, at: at(10)) - 0.36788) < 1e-4)
    }

    @Test func `a peak is believed at once, a better sample slowly`() {
        var latency = LatencyEWMA(peak, at: at(0))
        latency.record(.seconds(1), promptTokens: 1, peak, at: at(0))
        latency.record(.seconds(4), promptTokens: 1, peak, at: at(1))
        #expect(abs(latency.estimate(peak, at: at(1)) - 4) < 1e-9)
        latency.record(.milliseconds(100), promptTokens: 1, peak, at: at(2))
        let estimate = latency.estimate(peak, at: at(2))
        #expect(estimate > 3 && estimate < 4)
    }

    @Test func `a mean moves towards new samples as time passes`() {
        var latency = LatencyEWMA(mean, at: at(0))
        latency.record(.seconds(10), promptTokens: 100, mean, at: at(0))
        for second in 1...300 { latency.record(.seconds(1), promptTokens: 100, mean, at: at(Double(second))) }
        let now = latency.estimate(mean, at: at(300)) * 164
        #expect(now > 0.9 && now < 1.2, "it is \(now)")
    }

    @Test func `a fast failure looks at least five seconds slow`() {
        var latency = LatencyEWMA(peak, at: at(0))
        latency.penalise(retryAfter: nil, peak, at: at(0))
        #expect(abs(latency.estimate(peak, at: at(0)) - 5) < 1e-9)
        latency.penalise(retryAfter: .seconds(1000), peak, at: at(0))
        #expect(abs(latency.estimate(peak, at: at(0)) - 300) < 1e-9)
        latency.penalise(retryAfter: .seconds(60), peak, at: at(0))
        #expect(abs(latency.estimate(peak, at: at(0)) - 300) < 1e-9, "a failure never makes it better")
    }

    @Test func `levels order like estimates at any time`() {
        var random = RandomSource(seed: 3)
        var latencies = (0..<20).map { _ in LatencyEWMA(mean, at: at(0)) }
        var now = 0.0
        for _ in 0..<2000 {
            now += random.unit() * 5
            let index = random.below(20)
            latencies[index].record(
                .milliseconds(Int64(1 + random.below(5000))), promptTokens: random.below(500), mean, at: at(now))
            let other = random.below(20)
            let byEstimate =
                latencies[index].estimate(mean, at: at(now)) < latencies[other].estimate(mean, at: at(now))
            #expect(index == other || byEstimate == (latencies[index].level < latencies[other].level))
        }
    }

    @Test func `a sample from the past does not turn time back`() {
        var latency = LatencyEWMA(mean, at: at(100))
        latency.record(.seconds(1), promptTokens: 100, mean, at: at(100))
        let level = latency.level
        latency.record(.seconds(1), promptTokens: 100, mean, at: at(50))
        #expect(latency.level == level)
    }
}
