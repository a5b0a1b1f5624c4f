/// The memory of a loaded model's slots: the last prompt of each, as hashes of its beginnings.
///
/// A slot that has read a prompt need not read again what the next one has in common with it.
struct SlotCache: Equatable, Sendable {
    private struct Slot: Equatable, Sendable {
        var chain: [UInt64] = []
        /// Rises with use; the lowest is the least recently used.
        var usedAt = 0
        var isBusy = false
    }

    private var slots: [Slot]
    private var uses = 0

    init(slots: Int) {
        self.slots = Array(repeating: Slot(), count: slots)
    }

    /// Takes the idle slot that has the most blocks of `chain`, else the least recently used one. Answers its place and
    /// how many blocks it has. One must be idle.
    mutating func take(_ chain: [UInt64]) -> (slot: Int, blocks: Int) {
        var best = -1
        var most = 0
        for index in slots.indices where !slots[index].isBusy {
            let common = chain.isEmpty ? 0 : Self.common(slots[index].chain, chain)
            if best < 0 || common > most || (common == most && slots[index].usedAt < slots[best].usedAt) {
                best = index
                most = common
            }
        }
        precondition(best >= 0, "no slot is idle")
        slots[best].isBusy = true
        slots[best].chain = chain
        touch(best)
        return (best, most)
    }

    /// The most blocks of `chain` that an idle slot has.
    func longest(_ chain: [UInt64]) -> Int {
        slots.reduce(0) { $1.isBusy ? $0 : max($0, Self.common($1.chain, chain)) }
    }

    /// A request is over: its slot keeps what it had read and written, or read only, when `chain` is nil.
    mutating func free(_ slot: Int, remembering chain: [UInt64]?) {
        slots[slot].isBusy = false
        if let chain { slots[slot].chain = chain }
        touch(slot)
    }

    private mutating func touch(_ slot: Int) {
        uses += 1
        slots[slot].usedAt = uses
    }

    /// Hashes are of whole beginnings, so the first difference ends the search.
    private static func common(_ one: [UInt64], _ other: [UInt64]) -> Int {
        // Where the last of the shorter one is equal, so is all before it.
        var low = 0
        var high = min(one.count, other.count)
        while low < high {
            let middle = (low + high + 1) / 2
            if one[middle - 1] == other[middle - 1] { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
