/// Sends a prompt where its longest known beginning was last sent, so that the cache there is used again. An instance
/// that is busy is passed over: it has as many requests as slots, and twice the mean of the others.
///
/// Otherwise the least busy instance is chosen, of equals the one served longest ago; so it is for a prompt of which only
/// the first block is known, since that is the block that most prompts share. Suits long conversations and shared
/// documents on instances that are alike; `soonest` weighs the same in seconds.
public struct PrefixAffinity: Strategy {
    /// `prefix-affinity`.
    public static let name = "prefix-affinity"
    /// The beginnings of prompts.
    public static let needs: StrategyNeeds = .prefix

    /// As many beginnings are remembered; a power of two. A new one takes the place of an older.
    private static let room = 8192
    /// Where the slots are not known.
    private static let usualSlots = 4

    private var hashes = [UInt64](repeating: 0, count: room)
    /// The instance each beginning was last sent to; -1: none.
    private var instances = [Int32](repeating: -1, count: room)

    /// Nothing was seen yet.
    public init() {}

    /// Remembers where it sends the request.
    public mutating func choose(
        _ request: PickRequest, from candidates: Span<Candidate>, random: inout RandomSource
    ) -> Int {
        let chosen = home(of: request, candidates) ?? Self.leastBusy(candidates)
        let instance = Int32(truncatingIfNeeded: candidates[chosen].instance.index)
        for hash in request.prefix.dropFirst() {
            hashes[Self.place(hash)] = hash
            instances[Self.place(hash)] = instance
        }
        return chosen
    }

    private func home(of request: PickRequest, _ candidates: Span<Candidate>) -> Int? {
        for hash in request.prefix.dropFirst().reversed() where hashes[Self.place(hash)] == hash {
            let instance = instances[Self.place(hash)]
            for index in candidates.indices where candidates[index].instance.index == Int(instance) {
                return Self.hasRoom(index, candidates) ? index : nil
            }
        }
        return nil
    }

    private static func hasRoom(_ index: Int, _ candidates: Span<Candidate>) -> Bool {
        let own = candidates[index].inFlight
        if own < candidates[index].slots ?? usualSlots { return true }
        var all = 0
        for other in candidates.indices { all += candidates[other].inFlight }
        return own * (candidates.count - 1) < 2 * (all - own)
    }

    private static func leastBusy(_ candidates: Span<Candidate>) -> Int {
        var chosen = 0
        for index in candidates.indices.dropFirst() {
            let (one, best) = (candidates[index], candidates[chosen])
            if (one.inFlight, one.served) < (best.inFlight, best.served) { chosen = index }
        }
        return chosen
    }

    private static func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (room - 1) }
}
