/// What waits for one exporter: a bounded line, and the batch that is on its way. No clock, no socket.
struct ExportQueue<Item: Sendable> {
    private var items: [Item] = []
    /// Those before it were taken.
    private var first = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { items.count - first }

    /// Adds as many as there is room for.
    ///
    /// - Returns: how many there was no room for.
    mutating func add(_ more: [Item]) -> Int {
        let room = max(0, limit - count)
        items += more.count <= room ? more[...] : more.prefix(room)
        return max(0, more.count - room)
    }

    /// Takes the oldest, at most so many.
    mutating func take(_ most: Int) -> ArraySlice<Item> {
        let taken = items[first..<min(first + most, items.count)]
        first = taken.endIndex
        if first == items.count {
            items = []
            first = 0
        } else if first >= limit {
            items.removeFirst(first)
            first = 0
        }
        return taken
    }

    /// Empties it.
    ///
    /// - Returns: how many there were.
    mutating func clear() -> Int {
        let left = count
        items = []
        first = 0
        return left
    }
}
