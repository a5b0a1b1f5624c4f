/// Sends a prompt where its longest known beginning was last sent, so that the cache there is used again. An instance
/// that is busy is passed over: it has as many requests as slots, and twice the mean of the others.
///
/// Otherwise the least busy instance is chosen, of equals the one served longest ago; so it is for a prompt of which only
/// a beginning is known that prompts go on from in many ways: a system prompt is everybody's, so it is at home nowhere. Suits
/// long conversations and shared documents on instances that are alike; `soonest` weighs the same in seconds.
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

    /// The beginning that each was last followed by, and how often that was another than before.
    private var followers = [UInt64](repeating: 0, count: room)
    private var forks = [UInt8](repeating: 0, count: room)

    /// A beginning that was gone on from otherwise so often is everybody's. An answer that is asked for again, or a question put
    /// otherwise, forks a conversation too.
    private static let shared: UInt8 = 4

    /// Nothing was seen yet.
    public init() {}

    /// Remembers where it sends the request.
    public mutating func choose(
        _ request: PickRequest, from candidates: Span<Candidate>, random: inout RandomSource
    ) -> Int {
        let chosen = home(of: request, candidates) ?? Self.leastBusy(candidates)
        let instance = Int32(truncatingIfNeeded: candidates[chosen].instance.index)
        for index in request.prefix.indices.dropFirst() {
            remember(request.prefix, index, on: instance)
        }
        return chosen
    }

    private mutating func remember(_ prefix: [UInt64], _ index: Int, on instance: Int32) {
        let place = Self.place(prefix[index])
        if hashes[place] != prefix[index] { (hashes[place], followers[place], forks[place]) = (prefix[index], 0, 0) }
        instances[place] = instance
        guard index + 1 < prefix.count else { return }
        if followers[place] != 0, followers[place] != prefix[index + 1], forks[place] < .max { forks[place] += 1 }
        followers[place] = prefix[index + 1]
    }

    private func home(of request: PickRequest, _ candidates: Span<Candidate>) -> Int? {
        for hash in request.prefix.dropFirst().reversed() where hashes[Self.place(hash)] == hash {
            // All that is shorter is shared by as many.
            if forks[Self.place(hash)] >= Self.shared { return nil }
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
