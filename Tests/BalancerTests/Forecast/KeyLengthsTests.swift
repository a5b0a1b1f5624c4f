import Testing

@testable import Balancer

@Suite struct KeyLengthsTests {
    @Test func `each key has its own median once it has had ten answers`() throws {
        var lengths = KeyLengths()
        for index in 0..<400 {
            lengths.record(index % 10 == 0 ? 9_000 : 90 + index % 21, for: 1)
            lengths.record(1_000 + index % 100, for: 2)
        }
        #expect((80...125).contains(try #require(lengths.expected(1))))
        #expect((900...1_200).contains(try #require(lengths.expected(2))))
        for _ in 0..<9 { lengths.record(50, for: 3) }
        #expect(lengths.expected(3) == nil)
    }

    @Test func `no key is no key, and answers without tokens say nothing`() {
        var lengths = KeyLengths()
        for _ in 0..<20 {
            lengths.record(50, for: 0)
            lengths.record(0, for: 1)
        }
        #expect(lengths.expected(0) == nil && lengths.expected(1) == nil)
    }

    @Test func `remembers a bounded number of keys, those with many answers first`() {
        var lengths = KeyLengths()
        for _ in 0..<20 { lengths.record(50, for: 7) }
        for flow in 100..<5_000 as Range<UInt64> { lengths.record(10, for: flow) }
        for _ in 0..<10 { lengths.record(30, for: 9_999) }
        #expect(lengths.expected(7) != nil)
        #expect(lengths.expected(9_999) != nil)
    }

    @Test func `a key whose answers are long is expected to write long ones`() throws {
        let rig = SoonestRig(boxes: 1, slots: 4)
        rig.show(0, loaded: [0])
        for number in 0..<40 {
            let isLong = number.isMultiple(of: 2)
            _ = try rig.send(number, flow: isLong ? 1 : 2)
            rig.now += 1
            rig.end(number, output: isLong ? 800 : 40)
        }
        let forecast = try #require(rig.forecast)
        #expect(forecast.expectedTokens(on: 0, flow: 1) > 500)
        #expect(forecast.expectedTokens(on: 0, flow: 2) < 80)
        #expect(forecast.expectedTokens(on: 0, flow: 3) == forecast.tags[0].lengths.expected)
    }
}
