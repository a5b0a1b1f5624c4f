import Testing

@testable import Balancer

@Suite struct LearnedValueTests {
    @Test func `is unknown before the first sample and the plain mean at first`() {
        var value = LearnedValue()
        #expect(value.value == nil)
        for sample in [1.0, 2, 3, 4] { value.record(sample, at: 0) }
        #expect(value.value == 2.5)
    }

    @Test func `gives a new sample a fifth once there are many`() throws {
        var value = LearnedValue()
        for _ in 0..<100 { value.record(1, at: 0) }
        value.record(2, at: 0)
        #expect(abs(try #require(value.value) - 1.2) < 1e-9)
    }

    @Test func `believes a new sample after an hour of silence`() throws {
        var value = LearnedValue()
        for _ in 0..<100 { value.record(1, at: 0) }
        value.record(2, at: 3600)
        #expect(try #require(value.value) > 1.8)
    }
}
