/// The state of a deployment that each request needs. No references.
struct DeploymentState: Sendable {
    // Fields that every pick and settlement touches come first: with a thousand deployments each cache line counts.
    let instance: Int32
    let model: Int32
    /// Its place in the model's order; -1: it was left out of the pool, and what runs there may end.
    var place: Int32
    /// The next deployment on the same instance; -1: none.
    var next: Int32 = -1
    /// `Int32.max` when there is no cap. Of a cap that several gateways share it is this one's part.
    var maxParallel: Int32
    var inFlight: Int32 = 0
    var requests = 0
    /// 1 / weight.
    var stride: Double
    var turn: Double
    /// Whether nothing but its caps keeps it from being picked; worked out when something other than a count changes.
    var isAvailable = false
    /// Whether it is ready for a trial, by its breakers, because its pause is over or because it is owed a request, as soon
    /// as its cap has room for one; worked out at the same time.
    var isDue = false
    /// Whether it has failed since its last success.
    var isFailing = false
    var lacksTag = false
    /// It is passed over while it has so many requests and anything else may be picked: see `DeploymentHistory.isShunned`, where
    /// it is 0, and `Comeback`. `UInt8.max`: never.
    var ease = UInt8.max
    /// Whether a request that asks for no context length may go as it is; see `ContextGuard`.
    var isContextPlain = false
    /// Whether its instance has no other deployment.
    var isAlone = true
    var isDisabled: Bool
    var timeToFirstToken = RecentMean()
    var duration = RecentMean()
    var tokensPerSecond = RecentMean()
    /// For everything but refused connections.
    var breaker = Breaker()
    /// At its seed when the strategy does not look at it.
    var latency: LatencyEWMA
    /// It said that it takes no more.
    var pause = Pause()
    /// `Int32.max` when not known.
    var slots: Int32
    /// Tokens of context its requests ask for when they do not say; 0: none.
    var context: Int32
    /// Its place in `PoolState.contexts`.
    let contextGuard: Int32
    /// Its place in `PoolState.windows`; -1: it has no limits.
    var window: Int32

    /// Whether it was left out of the pool.
    var isGone: Bool { place < 0 }

    /// Whether it is passed over now, where anything else may be picked.
    @inline(__always)
    var isEased: Bool { ease != .max && inFlight >= Int32(ease) }

    /// Requests that have ended, however they did.
    var answers: Int { requests - Int(inFlight) }

    /// Whose keys a changed count leaves out of order: an instance's count is part of the keys of all its deployments.
    enum ChangedKeys {
        /// The deployment's own, and it has been put in order already.
        case own
        /// Those of every deployment on the instance.
        case all
    }

    /// Counts a request that is sent there.
    @inline(__always)
    mutating func count(on instance: inout InstanceState, of model: inout ModelState) -> ChangedKeys {
        instance.inFlight += 1
        instance.granted &+= 1
        inFlight += 1
        requests += 1
        // One that was out for a while comes back into the present round, not with all the turns it missed.
        let turn = max(model.clock, turn)
        model.clock = turn
        self.turn = turn + stride
        model.serve(self, inFlight: instance.load)
        return isAlone ? .own : .all
    }

    /// A success of a plain grant while no breaker is open. `now` has no meaning where the latency is not measured or is
    /// `sampled` already.
    @inline(__always)
    mutating func settleAtOnce(
        _ grant: Grant, _ sample: Sample, sampled: Bool, on instance: inout InstanceState, of model: inout ModelState,
        at now: Moment
    ) -> ChangedKeys {
        instance.inFlight -= 1
        release()
        if !sampled, let rule = model.latencyRule {
            let tokens = sample.promptTokens > 0 ? sample.promptTokens : Int(grant.promptTokens)
            latency.record(sample.timeToFirstToken, promptTokens: tokens, rule, at: now)
        }
        record(sample)
        _ = breaker.recordSuccess(generation: grant.deploymentGeneration)
        guard isAlone else { return .all }
        model.rekey(self, inFlight: instance.load)
        return .own
    }

    /// Takes a request that was sent there off the count.
    @inline(__always)
    mutating func release() {
        inFlight -= 1
        precondition(inFlight >= 0, "a lease was settled twice")
    }

    /// Takes in the measurements of a success.
    @inline(__always)
    mutating func record(_ sample: Sample) {
        isFailing = false
        timeToFirstToken.record(sample.timeToFirstToken.inSeconds)
        duration.record(sample.duration.inSeconds)
        let decode = sample.times?.decode.inSeconds ?? (sample.duration - sample.timeToFirstToken).inSeconds
        if decode > 0 && sample.completionTokens > 0 {
            tokensPerSecond.record(Double(sample.completionTokens) / decode)
        }
    }
}
