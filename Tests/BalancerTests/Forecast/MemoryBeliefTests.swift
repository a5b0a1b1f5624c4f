import Testing

@testable import Balancer

@Suite struct MemoryBeliefTests {
    @Test func `holds three models of any size until it knows better`() {
        let memory = MemoryBelief(configured: nil)
        #expect(memory.fits(40e9, beside: 0, count: 0))
        #expect(memory.fits(40e9, beside: 40e9, count: 2))
        #expect(!memory.fits(1e9, beside: 3e9, count: 3))
    }

    @Test func `an eviction teaches what does not fit and a load beside others what does`() {
        var memory = MemoryBelief(configured: nil)
        memory.recordEviction(8e9, beside: 12e9, count: 2)
        #expect(!memory.fits(8e9, beside: 12e9, count: 2))
        memory.recordFit(4e9, beside: 12e9, count: 2)
        #expect(memory.fits(4e9, beside: 12e9, count: 2))
        #expect(!memory.fits(8e9, beside: 12e9, count: 2))
    }

    @Test func `what was seen together overrules what was thought too much`() {
        var memory = MemoryBelief(configured: nil)
        memory.recordEviction(8e9, beside: 8e9, count: 1)
        memory.recordTogether(held: 30e9, count: 4)
        #expect(memory.fits(8e9, beside: 8e9, count: 1))
        #expect(memory.fits(1e9, beside: 20e9, count: 3))
    }

    @Test func `what is configured counts until something else is seen`() {
        var memory = MemoryBelief(configured: 24_000_000_000)
        #expect(memory.fits(8e9, beside: 12e9, count: 2))
        #expect(!memory.fits(12e9, beside: 12e9, count: 2))
        memory.recordEviction(8e9, beside: 12e9, count: 2)
        #expect(!memory.fits(8e9, beside: 12e9, count: 2))
        #expect(memory.fits(7e9, beside: 12e9, count: 2))
        memory.recordFit(12e9, beside: 12e9, count: 2)
        #expect(memory.fits(12e9, beside: 12e9, count: 2))
    }

    @Test func `what others have seen counts unless its own loads say otherwise`() {
        var small = MemoryBelief(configured: nil)
        small.recordEviction(8e9, beside: 8e9, count: 1)
        var other = MemoryBelief(configured: nil)
        #expect(other.isBlank)
        other.hear(small.own)
        #expect(!other.isBlank)
        #expect(!other.fits(8e9, beside: 8e9, count: 1))
        // They are not alike after all: what is seen here stands, and what does not contradict it.
        other.recordTogether(held: 30e9, count: 2)
        #expect(other.fits(8e9, beside: 8e9, count: 1))
        #expect(small.own.atMost == 18e9)
        #expect(other.own.atMost == .infinity)
    }

    @Test
    func `what was heard is taken back when the same others hold more, and says nothing where it is written down`() {
        var one = MemoryBelief(configured: nil)
        one.recordEviction(8e9, beside: 8e9, count: 1)
        var heard = MemoryBelief(configured: nil)
        var told = MemoryBelief(configured: 24_000_000_000)
        heard.hear(one.own)
        told.hear(one.own)
        #expect(!heard.fits(8e9, beside: 8e9, count: 1) && told.fits(8e9, beside: 8e9, count: 1) && told.isBlank)
        one.recordTogether(held: 20e9, count: 2)
        heard.hear(one.own)
        #expect(heard.fits(8e9, beside: 8e9, count: 1))
        told.hear(one.own)
        #expect(!told.fits(20e9, beside: 8e9, count: 1))
    }

    @Test func `a model that is partly on the processor shows the whole card`() {
        var memory = MemoryBelief(configured: nil)
        memory.recordTogether(held: 16e9, count: 1)
        memory.recordFull(held: 16e9)
        #expect(!memory.fits(1e9, beside: 16e9, count: 1))
        #expect(memory.fits(4e9, beside: 10e9, count: 1))
    }

    @Test func `a restart forgets what was seen and keeps what is configured`() {
        var memory = MemoryBelief(configured: 24_000_000_000)
        memory.recordEviction(1e9, beside: 2e9, count: 1)
        memory.forget()
        #expect(memory.isBlank)
        #expect(memory.fits(8e9, beside: 12e9, count: 2))
        #expect(!memory.fits(12e9, beside: 12e9, count: 2))
    }
}
