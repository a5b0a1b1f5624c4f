import Testing

@testable import Balancer

@Suite struct SlotBeliefTests {
    @Test func `believes four until it knows`() {
        let slots = SlotBelief(configured: nil)
        #expect(slots.count == 4 && !slots.isKnown)
    }

    @Test func `what is configured is known and nothing changes it`() {
        var slots = SlotBelief(configured: 2)
        slots.recordStart(beside: 7)
        slots.recordWait(behind: 1, at: 0)
        #expect(slots.count == 2 && slots.isKnown)
    }

    @Test(arguments: [1, 2, 4, 8] as [Int32]) func `learns the count from who waits and who does not`(truth: Int32) {
        var slots = SlotBelief(configured: nil)
        for ahead in 0..<(2 * truth) {
            // A start counts once another confirms it.
            if ahead < truth {
                for _ in 0..<2 { slots.recordStart(beside: ahead) }
            } else {
                slots.recordWait(behind: ahead, at: 0)
            }
        }
        slots.recordWait(behind: truth, at: 0)
        #expect(slots.isKnown && slots.count == truth)
    }

    @Test func `one request that waited is not enough`() {
        var slots = SlotBelief(configured: nil)
        slots.recordWait(behind: 1, at: 0)
        #expect(!slots.isKnown)
    }

    @Test func `somebody else's load does not make it believe fewer than it has seen at once`() {
        var slots = SlotBelief(configured: nil)
        for _ in 0..<2 { slots.recordStart(beside: 3) }
        for _ in 0..<7 { slots.recordWait(behind: 1, at: 0) }
        #expect(slots.count == 4 && !slots.isKnown)
        slots.recordStart(beside: 3)
        for _ in 0..<7 { slots.recordWait(behind: 1, at: 0) }
        #expect(slots.count == 4 && !slots.isKnown)
    }

    @Test func `more at once than was thought possible raises the count`() {
        var slots = SlotBelief(configured: nil)
        for _ in 0..<3 { slots.recordWait(behind: 2, at: 0) }
        #expect(slots.count == 2 && slots.isKnown)
        slots.recordStart(beside: 5)
        #expect(slots.count == 2 && slots.isKnown, "what it was beside may have ended already")
        slots.recordStart(beside: 5)
        #expect(slots.count == 6 && !slots.isKnown)
    }

    @Test func `a box that was set up anew with fewer is believed in the end`() {
        var slots = SlotBelief(configured: nil)
        for _ in 0..<2 { slots.recordStart(beside: 7) }
        for _ in 0..<20 { slots.recordWait(behind: 1, at: 0) }
        #expect(slots.count == 1 && slots.isKnown)
    }

    /// Two waits behind one other, seen at this moment.
    private static func one(at now: Double) -> SlotBelief {
        var slots = SlotBelief(configured: nil)
        for _ in 0..<2 { slots.recordWait(behind: 1, at: now) }
        return slots
    }

    @Test func `a learned count is tried again, at longer gaps while it holds`() {
        var slots = Self.one(at: 100)
        var (now, gap) = (100.0, 15.0)
        for _ in 0..<8 {
            #expect(!slots.isTrialDue(at: now + gap - 1) && slots.isTrialDue(at: now + gap))
            now += gap
            slots.beganTrial(at: now)
            slots.recordWait(behind: 1, at: now + 1)
            gap = min(2 * gap, 300)
        }
        #expect(slots.count == 1 && slots.isKnown)
    }

    @Test func `trials that start at once bring the count up again`() {
        var slots = Self.one(at: 0)
        slots.beganTrial(at: 15)
        slots.recordStart(beside: 1)
        #expect(slots.count == 1 && slots.isTrialDue(at: 16), "one more may confirm it at once")
        slots.beganTrial(at: 16)
        slots.recordStart(beside: 1)
        #expect(slots.count == 4 && !slots.isKnown)
    }

    @Test func `what is not known is not tried`() {
        #expect(!SlotBelief(configured: nil).isTrialDue(at: 1e9))
    }

    @Test func `a count that nothing confirms any more is forgotten`() {
        var slots = Self.one(at: 100)
        slots.age(at: 900)
        #expect(slots.count == 1 && slots.isKnown)
        slots.age(at: 1_100)
        #expect(slots.count == 4 && !slots.isKnown)
    }

    @Test func `too few configured are found out by trials, and told, but not overruled`() {
        var slots = SlotBelief(configured: 1)
        #expect(!slots.isTrialDue(at: 1_000), "nothing was answered yet")
        slots.age(at: 0)
        #expect(!slots.isTrialDue(at: 100) && slots.isTrialDue(at: 200) && slots.mistake == nil)
        for _ in 0..<2 {
            slots.beganTrial(at: 100)
            slots.recordStart(beside: 1)
        }
        #expect(slots.count == 1 && slots.mistake?.seen == 2 && slots.mistake?.configured == 1)
    }

    @Test func `too many configured are found out by waits`() {
        var slots = SlotBelief(configured: 8)
        slots.recordWait(behind: 2, at: 0)
        #expect(slots.mistake == nil)
        slots.recordWait(behind: 2, at: 1)
        #expect(slots.count == 8 && slots.mistake?.seen == 2)
    }

    @Test func `what its like show counts until it shows something itself`() {
        var slots = SlotBelief(configured: nil)
        slots.likeness = .init(count: 2, atLeast: 2)
        slots.age(at: 0)
        #expect(slots.count == 2 && slots.isKnown && slots.isTrialDue(at: 20))
        for _ in 0..<2 { slots.recordStart(beside: 2) }
        #expect(slots.count == 4 && !slots.isKnown, "three at once: it is not like them")
        for _ in 0..<2 { slots.recordWait(behind: 6, at: 0) }
        #expect(slots.count == 6 && slots.isKnown)
    }

    @Test func `single waits at several of its like are as good as several here`() {
        let one = SlotBelief.Likeness(supposed: 2, waits: 1)
        #expect(one.joined(one).count == 2)
        #expect(one.joined(.init(atLeast: 3)).joined(one).count == 0, "somebody has shown more")
        #expect(one.joined(.init(supposed: 4, waits: 1)).count == 0)
    }
}
