import Balancer
import Testing

@testable import Simulator

@Suite struct WakeTableTests {
    @Test(arguments: [1, 2, 3, 7, 8, 100])
    func `gives the earliest, of equals the first`(count: Int) {
        var random = RandomSource(seed: 3)
        var table = WakeTable(count: count)
        var plain = Array(repeating: WakeTable.never, count: count)
        for _ in 0..<2_000 {
            let place = random.below(count)
            plain[place] = random.below(10) == 0 ? WakeTable.never : Int64(random.below(50))
            table[place] = plain[place]
            #expect(table.time == plain.min())
            if table.time < WakeTable.never { #expect(table.first == plain.firstIndex(of: table.time)) }
        }
    }

    @Test func `timers come in order, equals as they were set`() {
        var heap = TimerHeap()
        let times: [Int64] = [5, 3, 5, 1, 3, 9, 1]
        for (index, time) in times.enumerated() {
            heap.insert(.init(time: time, request: Int32(index), step: 0))
        }
        let order = times.map { _ in heap.removeFirst().request }
        #expect(order == [3, 6, 1, 4, 0, 2, 5])
        #expect(heap.time == WakeTable.never)
    }
}
