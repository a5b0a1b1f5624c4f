/// The part that all accounts together leave of an amount that is asked for: all of it, a part, or nothing.
///
/// A part is given where nobody else is under way, so that the last of a budget can be used; it has to be more than the
/// least that makes sense.
struct Offer: Sendable, Equatable {
    /// Why not all of it is given.
    enum Answer: Sendable, Equatable {
        /// The amount that is given.
        case given(Int64)
        /// The account, by its line, on which it would fit if those under way cost nothing.
        case held(by: Int)
    }

    /// How much is asked for at most.
    let bound: Int64
    /// A part has to be more than this.
    let least: Int64
    /// The rest of it so far.
    private var cap: Int64
    /// The least that is left where others are under way, and that account.
    private var busyRoom = Int128.max
    private var busyLine = -1

    /// Neither is below zero, and `least` is at most `bound`.
    init(bound: Int64, least: Int64) {
        (self.bound, self.least, cap) = (bound, least, bound)
    }

    /// Hears what one account has left.
    /// - Parameters:
    ///   - free: if those under way cost nothing.
    ///   - room: if they cost all that they reserved.
    ///   - givesPart: whether a part is of use.
    ///   - line: the account.
    /// - Returns: false when it does not fit, whatever those under way cost.
    mutating func hear(free: Int128, room: Int128, givesPart: Bool, line: Int) -> Bool {
        guard room < Int128(bound) else { return true }
        guard free >= Int128(bound) || givesPart && free > Int128(least) else { return false }
        if free == room {
            cap = min(cap, Int64(room))
        } else if room < busyRoom {
            (busyRoom, busyLine) = (room, line)
        }
        return true
    }

    /// Whether an account heard so far has too little while others are under way.
    var isHeld: Bool { busyLine >= 0 && Int128(cap) > busyRoom }

    /// The answer, when all accounts were heard.
    var answer: Answer { isHeld ? .held(by: busyLine) : .given(cap) }
}
