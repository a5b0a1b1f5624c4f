import Testing

@testable import Balancer

@Suite struct ShadowsTests {
    private func moment(_ milliseconds: Int) -> Moment { .zero + .milliseconds(milliseconds) }

    @Test(arguments: [(1, 50), (50, 50), (51, 100), (1_999, 2_000)])
    func `one ends at the step behind its time`(end: Int, step: Int) {
        var shadows = Shadows()
        shadows.cast(until: moment(end))
        #expect(shadows.count == 1 && shadows.nextEnd == moment(step))
        shadows.lift(at: moment(step - 1))
        #expect(shadows.count == 1)
        shadows.lift(at: moment(step))
        #expect(shadows.count == 0 && shadows.nextEnd == nil)
    }

    @Test func `the first to end is the next, however they came`() {
        var shadows = Shadows()
        for end in [300, 100, 200] { shadows.cast(until: moment(end)) }
        #expect(shadows.nextEnd == moment(100))
        shadows.lift(at: moment(150))
        #expect(shadows.count == 2 && shadows.nextEnd == moment(200))
    }

    @Test func `where there are the most a later one takes the place of the first to end`() {
        var shadows = Shadows()
        for number in 1...Shadows.most { shadows.cast(until: moment(100 * number)) }
        shadows.cast(until: moment(60_000))
        #expect(shadows.count == Shadows.most && shadows.nextEnd == moment(200))
        shadows.cast(until: moment(200))
        shadows.cast(until: moment(50))
        #expect(shadows.count == Shadows.most && shadows.nextEnd == moment(200), "they end no later than it")
        shadows.lift(at: moment(100 * Shadows.most))
        #expect(shadows.count == 1 && shadows.nextEnd == moment(60_000), "the long one has outlived them")
    }
}
