/// The state of an instance that each request needs. No references: an array of these is one flat piece of memory.
struct InstanceState: Sendable {
    /// The finding of the probes.
    enum Reach: Equatable, Sendable {
        /// Not probed yet.
        case unknown
        /// Answers.
        case up
        /// Has not answered `fall` times in a row.
        case down(since: Moment)
    }

    /// Over all its models.
    var inFlight: Int32 = 0
    /// Requests that were ever sent there.
    var granted: UInt32 = 0
    /// Requests that have failed and count for strategies on; see `PoolState.castShadow`.
    var shadows: Int32 = 0
    /// Requests of other gateways; see `PoolState.take`.
    var outside: Int32 = 0
    /// The first of its deployments; each knows the next. -1: none.
    var firstDeployment: Int32 = -1
    var isProbed: Bool
    var isDraining = false
    /// It was left out of the pool: what runs there may end.
    var isGone = false
    /// It came to a pool that runs, and waits for its first good probe.
    var isUnproven = false
    var reach: Reach
    /// For refused connections.
    var breaker = Breaker()
    var badProbes = 0
    var goodProbes = 0
    /// A request is out that one of its deployments was owed; the others wait for its end.
    var isProving = false
    /// A probe was asked for and has not come yet.
    var isProbeAsked = false

    /// The requests in flight as strategies see them.
    @inline(__always)
    var load: Int { Int(inFlight &+ shadows &+ outside) }

    /// The requests in flight, of all gateways.
    var all: Int { Int(inFlight &+ outside) }

    init(isProbed: Bool) {
        self.isProbed = isProbed
        reach = isProbed ? .unknown : .up
    }
}

/// Facts of an instance that people and rare events need.
struct InstanceRecord: Sendable {
    var spec: InstanceSpec
    var version: String?
    var downReason = ""
    /// Nil before the first list.
    var tags: [String: KnownTag]?
    /// Nil before the first list.
    var loaded: [LoadedModel]?
    var lastProbe: PoolSnapshot.Probe?
    var shadows = Shadows()
    var silence = Silence()
    var late = LateRequests()
    /// When it last said which models it has in memory.
    var loadedAt: Moment?
    /// When it was left out of the pool; `never`: it is there.
    var goneAt = Moment.never

    /// Why it is not known whether it answers: nobody has asked, or the few probes so far have failed.
    var unknownReason: String {
        lastProbe?.error.map { "its first probes fail: \($0)" } ?? "not probed yet"
    }

    /// Whether its list is known and this tag, as in `KnownTag`, is not in it.
    func lacks(_ tag: String) -> Bool {
        guard spec.tagMatching != .any, let tags else { return false }
        return tags[tag] == nil
    }

    /// What its list says of this tag, as in `KnownTag`. Only Ollama forwards, and only its list can say so.
    func forwarding(of tag: String) -> Forwarding {
        if let tags { return tags[tag]?.isRemote == true ? .toCloud : .none }
        guard spec.tagMatching == .ollama, spec.probed else { return .none }
        return lastProbe == nil ? .notYetKnown : .unknown
    }

    /// What the instance's list says of a tag.
    func listing(of tag: String) -> KnownTag? { tags?[tag] }
}
