/// Request numbers by the moment of their next event; equal moments in the order they were added.
struct EventHeap<Key: Comparable & Sendable>: Sendable {
    struct Entry: Sendable {
        let key: Key
        let order: UInt64
        let request: Int
    }

    private var entries: [Entry] = []
    private var order: UInt64 = 0

    var first: Entry? { entries.first }

    mutating func insert(_ request: Int, at key: Key) {
        order += 1
        entries.append(Entry(key: key, order: order, request: request))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(entries[child], entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var least = parent
            let left = 2 * parent + 1
            if left < entries.count, precedes(entries[left], entries[least]) { least = left }
            if left + 1 < entries.count, precedes(entries[left + 1], entries[least]) { least = left + 1 }
            guard least != parent else { return }
            entries.swapAt(least, parent)
            parent = least
        }
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    private func precedes(_ a: Entry, _ b: Entry) -> Bool {
        a.key < b.key || (a.key == b.key && a.order < b.order)
    }
}
