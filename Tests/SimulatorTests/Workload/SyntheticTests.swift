import Balancer
import Testing

@testable import Simulator

@Suite struct SyntheticTests {
    private func make(_ text: String, seed: UInt64 = 1) throws -> [SimulatedRequest] {
        Workload(try SyntheticSpec(text), models: 3, seed: seed).requests
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    @Test(arguments: ["poisson", "bursty", "diurnal"])
    func `arrivals come in order at the rate`(kind: String) throws {
        let requests = try make("\(kind):rate=5,requests=20000,period=600")
        #expect(requests.count == 20_000)
        #expect(zip(requests, requests.dropFirst()).allSatisfy { $0.arrival <= $1.arrival })
        #expect(abs(Double(requests.last!.arrival) / 1e9 / 4_000 - 1) < 0.05)
    }

    @Test func `bursts have the rates they say`() throws {
        let requests = try make("bursty:rate=10,requests=24000,every=120,for=20,high=3.5,low=0.5")
        let inBurst = requests.count { ($0.arrival / 1_000_000_000) % 120 < 20 }
        #expect(abs(Double(inBurst) / 24_000 - 70.0 / 120) < 0.02)
    }

    @Test func `lengths follow their distributions`() throws {
        let requests = try make("poisson:requests=20000,prompt=uniform(100,300),output=exponential(50)")
        #expect(requests.allSatisfy { (100...300).contains($0.promptTokens) })
        #expect(abs(mean(requests.map { Double($0.outputTokens) }) - 50) < 2)
        let logs = try make("poisson:requests=20001,prompt=lognormal(800,1.0),output=fixed(7)")
        #expect(abs(Double(logs.map(\.promptTokens).sorted()[10_000]) / 800 - 1) < 0.05)
        #expect(logs.allSatisfy { $0.outputTokens == 7 })
    }

    @Test func `models follow Zipf's law, keys are spread`() throws {
        let requests = try make("poisson:requests=22000,models=zipf(1),keys=4")
        let counts = (0..<3).map { model in requests.count { $0.model == Int32(model) } }
        for (count, share) in zip(counts, [6.0, 3, 2]) { #expect(abs(Double(count) / 22_000 - share / 11) < 0.02) }
        #expect(Set(requests.map(\.key)) == [0, 1, 2, 3])
    }

    @Test func `conversations grow, and share what was said`() throws {
        let requests = try make(
            "poisson:rate=1,requests=50,prompt=fixed(200),output=fixed(100),turns=fixed(5),think=fixed(10),system=256")
        let conversations = Dictionary(grouping: requests, by: { $0.prefix[2] }).values
        let whole = try #require(conversations.first { $0.count == 5 })
        #expect(whole.map(\.promptTokens) == [456, 756, 1_056, 1_356, 1_656])
        #expect(zip(whole, whole.dropFirst()).allSatisfy { $1.arrival - $0.arrival == 10_000_000_000 })
        for (earlier, later) in zip(whole, whole.dropFirst()) {
            #expect(later.prefix.starts(with: earlier.transcript))
        }
        // All begin with the same two blocks and differ from the third on.
        #expect(Set(requests.map { $0.prefix[1] }).count == 1)
        #expect(Set(requests.map { $0.prefix[2] }).count == conversations.count)
    }

    @Test func `the same seed gives the same requests`() throws {
        let text = "diurnal:requests=500,turns=uniform(1,4)"
        #expect(try make(text).map(\.arrival) == make(text).map(\.arrival))
        #expect(try make(text).map(\.arrival) != make(text, seed: 2).map(\.arrival))
    }

    @Test(arguments: [
        ("weekly:rate=1", "\"weekly\" is no way to arrive; there are poisson, bursty, diurnal"),
        ("poisson:rate", "\"rate\" is not of the form name=value"),
        ("poisson:rate=-1", "rate must be a number above 0, not \"-1\""),
        ("poisson:speed=1", "\"speed\" is nothing a synthetic workload has"),
        (
            "poisson:prompt=normal(1,2)",
            "prompt must be fixed(n), uniform(a,b), exponential(mean) or lognormal(median,sigma), not \"normal(1,2)\""
        ),
        ("poisson:models=uniform", "models must be zipf(s), not \"uniform\""),
        ("bursty:every=10,for=20", "for must be less than every"),
        ("diurnal:swing=2", "swing must be at most 1"),
    ])
    func `what cannot be read is named`(text: String, message: String) {
        #expect(throws: TraceFault(line: 0, message: message)) { try SyntheticSpec(text) }
    }
}
