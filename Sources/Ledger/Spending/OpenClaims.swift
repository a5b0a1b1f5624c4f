/// The reservations that are open, by place. Places are used again, so that a reservation allocates nothing once as many
/// were open before.
struct OpenClaims: Sendable {
    /// One of its accounts.
    struct Line: Sendable {
        var account: Int32 = -1
        /// The limit of requests that has counted it; 0 without one.
        var requestSerial: UInt32 = 0
        /// The limit of tokens that keeps some for it; 0 without one.
        var tokenSerial: UInt32 = 0
        /// The start of the window in which it was reserved.
        var window = WallTime(microseconds: 0)
    }

    /// One reservation.
    struct Claim: Sendable {
        var lines = InlineArray<10, Line>(repeating: Line())
        var count = 0
        var money = Money.zero
        var tokens = 0
        var isFirstAttempt = true
        /// When it was reserved, by the ticks of limits.
        var begun: Int64 = 0

        /// What is kept on an account; nil where that is none of its accounts.
        func line(of account: Int) -> Line? {
            for index in 0..<count where Int(lines[index].account) == account { return lines[index] }
            return nil
        }
    }

    private struct Place: Sendable {
        var claim = Claim()
        var generation: UInt32 = 0
        var isOpen = false
    }

    private var places: [Place] = []
    private var free: [Int32] = []

    /// How many are open.
    private(set) var count = 0

    /// Opens one; the two numbers name it.
    mutating func open(_ claim: Claim) -> (slot: Int32, generation: UInt32) {
        count += 1
        if let slot = free.popLast() {
            places[Int(slot)].claim = claim
            places[Int(slot)].isOpen = true
            return (slot, places[Int(slot)].generation)
        }
        places.append(Place(claim: claim, isOpen: true))
        free.reserveCapacity(places.count)
        return (Int32(places.count - 1), 0)
    }

    /// Changes all that are open.
    mutating func change(_ body: (inout Claim) -> Void) {
        for slot in places.indices where places[slot].isOpen { body(&places[slot].claim) }
    }

    /// One that is open; nil when it has ended.
    func read(_ slot: Int32, generation: UInt32) -> Claim? {
        isOpen(slot, generation) ? places[Int(slot)].claim : nil
    }

    private func isOpen(_ slot: Int32, _ generation: UInt32) -> Bool {
        places.indices.contains(Int(slot)) && places[Int(slot)].isOpen && places[Int(slot)].generation == generation
    }

    /// Changes one that is open.
    mutating func replace(_ slot: Int32, generation: UInt32, by claim: Claim) {
        guard isOpen(slot, generation) else { return }
        places[Int(slot)].claim = claim
    }

    /// Ends one, once: nil when it has ended before.
    mutating func close(_ slot: Int32, generation: UInt32) -> Claim? {
        guard isOpen(slot, generation) else { return nil }
        places[Int(slot)].isOpen = false
        places[Int(slot)].generation &+= 1
        free.append(slot)
        count -= 1
        return places[Int(slot)].claim
    }
}
