import Testing

@testable import Balancer

@Suite struct FairOrderTests {
    @Test func `a key that asks for much waits behind one that asks for little`() {
        var order = FairOrder()
        let greedy = (0..<10).map { _ in order.tag(1, cost: 100) }
        let modest = (0..<2).map { _ in order.tag(2, cost: 100) }
        #expect(greedy == (0..<10).map { Double($0) * 100 })
        #expect(modest == [0, 100])
    }

    @Test func `a key that was away begins at the present`() {
        var order = FairOrder()
        for _ in 0..<10 { order.served(order.tag(1, cost: 100)) }
        #expect(order.tag(2, cost: 1) == 900)
    }

    @Test func `remembers a bounded number of keys and forgets those whose turn has passed first`() {
        var order = FairOrder()
        for flow in 0..<4000 { _ = order.tag(UInt64(flow), cost: 1) }
        _ = order.tag(9_999, cost: 1000)
        order.served(500)
        for flow in 4000..<5000 { _ = order.tag(UInt64(flow), cost: 1) }
        #expect(order.tag(9_999, cost: 1) == 1000)
    }
}
