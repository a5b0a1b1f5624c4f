import Testing

@testable import Balancer

@Suite struct TimeHistogramTests {
    @Test func `a quantile is no less than the share of times says, and hardly more`() throws {
        var times = TimeHistogram()
        #expect(times.quantile(0.99) == nil)
        for hundredth in 1...100 { times.record(.milliseconds(10 * hundredth)) }
        let half = try #require(times.quantile(0.5))
        let most = try #require(times.quantile(0.99))
        #expect(half >= .milliseconds(500) && half <= .milliseconds(760))
        #expect(most >= .milliseconds(990) && most <= .milliseconds(1_500))
    }

    @Test(arguments: [0, 9, 10, 19, 20, 29, 30, 41, 1_000, 90_000, 7_200_000, Int64.max / 2_000_000])
    func `each time has a place, and no place is below its times`(milliseconds: Int64) throws {
        var times = TimeHistogram()
        times.record(.milliseconds(milliseconds))
        let end = try #require(times.quantile(1))
        #expect(end >= .milliseconds(min(milliseconds, 5_000_000)))
        if milliseconds < 5_000_000 { #expect(end <= .milliseconds(milliseconds * 3 / 2 + 20)) }
    }

    @Test func `what is long ago is forgotten`() throws {
        var times = TimeHistogram()
        for _ in 0..<200 { times.record(.seconds(60)) }
        for _ in 0..<3_000 { times.record(.milliseconds(50)) }
        #expect(try #require(times.quantile(0.99)) < .milliseconds(100))
        #expect(times.count < 256)
    }
}
