import Gateway

/// Counts the kinds of things that happened over all seeds: what never did was not tested.
struct Census {
    /// Things that are no misbehaviour of a single answer.
    enum Event: String, CaseIterable {
        case zombie, diedBetween, moodStatus, refused, blackHole, restart, drain, undrain, grow, stopLanes
        case clientLeaves, clientResets, fencedRequest, retried, fellBack, waited, streamEndedWithError
    }

    /// The changes of a pool that its observers hear of.
    private static let facts = [
        "tripped", "halfOpened", "recovered", "wentDown", "cameUp", "drained", "undrained", "lacksTag", "foundTag",
        "standsOut", "staleKnowledge", "digestMismatch",
    ]

    private(set) var counts: [String: Int]

    init() {
        counts = [:]
        for hitch in Misbehaviour.allCases { counts["box: \(hitch)"] = 0 }
        for event in Event.allCases { counts["world: \(event.rawValue)"] = 0 }
        for code in GatewayError.codes { counts["error: \(code)"] = 0 }
        for outcome in RequestOutcome.allCases { counts["outcome: \(outcome.label)"] = 0 }
        for fact in Self.facts { counts["pool: \(fact)"] = 0 }
    }

    mutating func count(_ hitch: Misbehaviour) { counts["box: \(hitch)", default: 0] += 1 }
    mutating func count(_ event: Event) { counts["world: \(event.rawValue)", default: 0] += 1 }
    mutating func count(_ name: String, _ times: Int = 1) { counts[name, default: 0] += times }

    mutating func add(_ other: Census) { counts.merge(other.counts, uniquingKeysWith: +) }
}
