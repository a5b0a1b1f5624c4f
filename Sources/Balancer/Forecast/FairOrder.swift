/// Whose turn it is among the clients' keys: start-time fair queueing over what requests cost in tokens.
///
/// Each request is tagged with the virtual time at which its key may have it; the lowest tag is served first, and
/// virtual time is the tag served last. A key that asks for much gets high tags, one that was away begins at the present
/// (Goyal, Vin and Cheng, "Start-time fair queuing", 1996).
struct FairOrder: Sendable {
    /// Keys remembered at most; those whose turn has passed are forgotten first.
    private static let most = 4096

    private var now = 0.0
    private var finish: [UInt64: Double] = [:]

    /// The tag of a request of `cost` tokens, which its key pays from here on.
    mutating func tag(_ flow: UInt64, cost: Double) -> Double {
        let start = max(now, finish[flow] ?? 0)
        finish[flow] = start + max(1, cost)
        if finish.count > Self.most { forget() }
        return start
    }

    /// A request of that cost was never served: its key does not pay for it.
    mutating func refund(_ flow: UInt64, _ cost: Double) {
        guard let owed = finish[flow] else { return }
        finish[flow] = max(now, owed - max(1, cost))
    }

    /// A request with this tag is served.
    mutating func served(_ tag: Double) { now = max(now, tag) }

    private mutating func forget() {
        finish = finish.filter { $0.value > now }
        if finish.count > Self.most { finish = [:] }
    }
}
