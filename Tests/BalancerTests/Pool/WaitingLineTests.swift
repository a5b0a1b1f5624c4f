import TestSupport
import Testing

@testable import Balancer

@Suite struct WaitingLineTests {
    private func waiter(
        _ number: UInt64, _ serviceClass: ServiceClass = .default, turn: Double = 0, excluding: Int? = nil,
        since: Moment = .zero
    ) -> Waiter {
        var request = PickRequest.after()
        request.serviceClass = serviceClass
        if let excluding { request.excluded.insert(DeploymentID(index: excluding)) }
        var waiter = Waiter(
            number: number, request: request, also: [], granted: { _ in }, refused: { _ in }, since: since)
        waiter.turn = turn
        return waiter
    }

    private func line(_ waiters: Waiter...) -> WaitingLine {
        var line = WaitingLine()
        for waiter in waiters { line.join(waiter) }
        return line
    }

    @Test func `they stand in the order in which they came`() {
        var line = line(waiter(5), waiter(7), waiter(9))
        #expect(line.map(\.number) == [5, 7, 9] && !line.isEmpty)
        #expect(line.index(of: 7) == 1 && line.index(of: 6) == nil)
        let gone = line.remove(at: 1)
        #expect(gone.number == 7 && line.map(\.number) == [5, 9])
    }

    @Test func `several leave at once, in their order`() {
        var line = line(waiter(1), waiter(2), waiter(3), waiter(4))
        let gone = line.remove([4, 2, 17])
        #expect(gone.map(\.number) == [2, 4] && line.map(\.number) == [1, 3])
    }

    @Test func `they are counted by class, with how long the first of each has waited`() {
        let line = line(
            waiter(1, .batch, since: .zero + .seconds(3)), waiter(2, .interactive, since: .zero + .seconds(5)),
            waiter(3, .batch, since: .zero + .seconds(1)))
        #expect(
            line.byClass(at: .zero + .milliseconds(5500)) == [
                .init(serviceClass: "interactive", waiting: 1, longestWaitSeconds: 0.5),
                .init(serviceClass: "batch", waiting: 2, longestWaitSeconds: 4.5),
            ])
        #expect(WaitingLine().byClass(at: .zero).isEmpty)
    }

    @Test func `the more urgent is next, then whose turn it is, then who came first`() {
        let line = line(
            waiter(1, .batch), waiter(2, turn: 9), waiter(3, turn: 4), waiter(4, turn: 4),
            waiter(5, .interactive, turn: 99))
        #expect(line.indices.map(line.rank) == [5, 4, 2, 3, 1])
    }

    @Test func `what a plan foresees is kept of one alone`() {
        var line = line(waiter(1), waiter(2))
        line.foresee(1.5, at: 1)
        #expect(line.map(\.foreseen) == [nil, 1.5])
    }

    @Test func `only a request that excludes something excludes what is new`() {
        var line = line(waiter(1), waiter(2, excluding: 0))
        line.exclude(3..<5)
        #expect(line[0].request.excluded.isEmpty)
        #expect(
            (0..<6).map { line[1].request.excluded.contains(DeploymentID(index: $0)) } == [
                true, false, false, true, true, false,
            ])
    }
}
