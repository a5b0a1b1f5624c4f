import Testing

@testable import Telemetry

@Suite struct LatencyBucketsTests {
    static let all: [LatencyBuckets] = [.request, .token, .queue, .load]

    @Test(arguments: all)
    func `a time counts in the first bucket whose bound is not below it`(buckets: LatencyBuckets) throws {
        for (index, bound) in buckets.bounds.enumerated() {
            let nanoseconds = Int64((try #require(Double(bound)) * 1e9).rounded())
            #expect(buckets.index(nanoseconds: nanoseconds) == index, "\(bound)")
            #expect(buckets.index(nanoseconds: nanoseconds + 1) == index + 1, "\(bound)")
        }
        #expect(buckets.index(nanoseconds: 0) == 0)
        #expect(buckets.index(nanoseconds: .max) == buckets.count - 1)
        #expect(buckets.bounds.count == buckets.count - 1)
    }

    @Test func `bounds are written in seconds`() {
        let request = LatencyBuckets.request.bounds
        #expect(request[0] == "0.000256")
        #expect(request[12] == "1.048576")
        #expect(request.last == "1073.741824")
        let token = LatencyBuckets.token.bounds
        #expect(token.prefix(4) == ["0.001024", "0.001536", "0.002048", "0.003072"])
        #expect(token.suffix(2) == ["0.786432", "1.048576"])
        #expect((LatencyBuckets.load.bounds.first, LatencyBuckets.load.bounds.last) == ("0.131072", "536.870912"))
    }
}
