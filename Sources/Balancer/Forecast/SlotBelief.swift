/// How many requests an instance works on at once for one model (OLLAMA_NUM_PARALLEL), which no instance says.
///
/// Learned from what is seen of waiting. One that waited for a slot behind n others shows that there are at most n slots;
/// one that wrote its first token while n earlier ones were still at work, at least n + 1. Until it is known, what others show
/// that are like it counts, and more are believed rather than fewer: too few is the worst fault there is. A count is tried again
/// from time to time with one request more, since nothing else could ever show that it is too low; one that nothing has
/// confirmed for a long time is forgotten. The number that was configured is used whatever is seen, and what is seen is told.
struct SlotBelief: Sendable {
    /// What others show that are like this one.
    struct Likeness: Equatable, Sendable {
        /// So many at once; 0: none is known.
        var count: Int32 = 0
        /// So many were seen at once.
        var atLeast: Int32 = 1
        /// The most that there can be by the few waits seen, and how many these are; 0: none.
        var supposed: Int32 = 0
        var waits: Int32 = 0

        /// Of two the most, since too few is the worse fault; what both suppose counts for both.
        func joined(_ other: Likeness) -> Likeness {
            var joined = Likeness(count: max(count, other.count), atLeast: max(atLeast, other.atLeast))
            joined.supposed = max(supposed, other.supposed)
            joined.waits =
                (supposed == joined.supposed ? waits : 0) + (other.supposed == joined.supposed ? other.waits : 0)
            if joined.count == 0, joined.waits >= SlotBelief.needed, joined.supposed >= joined.atLeast {
                joined.count = joined.supposed
            }
            return joined
        }
    }

    /// Believed before anything is known.
    static let usual: Int32 = 4
    /// So many requests must have waited before it is believed: one may have met somebody else's request.
    private static let needed: Int32 = 2

    /// So many in a row must contradict what was learned before it is forgotten.
    private static let contradictionsNeeded: Int32 = 8

    /// Seconds until a learned count is tried for the first time, and at most.
    private static let trialGaps = (first: 15.0, longest: 300.0)
    /// The same where the count is configured: it is mostly right.
    private static let firstGapConfigured = 120.0
    /// Seconds after which a count that nothing has confirmed is forgotten.
    private static let remembered = 900.0

    private let configured: Int32?
    private var atLeast: Int32 = 1
    private var atMost = Int32.max
    private var seen: Int32 = 0
    /// A rise that one more must confirm: what it was beside may have ended without our knowing yet.
    private var rise: Int32 = 0
    /// Waits in a row behind fewer than are thought to run at once.
    private var contradictions: Int32 = 0
    /// When the count was learned or tried last, in seconds; nil before the first answer.
    private var triedAt: Double?
    /// Until the next trial; twice as long after each, until one shows more.
    private var trialGap = SlotBelief.trialGaps.first
    /// When something last showed that there are no more.
    private var confirmedAt = -Double.infinity
    /// What is known of its like; counts while it shows nothing of its own.
    var likeness = Likeness()

    init(configured: Int?) {
        self.configured = configured.map { Int32(clamping: max(1, $0)) }
        trialGap = firstGap
    }

    private var firstGap: Double { configured == nil ? Self.trialGaps.first : Self.firstGapConfigured }

    /// Whether the requests here have shown the count themselves.
    private var isSeen: Bool { seen >= Self.needed && atMost < .max }

    /// Whether the count can be relied on: then requests wait at the gateway, not on the instance.
    var isKnown: Bool { configured != nil || isSeen || isLike }

    private var isLike: Bool { likeness.count >= atLeast && likeness.count > 0 }

    /// The count to calculate with.
    var count: Int32 {
        if let configured { return configured }
        if isSeen { return max(atLeast, atMost) }
        return isLike ? likeness.count : max(Self.usual, max(atLeast, likeness.atLeast))
    }

    /// What its own requests or the configuration say of it to others.
    var shown: Likeness {
        if let count = configured ?? (isSeen ? max(atLeast, atMost) : nil) {
            return Likeness(count: count, atLeast: atLeast)
        }
        return Likeness(atLeast: atLeast, supposed: seen > 0 ? atMost : 0, waits: seen)
    }

    /// What was seen where it is not what was configured: so many at once, and whether there may be more.
    var mistake: (seen: Int, configured: Int, isLeast: Bool)? {
        guard let configured else { return nil }
        if atLeast > configured { return (Int(atLeast), Int(configured), !isSeen) }
        return isSeen && atMost < configured ? (Int(max(atLeast, atMost)), Int(configured), false) : nil
    }

    /// Whether one more than the count may be sent, to see whether it is still right.
    func isTrialDue(at now: Double) -> Bool { isKnown && triedAt.map { now >= $0 + trialGap } ?? false }

    /// One more than the count was sent, here or for another model of the instance.
    mutating func beganTrial(at now: Double) {
        triedAt = now
        trialGap = min(2 * trialGap, Self.trialGaps.longest)
    }

    /// Time has passed: what nothing has confirmed any more is not believed.
    mutating func age(at now: Double) {
        triedAt = triedAt ?? now
        guard isSeen, now - confirmedAt > Self.remembered else { return }
        (atMost, seen, trialGap) = (.max, 0, firstGap)
    }

    /// A request waited for a slot behind `ahead` others of its model.
    mutating func recordWait(behind ahead: Int32, at now: Double) {
        guard ahead >= 1 else { return }
        guard ahead >= atLeast else {
            // Fewer than are known to run at once: somebody else's requests were there too, or it is not so any more.
            contradictions += 1
            if contradictions >= Self.contradictionsNeeded { forget() }
            return
        }
        let wasKnown = isKnown
        if ahead < atMost {
            atMost = ahead
            seen = 0
            trialGap = firstGap
        }
        if ahead == atMost {
            if seen < Self.needed { seen += 1 }
            confirmedAt = now
        }
        if isKnown, !wasKnown { triedAt = now }
    }

    /// A request got its slot at once, beside `others` that were at work.
    mutating func recordStart(beside others: Int32) {
        guard others + 1 >= atLeast else { return }
        contradictions = 0
        guard others + 1 > atLeast else { return }
        guard rise > 0 else {
            rise = others + 1
            // The next one may confirm it.
            if isKnown, rise > count { (triedAt, trialGap) = (-.infinity, firstGap) }
            return
        }
        atLeast = min(rise, others + 1)
        rise = 0
        if atLeast > atMost {
            // More than was thought possible: what made it look fewer was somebody else's load.
            atMost = .max
            seen = 0
            trialGap = firstGap
        }
    }

    /// The instance was restarted, perhaps with another setting.
    mutating func forget() {
        self = SlotBelief(configured: configured.map { Int($0) })
    }
}
