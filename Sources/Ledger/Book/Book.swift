/// Everything that is to be written: finished requests, and sums of windows that are over. The sums of windows that go on stay with
/// their accounts.
struct Book: Sendable {
    private let capacity: Int
    let origin: UInt64
    private var number: UInt64 = 0
    private(set) var entries: [LedgerEntry] = []
    private var dropped = 0
    /// Words that were put together behind their requests' rows.
    private var lateWords: [LateWords] = []
    /// Bytes of words that wait.
    private var wordBytes = 0
    private var sums: [AccountSum] = []

    /// The most bytes of words that wait together: a request beyond it is kept without.
    static let mostWords = 32 << 20

    init(origin: UInt64, capacity: Int) {
        (self.origin, self.capacity) = (origin, capacity)
    }

    /// Takes a finished request. Where there is no room it is only counted.
    mutating func add(_ entry: consuming LedgerEntry) {
        guard entries.count < capacity else { return dropped += 1 }
        if let size = entry.words?.size {
            if wordBytes + size <= Self.mostWords { wordBytes += size } else { entry.words = nil }
        }
        entries.append(consume entry)
    }

    /// Takes the words of a finished request whose row was taken without.
    mutating func add(_ words: LateWords) {
        guard wordBytes + words.words.size <= Self.mostWords else { return }
        wordBytes += words.words.size
        lateWords.append(words)
    }

    /// Takes the sum of a window that is over.
    mutating func add(_ sum: AccountSum) { sums.append(sum) }

    /// Everything since the last batch, and these sums of windows that go on; nil when that is nothing.
    mutating func takeBatch(with current: [AccountSum]) -> LedgerBatch? {
        sums += current
        guard !entries.isEmpty || !sums.isEmpty || !lateWords.isEmpty || dropped > 0 else { return nil }
        number += 1
        defer {
            // The next batch is likely as large.
            var next: [LedgerEntry] = []
            next.reserveCapacity(entries.count)
            (entries, sums, lateWords, dropped, wordBytes) = (next, [], [], 0, 0)
        }
        return LedgerBatch(
            id: BatchID(origin: origin, number: number), entries: entries, sums: sums, words: lateWords,
            dropped: dropped)
    }
}
