/// The requests at an instance that are late, each by what is known of such a request, to tell an instance that answers nobody from one
/// that works on something long: one thread, a long prompt, another model's load.
struct LateRequests: Sendable {
    /// Their numbers, as in `Grant.serial`.
    private var serials: [UInt32] = []

    /// One more.
    mutating func add(_ serial: UInt32) { serials.append(serial) }

    /// One has ended, or has its first token.
    mutating func remove(_ serial: UInt32) {
        if let place = serials.firstIndex(of: serial) { serials.remove(at: place) }
    }

    /// Whether nothing explains that a late request has waited, since all that were there before it and still are, are late, too.
    ///
    /// - Parameters:
    ///   - inFlight: at the instance.
    ///   - granted: requests that were ever sent there.
    func areAll(before serial: UInt32, inFlight: Int, granted: UInt32) -> Bool {
        let newer = Int(granted &- serial)
        let older = max(0, inFlight - 1 - newer)
        return serials.count { Int32(bitPattern: $0 &- serial) < 0 } >= older
    }
}
