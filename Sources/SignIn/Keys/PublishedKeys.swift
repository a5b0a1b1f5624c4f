import Ledger

/// The keys of all places that publish some, and whether they may still be used.
struct PublishedKeys: Sendable {
    private struct Source: Sendable {
        var keys = KeySet()
        /// Not used from here on.
        var until = WallTime(microseconds: .min)
    }

    /// After a look for a key that is not known, none is made again for this time.
    static let pause: Int64 = 30_000_000

    private var sources: [Source]
    /// Whether the places are being asked just now.
    private var isLooking = false
    private var lookedAt: WallTime?

    /// - Parameter count: how many places there are.
    init(count: Int) { sources = Array(repeating: Source(), count: count) }

    /// Whether none of these places has said anything that still counts.
    func isUnknown(_ places: Range<Int>, at now: WallTime) -> Bool { sources[places].allSatisfy { $0.until <= now } }

    /// The keys of these places that may have signed a token.
    func keys(
        id: String?, for algorithm: SignatureAlgorithm, of places: Range<Int>, at now: WallTime
    ) -> [KeySet.Key] {
        sources[places].filter { now < $0.until }.flatMap { $0.keys.keys(id: id, for: algorithm) }
    }

    /// Whether a key is among those that may be used now.
    func has(_ print: KeyHash, at now: WallTime) -> Bool {
        sources.contains { now < $0.until && $0.keys.keys.contains { $0.print == print } }
    }

    /// All keys, for those who remember what they have signed.
    var prints: Set<KeyHash> { Set(sources.flatMap { $0.keys.keys.map(\.print) }) }

    /// Takes what a place has said.
    mutating func take(_ keys: KeySet, of source: Int, until: WallTime) {
        sources[source] = Source(keys: keys, until: until)
    }

    /// Somebody asks for a key that is not here.
    enum Look: Equatable {
        /// The places are to be asked now.
        case begin
        /// They are being asked.
        case underWay
        /// They have just been asked.
        case no
    }

    mutating func look(at now: WallTime) -> Look {
        if isLooking { return .underWay }
        // A clock that was set back is no reason to wait for long.
        if let lookedAt, now.microseconds - lookedAt.microseconds < Self.pause, lookedAt <= now { return .no }
        (isLooking, lookedAt) = (true, now)
        return .begin
    }

    /// All places have been asked, with success or not. The pause is counted from when a token asked for it: a key that is published
    /// just after the usual look is not to wait for one.
    mutating func looked() { isLooking = false }
}
