/// How many requests an instance works on at once for one model (OLLAMA_NUM_PARALLEL), which no instance says.
///
/// Learned from what is seen of waiting. One that waited for a slot behind n others shows that there are at most n slots;
/// one that wrote its first token while n earlier ones were still at work, at least n + 1. Until it is known, more are
/// believed rather than fewer: too few is the worst fault there is. A count that was learned is tried again from time to
/// time with one request more, since nothing else could ever show that it is too low.
struct SlotBelief: Sendable {
    /// Believed before anything is known.
    static let usual: Int32 = 4
    /// So many requests must have waited before it is believed: one may have met somebody else's request.
    private static let needed: Int32 = 2

    /// So many in a row must contradict what was learned before it is forgotten.
    private static let contradictionsNeeded: Int32 = 8

    /// Seconds until a learned count is tried for the first time, and at most.
    private static let trialGaps = (first: 15.0, longest: 600.0)

    private let configured: Int32?
    private var atLeast: Int32 = 1
    private var atMost = Int32.max
    private var seen: Int32 = 0
    /// A rise that one more must confirm: what it was beside may have ended without our knowing yet.
    private var rise: Int32 = 0
    /// Waits in a row behind fewer than are thought to run at once.
    private var contradictions: Int32 = 0
    /// When the count was learned or tried last, in seconds.
    private var triedAt = -Double.infinity
    /// Until the next trial; twice as long each time that the count holds.
    private var trialGap = SlotBelief.trialGaps.first

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

    /// Whether one more than the count may be sent, to see whether it is still right.
    func isTrialDue(at now: Double) -> Bool { configured == nil && isKnown && now >= triedAt + trialGap }

    /// One more than the count was sent.
    mutating func beganTrial(at now: Double) { triedAt = now }

    /// A request waited for a slot behind `ahead` others of its model.
    mutating func recordWait(behind ahead: Int32, at now: Double) {
        guard configured == nil, ahead >= 1 else { return }
        guard ahead >= atLeast else {
            // Fewer than are known to run at once: somebody else's requests were there too, or it is not so any more.
            contradictions += 1
            if contradictions >= Self.contradictionsNeeded { self = SlotBelief(configured: nil) }
            return
        }
        let wasKnown = isKnown
        if ahead < atMost {
            atMost = ahead
            seen = 0
            trialGap = Self.trialGaps.first
        }
        if ahead == atMost, seen < Self.needed { seen += 1 }
        if wasKnown, ahead == count { trialGap = min(2 * trialGap, Self.trialGaps.longest) }
        if isKnown, !wasKnown { triedAt = now }
    }

    /// A request got its slot at once, beside `others` that were at work.
    mutating func recordStart(beside others: Int32) {
        guard configured == nil, others + 1 >= atLeast else { return }
        contradictions = 0
        guard others + 1 > atLeast else { return }
        guard rise > 0 else {
            rise = others + 1
            // The next one may confirm it.
            if isKnown, rise > count { triedAt = -.infinity }
            return
        }
        atLeast = min(rise, others + 1)
        rise = 0
        if atLeast > atMost {
            // More than was thought possible: what made it look fewer was somebody else's load.
            atMost = .max
            seen = 0
            trialGap = Self.trialGaps.first
        }
    }

    /// The instance was restarted, perhaps with another setting.
    mutating func forget() {
        self = SlotBelief(configured: configured.map { Int($0) })
    }
}
