/// The requests at an instance that are late, each by what is known of such a request, to tell an instance that answers nobody from one
/// that works on something long: one thread, a long prompt, another model's load.
struct LateRequests: Sendable {
    /// Of those that have ended so many are kept.
    private static let most = 32

    /// Their numbers, as in `Grant.serial`.
    private var serials: [UInt32] = []
    /// The latest that have ended while they were late, each with the number of the request that came last before.
    private var ended: [(serial: UInt32, by: UInt32)] = []

    /// How many there are.
    var count: Int { serials.count }

    /// One more.
    mutating func add(_ serial: UInt32) { serials.append(serial) }

    /// One has its first token, or has ended.
    ///
    /// - Parameter last: the number of the latest request when it ended; nil: it goes on.
    mutating func remove(_ serial: UInt32, by last: UInt32?) {
        guard let place = serials.firstIndex(of: serial) else { return }
        serials.remove(at: place)
        guard let last else { return }
        if ended.count == Self.most { ended.removeFirst() }
        ended.append((serial, last))
    }

    /// Whether nothing explains that a late request has waited, since all that were there before it and still are, are late, too.
    ///
    /// Of those before it only the late ones are known to have ended. Where others have, it is not said that all are late: who came later
    /// may stand in the counts in their place.
    ///
    /// - Parameters:
    ///   - ahead: those that were at the instance when it came.
    ///   - inFlight: those that are there now.
    func areAll(before serial: UInt32, ahead: Int, inFlight: Int) -> Bool {
        let gone = ended.count { Self.isBefore($0.serial, serial) && !Self.isBefore($0.by, serial) }
        let older = max(0, min(ahead - gone, inFlight - 1))
        return serials.count { Self.isBefore($0, serial) } >= older
    }

    private static func isBefore(_ one: UInt32, _ other: UInt32) -> Bool { Int32(bitPattern: one &- other) < 0 }
}
