/// Request numbers in the order they came. Taking and adding cost the same however many there are.
struct FIFO: Equatable, Sendable {
    private var items: [Int] = []
    private var first = 0

    var count: Int { items.count - first }

    mutating func append(_ item: Int) {
        items.append(item)
    }

    mutating func popFirst() -> Int? {
        guard first < items.count else { return nil }
        defer {
            first += 1
            if first == items.count {
                items.removeAll(keepingCapacity: true)
                first = 0
            } else if first > 64, first * 2 > items.count {
                items.removeFirst(first)
                first = 0
            }
        }
        return items[first]
    }
}
