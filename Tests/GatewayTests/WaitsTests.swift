import Balancer
import Testing

@testable import Gateway

@Suite struct WaitsTests {
    private func after(_ seconds: Int) -> Moment { .zero + .seconds(seconds) }

    @Test func `waits and pauses add up, on one model and on the next`() {
        var waits = Waits()
        waits.asked(at: after(1))
        waits.ended(since: after(1), at: after(4))
        waits.beginModel()
        waits.asked(at: after(5))
        waits.ended(since: after(5), at: after(7))
        #expect(waits.total == .seconds(5) && waits.askedAt == after(5))
    }

    @Test func `a place is of one queue, and is forgotten with its model`() {
        var waits = Waits()
        waits.queued(at: 3, predicted: .seconds(9))
        #expect(waits.position == 3 && waits.predicted == .seconds(9))
        waits.beginModel()
        #expect(waits.position == 0 && waits.predicted == nil)
    }

    @Test func `a wait that is refused has a prediction and no place`() {
        var waits = Waits()
        waits.refused(predicted: .seconds(40))
        #expect(waits.position == 0 && waits.predicted == .seconds(40) && waits.total == .zero)
    }
}
