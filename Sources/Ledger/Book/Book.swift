/// Everything that is to be written: finished requests, and sums of windows that are over. The sums of windows that go on stay with
/// their accounts.
struct Book: Sendable {
    private let capacity: Int
    let origin: UInt64
    private var number: UInt64 = 0
    private(set) var entries: [LedgerEntry] = []
    private var dropped = 0
    /// Bytes of words that wait.
    private var wordBytes = 0
    private var sums: [AccountSum] = []
    /// The names of the requests in `entries` and in the last batch.
    private var known: Set<String> = []
    private var knownBefore: Set<String> = []

    /// The most bytes of words that wait together: a request beyond it is kept without.
    static let mostWords = 32 << 20

    init(origin: UInt64, capacity: Int) {
        (self.origin, self.capacity) = (origin, capacity)
    }

    /// Takes a finished request. One that was taken before, by its own name, is the same, and is left out: its first row
    /// stands. Where there is no room it is only counted.
    mutating func add(_ entry: LedgerEntry) {
        guard !known.contains(entry.requestID), !knownBefore.contains(entry.requestID) else { return }
        guard entries.count < capacity else { return dropped += 1 }
        known.insert(entry.requestID)
        entries.append(entry)
        guard let size = entry.words?.size else { return }
        if wordBytes + size <= Self.mostWords { wordBytes += size } else { entries[entries.count - 1].words = nil }
    }

    /// Takes the sum of a window that is over.
    mutating func add(_ sum: AccountSum) { sums.append(sum) }

    /// Everything since the last batch, and these sums of windows that go on; nil when that is nothing.
    mutating func takeBatch(with current: [AccountSum]) -> LedgerBatch? {
        sums += current
        guard !entries.isEmpty || !sums.isEmpty || dropped > 0 else { return nil }
        number += 1
        defer {
            (entries, sums, dropped, wordBytes) = ([], [], 0, 0)
            (knownBefore, known) = (known, [])
        }
        return LedgerBatch(
            id: BatchID(origin: origin, number: number), entries: entries, sums: sums, dropped: dropped)
    }
}
