/// How many requests an instance works on at once for one model (OLLAMA_NUM_PARALLEL), which no instance says.
///
/// Learned from what the replies say of waiting: the time that is neither load, nor reading, nor writing was spent in line
/// for a slot. One that waited behind n others shows that there are at most n slots; one that wrote its first token while
/// n earlier ones were still at work, at least n + 1. Until it is known, more are believed rather than fewer: too few is
/// the worst fault there is.
struct SlotBelief: Sendable {
    /// Believed before anything is known.
    static let usual: Int32 = 4
    /// So many requests must have waited before it is believed: one may have met somebody else's request.
    private static let needed: Int32 = 2

    /// So many in a row must contradict what was learned before it is forgotten.
    private static let contradictionsNeeded: Int32 = 8

    private let configured: Int32?
    private var atLeast: Int32 = 1
    private var atMost = Int32.max
    private var seen: Int32 = 0
    /// A rise that one more must confirm: what it was beside may have ended without our knowing yet.
    private var rise: Int32 = 0
    /// Waits in a row behind fewer than are thought to run at once.
    private var contradictions: Int32 = 0

    init(configured: Int?) {
        self.configured = configured.map { Int32(clamping: max(1, $0)) }
    }

    /// Whether the count can be relied on: then requests wait at the gateway, not on the instance.
    var isKnown: Bool { configured != nil || (seen >= Self.needed && atMost < .max) }

    /// The count to calculate with.
    var count: Int32 {
        if let configured { return configured }
        return isKnown ? max(atLeast, atMost) : max(Self.usual, atLeast)
    }

    /// A request waited for a slot behind `ahead` others of its model.
    mutating func recordWait(behind ahead: Int32) {
        guard configured == nil, ahead >= 1 else { return }
        guard ahead >= atLeast else {
            // Fewer than are known to run at once: somebody else's requests were there too, or it is not so any more.
            contradictions += 1
            if contradictions >= Self.contradictionsNeeded { self = SlotBelief(configured: nil) }
            return
        }
        if ahead < atMost {
            atMost = ahead
            seen = 0
        }
        if ahead == atMost, seen < Self.needed { seen += 1 }
    }

    /// A request got its slot at once, beside `others` that were at work.
    mutating func recordStart(beside others: Int32) {
        guard configured == nil, others + 1 >= atLeast else { return }
        contradictions = 0
        guard others + 1 > atLeast else { return }
        guard rise > 0 else {
            rise = others + 1
            return
        }
        atLeast = min(rise, others + 1)
        rise = 0
        if atLeast > atMost {
            // More than was thought possible: what made it look fewer was somebody else's load.
            atMost = .max
            seen = 0
        }
    }

    /// The instance was restarted, perhaps with another setting.
    mutating func forget() {
        self = SlotBelief(configured: configured.map { Int($0) })
    }
}
