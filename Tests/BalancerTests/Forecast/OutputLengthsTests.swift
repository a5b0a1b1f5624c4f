import Testing

@testable import Balancer

@Suite struct OutputLengthsTests {
    @Test func `expects the median, not the mean`() {
        var lengths = OutputLengths()
        for index in 0..<300 { lengths.record(index % 10 == 0 ? 20_000 : 100) }
        #expect((80...125).contains(lengths.expected))
    }

    @Test func `what is left grows with what is written where tails are heavy`() {
        var lengths = OutputLengths()
        var random = RandomSource(seed: 3)
        // Pareto: half of what is longer than g is longer than 2 g.
        for _ in 0..<1000 { lengths.record(Int(20 / max(random.unit(), 1e-4))) }
        let (short, long) = (lengths.remaining(after: 50), lengths.remaining(after: 400))
        #expect(long > 3 * short)
        #expect((25...90).contains(short))
    }

    @Test func `what is left shrinks while an answer is written that is as long as most`() {
        var lengths = OutputLengths()
        for _ in 0..<100 { lengths.record(400) }
        var last = lengths.remaining(after: 0)
        for written in stride(from: 10.0, to: 360, by: 10) {
            let left = lengths.remaining(after: written)
            #expect(left < last && abs(left - (400 - written)) < 20, "\(left) after \(written)")
            last = left
        }
    }

    @Test func `what is left is never less than one token, however much is written`() {
        var lengths = OutputLengths()
        for _ in 0..<100 { lengths.record(50) }
        for written in [0.0, 1, 49, 50, 51, 1_000, 1e9] { #expect(lengths.remaining(after: written) >= 1) }
    }

    @Test func `forgets what models wrote long ago`() {
        var lengths = OutputLengths()
        for _ in 0..<2000 { lengths.record(100) }
        for _ in 0..<2000 { lengths.record(1000) }
        #expect(lengths.expected > 800)
    }

    @Test func `ignores answers without tokens`() {
        var lengths = OutputLengths()
        lengths.record(0)
        lengths.record(-3)
        #expect(lengths.expected == OutputLengths.usual)
    }
}
