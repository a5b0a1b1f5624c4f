import Testing

@testable import BoxModel

@Suite struct EventHeapTests {
    @Test func `gives back in order, equals as they were added`() {
        var heap = EventHeap<Int64>()
        let keys: [Int64] = (0..<500).map { $0 * 7_919 % 97 }
        for (request, key) in keys.enumerated() { heap.insert(request, at: key) }
        var taken: [Int] = []
        while let first = heap.first {
            taken.append(first.request)
            heap.removeFirst()
        }
        #expect(taken == keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) })
    }
}
