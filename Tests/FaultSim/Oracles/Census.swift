import Gateway

/// Counts the kinds of things that happened over all seeds: what never did was not tested.
struct Census {
    /// Things that are no misbehaviour of a single answer.
    enum Event: String, CaseIterable {
        case zombie, diedBetween, moodStatus, refused, blackHole, restart, drain, undrain, grow, stopLanes, quiesce
        case reload, leftOut, cameBack
        case clientLeaves, clientResets, clientSticks, idleClosed, retried, fellBack, waited, streamEndedWithError
    }

    /// The changes of a pool that its observers hear of.
    private static let facts = [
        "tripped", "halfOpened", "recovered", "wentDown", "cameUp", "drained", "undrained", "lacksTag", "foundTag",
        "standsOut", "staleKnowledge", "digestMismatch",
    ]

    private(set) var counts: [String: Int]

    /// The things that cannot happen here, and why not.
    static let unreached = [
        "error: content_policy_violation": "no simulated provider filters",
        "error: forbidden":
            "no simulated client is a page of the web's, and no key is closed to a route of the hot lane",
        "error: internal_error": "the gateway's own fault: a failure wherever it is seen",
        "error: method_not_allowed": "the router's, which is left out",
        "error: not_found": "the router's, which is left out",
        "error: not_implemented": "the full parser's, which is left out",
        "error: overloaded": "connections and their memory have no bound here",
        "error: provider_not_built": "every simulated provider is built",
    ]

    /// What never happened and should have, and what has happened though it cannot.
    var surprises: [String] {
        counts.keys.sorted().compactMap { name in
            switch (counts[name] == 0, Self.unreached[name] == nil) {
            case (true, true): "\(name) never happened"
            case (false, false): "\(name) has happened, and the census says that it cannot"
            default: nil
            }
        }
    }

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
