import Testing

@testable import Balancer

@Suite struct PlanClockTests {
    private func moment(_ milliseconds: Int) -> Moment { .zero + .milliseconds(milliseconds) }

    @Test func `nothing is due before something has changed`() {
        var clock = PlanClock()
        #expect(!clock.isDue(at: moment(1_000_000)))
        let ordered = clock.order()
        #expect(ordered == nil)
    }

    @Test func `a plan is due at once, and not so soon after another`() {
        var clock = PlanClock()
        clock.somethingChanged(at: moment(100))
        #expect(clock.isDue(at: moment(100)))
        clock.begins(at: moment(100))
        #expect(!clock.isDue(at: moment(200)))
        clock.somethingChanged(at: moment(101))
        #expect(clock.due == moment(105))
        clock.somethingChanged(at: moment(104))
        #expect(clock.due == moment(105), "a later change does not put it off")
        clock.begins(at: moment(105))
        clock.goesOn(at: moment(105))
        #expect(clock.due == moment(355))
        clock.somethingChanged(at: moment(200))
        #expect(clock.due == moment(200))
        clock.goesOn(at: moment(200))
        #expect(clock.due == moment(200))
    }

    @Test func `one plan is ordered for what is due, and another only for what is due sooner`() {
        var clock = PlanClock()
        clock.goesOn(at: moment(0))
        var ordered = clock.order()
        #expect(ordered == moment(250))
        ordered = clock.order()
        #expect(ordered == nil)
        clock.somethingChanged(at: moment(10))
        ordered = clock.order()
        #expect(ordered == moment(10))
        var comes = clock.comes(orderedFor: moment(10), at: moment(10))
        #expect(comes)
        clock.begins(at: moment(10))
        comes = clock.comes(orderedFor: moment(250), at: moment(250))
        #expect(!comes, "the earlier one has made it needless")
        clock.somethingChanged(at: moment(300))
        ordered = clock.order()
        #expect(ordered == moment(300))
    }

    @Test func `one that comes in vain leaves the order of another alone`() {
        var clock = PlanClock()
        clock.somethingChanged(at: moment(10))
        _ = clock.order()
        var comes = clock.comes(orderedFor: moment(5), at: moment(5))
        #expect(!comes)
        let ordered = clock.order()
        #expect(ordered == nil, "it is ordered still")
        comes = clock.comes(orderedFor: moment(10), at: moment(10))
        #expect(comes)
    }
}
