import Testing

@testable import Telemetry

@Suite struct LatencyBucketsTests {
    @Test func `a time counts in the first bucket whose bound is not below it`() {
        for (index, exponent) in (LatencyBuckets.first...LatencyBuckets.last).enumerated() {
            let bound = Int64(1_000) << Int64(exponent)
            #expect(LatencyBuckets.index(nanoseconds: bound) == index)
            #expect(LatencyBuckets.index(nanoseconds: bound + 1) == index + 1)
        }
        #expect(LatencyBuckets.index(nanoseconds: 0) == 0)
        #expect(LatencyBuckets.index(nanoseconds: .max) == LatencyBuckets.count - 1)
    }

    @Test func `bounds are written in seconds`() {
        #expect(LatencyBuckets.bounds.count == LatencyBuckets.count - 1)
        #expect(LatencyBuckets.bounds[0] == "0.000256")
        #expect(LatencyBuckets.bounds[12] == "1.048576")
        #expect(LatencyBuckets.bounds.last == "1073.741824")
    }
}
