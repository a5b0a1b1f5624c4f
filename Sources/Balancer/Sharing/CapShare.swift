/// The gateways that share a pool, in an order that all of them have, and whose turn it is to have what cannot be divided.
struct CapRound: Equatable, Sendable {
    /// In ascending order.
    var gateways: [UInt64] = []
    /// Counts on with the store's clock.
    var turn: Int64 = 0

    /// One of equal parts of a cap.
    func part(of cap: Int32, for gateway: UInt64) -> Int32 {
        let count = Int32(gateways.count)
        guard count > 1, let rank = gateways.firstIndex(of: gateway) else { return cap }
        let place = Int32((Int64(rank) + turn) % Int64(count))
        return cap / count + (place < cap % count ? 1 : 0)
    }
}

/// This gateway's part of a cap that several gateways keep together: `max_parallel_requests` is a hard cap, so all of them
/// never have more in flight there, however old the news is.
///
/// Each holds a claim in the store, and all claims together are no more than the cap. A gateway lowers its own claim before it
/// says so, and raises it only after the store, under one lock for all, has found room. Whoever has a use for no more
/// holds an equal part; what is not used goes to who needs it, and what is above the equal part comes back as requests end.
struct CapShare: Equatable, Sendable {
    /// Over all gateways.
    let cap: Int32
    /// A request is begun only while fewer are in flight.
    private(set) var limit: Int32
    /// In flight at the latest words.
    private var recent = SIMD4<Int32>()
    /// The claim that was told last.
    private var told: Int32 = 0

    /// One that begins alone has all, one that begins among others nothing.
    init(cap: Int32, isAlone: Bool) {
        self.cap = cap
        limit = isAlone ? cap : 0
    }

    /// The claim to tell: what is not needed is given up with it.
    mutating func claim(
        inFlight: Int32, others: [(id: UInt64, line: PoolWord.Line)], as gateway: UInt64, _ round: CapRound
    ) -> Int32 {
        recent = SIMD4(inFlight, recent[0], recent[1], recent[2])
        limit = min(limit, Self.most(of: cap, used: recent.max(), others: others, as: gateway, round))
        told = max(inFlight, limit)
        return told
    }

    /// The store's answer to that.
    mutating func hear(_ granted: Int32) { if granted > told { limit = granted } }

    /// Nobody is there with whom it could be shared.
    mutating func beAlone() { limit = cap }

    /// The store is silent. The others forget this claim in a moment: an equal part stays, at least one, so that requests go on.
    mutating func beCutOff(as gateway: UInt64, _ round: CapRound) {
        limit = max(1, min(limit, round.part(of: cap, for: gateway)))
    }

    /// So much may be kept by one that uses this much.
    private static func most(
        of cap: Int32, used: Int32, others: [(id: UInt64, line: PoolWord.Line)], as gateway: UInt64, _ round: CapRound
    ) -> Int32 {
        let part = round.part(of: cap, for: gateway)
        let most = max(used, isWanted(others) ? least(of: cap, round) : part)
        return isContested(cap, others, round) ? min(most, part) : most
    }

    /// What an idle gateway keeps where others have a use for all: one, so that its next request goes at once, if there is
    /// one for each.
    private static func least(of cap: Int32, _ round: CapRound) -> Int32 { Int(cap) >= round.gateways.count ? 1 : 0 }

    private static func isWanted(_ others: [(id: UInt64, line: PoolWord.Line)]) -> Bool {
        others.contains { $0.line.isNeedy }
    }

    /// Whether another one needs more and has less than an equal part.
    private static func isContested(
        _ cap: Int32, _ others: [(id: UInt64, line: PoolWord.Line)], _ round: CapRound
    ) -> Bool {
        others.contains { $0.line.isNeedy && $0.line.claim < round.part(of: cap, for: $0.id) }
    }

    /// The claim that the store grants one that tells this line, beside the claims of the others.
    static func grant(
        _ line: PoolWord.Line, to gateway: UInt64, others: [(id: UInt64, line: PoolWord.Line)], _ round: CapRound
    ) -> Int32 {
        let free = others.reduce(line.cap - line.claim) { $0 - $1.line.claim }
        let part = round.part(of: line.cap, for: gateway)
        var wish = max(line.inFlight + line.waiting, isWanted(others) ? least(of: line.cap, round) : part)
        if isContested(line.cap, others, round) { wish = min(wish, part) }
        return line.claim + max(0, min(wish - line.claim, free))
    }
}
