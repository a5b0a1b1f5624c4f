import Ledger

/// The tokens that were good, by their hashes, until they end: what a signature says of one is looked up once.
struct VerifiedTokens {
    /// Of more the one that was remembered first is forgotten, and checked again when it comes.
    static let most = 16_384

    /// What is known of one.
    struct Entry {
        let people: [SignedIn]
        let until: WallTime
        /// The key that has signed it.
        let key: KeyHash
    }

    private var entries: [KeyHash: Entry] = [:]
    /// A ring of the hashes, once it is full.
    private var order: [KeyHash] = []
    private var oldest = 0

    var count: Int { entries.count }

    /// What is known of a token; nil where that is nothing, or its time is over.
    func entry(_ hash: KeyHash, at now: WallTime) -> Entry? {
        guard let entry = entries[hash], now < entry.until else { return nil }
        return entry
    }

    mutating func remember(_ hash: KeyHash, _ entry: Entry) {
        guard entries.updateValue(entry, forKey: hash) == nil else { return }
        if order.count < Self.most {
            order.append(hash)
        } else {
            entries[order[oldest]] = nil
            order[oldest] = hash
            oldest = (oldest + 1) % Self.most
        }
    }

    /// Forgets the tokens of all keys but these.
    mutating func keep(signedBy keys: Set<KeyHash>) {
        guard entries.contains(where: { !keys.contains($0.value.key) }) else { return }
        let places = order[oldest...] + order[..<oldest]
        order = places.filter { hash in entries[hash].map { keys.contains($0.key) } ?? false }
        oldest = 0
        let kept = Set(order)
        entries = entries.filter { kept.contains($0.key) }
    }
}
