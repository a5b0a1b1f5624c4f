import Testing

@testable import Balancer

@Suite struct MemoryBeliefTests {
    @Test func `holds three models of any size until it knows better`() {
        let memory = MemoryBelief()
        #expect(memory.fits(40e9, beside: 0, count: 0))
        #expect(memory.fits(40e9, beside: 40e9, count: 2))
        #expect(!memory.fits(1e9, beside: 3e9, count: 3))
    }

    @Test func `an eviction teaches what does not fit and a load beside others what does`() {
        var memory = MemoryBelief()
        memory.recordEviction(8e9, beside: 12e9, count: 2)
        #expect(!memory.fits(8e9, beside: 12e9, count: 2))
        memory.recordFit(4e9, beside: 12e9, count: 2)
        #expect(memory.fits(4e9, beside: 12e9, count: 2))
        #expect(!memory.fits(8e9, beside: 12e9, count: 2))
    }

    @Test func `what was seen together overrules what was thought too much`() {
        var memory = MemoryBelief()
        memory.recordEviction(8e9, beside: 8e9, count: 1)
        memory.recordTogether(held: 30e9, count: 4)
        #expect(memory.fits(8e9, beside: 8e9, count: 1))
        #expect(memory.fits(1e9, beside: 20e9, count: 3))
    }
}
