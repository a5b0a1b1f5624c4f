/// The places of those who have signed in by a token, in the order in which they came.
struct SignedInPlaces: Sendable {
    /// More than so many are not kept: of those the first to come goes, and gets another place when it asks again.
    static let most = 65_536

    private var places: [KeyHash: Int32] = [:]
    /// From `first` on, those who have a place.
    private var order: [KeyHash] = []
    private var first = 0

    /// The place of one; nil where it has none.
    subscript(hash: KeyHash) -> Int32? { places[hash] }

    var count: Int { places.count }

    /// The places, in no order.
    var all: some Collection<Int32> { places.values }

    mutating func add(_ hash: KeyHash, at place: Int32) {
        places[hash] = place
        order.append(hash)
    }

    /// Takes their places from these. One pass over all of them, however many these are.
    mutating func remove(_ hashes: Set<KeyHash>) {
        for hash in hashes { places[hash] = nil }
        order = order[first...].filter { !hashes.contains($0) }
        first = 0
    }

    mutating func removeFirst() -> (hash: KeyHash, place: Int32)? {
        guard first < order.count else { return nil }
        let hash = order[first]
        first += 1
        if first * 2 > order.count {
            order.removeFirst(first)
            first = 0
        }
        return places.removeValue(forKey: hash).map { (hash, $0) }
    }
}
