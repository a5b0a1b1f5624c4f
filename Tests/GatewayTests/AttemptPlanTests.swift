import Balancer
import Testing

@testable import Gateway

@Suite struct AttemptPlanTests {
    @Test func `what follows one that was left for a place is no retry, once`() {
        var plan = AttemptPlan(retries: 2)
        var retries = [plan.began()]
        plan.leaveForAPlace(InstanceID(index: 0))
        retries.append(plan.began())
        #expect(plan.furtherAttempts == 0)
        _ = plan.takeRetry(after: InstanceID(index: 1), limit: nil)
        retries.append(plan.began())
        #expect(retries == [false, false, true] && plan.furtherAttempts == 1)
    }

    private func box(_ index: Int) -> InstanceID { InstanceID(index: index) }

    /// A plan with an attempt that has failed on box 0.
    private func plan(retries: Int) -> AttemptPlan {
        var plan = AttemptPlan(retries: retries)
        plan.began()
        return plan
    }

    @Test func `each retry is taken once, and an instance that failed is not asked again`() {
        var plan = plan(retries: 2)
        let taken = (0..<3).map { plan.takeRetry(after: box($0), limit: nil) }
        #expect(taken == [true, true, false] && plan.retriesLeft == 0)
        #expect((0..<3).allSatisfy { plan.tried.contains(box($0)) })
    }

    @Test(arguments: [(0, 0), (1, 1), (5, 5)]) func `a policy's number takes the place of the retries`(
        limit: Int, taken: Int
    ) {
        var plan = plan(retries: 2)
        var count = 0
        while plan.takeRetry(after: box(count), limit: limit) {
            plan.began()
            count += 1
        }
        #expect(count == taken)
    }

    @Test func `an instance is passed over for free once`() {
        var plan = plan(retries: 0)
        let (first, again) = (plan.passOver(box(0)), plan.passOver(box(0)))
        #expect(first && !again && plan.retriesLeft == 0)
    }

    @Test func `a pause after a retry is paid for by it, and frees all instances`() {
        var plan = plan(retries: 1)
        _ = plan.takeRetry(after: box(0), limit: nil)
        let pause = plan.pause(least: .zero, chance: 0.5)
        #expect(pause == .milliseconds(125) && plan.tried == InstanceSet() && plan.retriesLeft == 0)
        // Nothing was tried since: another pause costs a retry, and there is none.
        let next = plan.pause(least: .zero, chance: 0.5)
        #expect(next == nil)
    }

    @Test func `a move for free does not pay for a pause`() {
        var plan = plan(retries: 1)
        _ = plan.passOver(box(0))
        let pauses = [plan.pause(least: .zero, chance: 0.5), plan.pause(least: .zero, chance: 0.5)]
        #expect(pauses[0] != nil && pauses[1] == nil)
    }

    @Test func `pauses double up to four seconds, and none is shorter than it must be`() {
        var plan = plan(retries: 20)
        let pauses = (0..<6).map { _ in
            plan.began()
            _ = plan.takeRetry(after: box(0), limit: nil)
            return plan.pause(least: .milliseconds(300), chance: 0.999_999).map { $0.nanoseconds / 1_000_000 }
        }
        #expect(pauses == [300, 499, 999, 1999, 3999, 3999])
        let shortest = plan.pause(least: .zero, chance: 0)
        #expect(shortest == AttemptPlan.pauseFloor)
    }

    @Test func `an attempt beside a late one, or in its place, uses up no retry under any policy`() {
        for limit in [nil, 1] {
            var plan = AttemptPlan(retries: 1)
            plan.began()
            plan.began(isFree: true)
            plan.began(isFree: true)
            let isRetried = plan.takeRetry(after: InstanceID(index: 0), limit: limit)
            plan.began()
            let again = plan.takeRetry(after: InstanceID(index: 1), limit: limit)
            #expect(isRetried && !again && plan.attempts == 4)
        }
    }

    @Test func `one that was passed over uses up no retry of a policy's either`() {
        var plan = AttemptPlan(retries: 0)
        plan.began()
        let movesOn = plan.passOver(InstanceID(index: 0))
        plan.began()
        let isRetried = plan.takeRetry(after: InstanceID(index: 1), limit: 1)
        plan.began()
        let again = plan.takeRetry(after: InstanceID(index: 2), limit: 1)
        #expect(movesOn && isRetried && !again)
    }
}
