/// One request's hold on one instance, from the pick to the last byte.
///
/// Settled exactly once: by `settle`, or at the end of its life as ignored and counted as abandoned, since some path
/// always forgets.
public struct Lease: ~Copyable, Sendable {
    /// The deployment that was picked.
    public var deployment: DeploymentID { DeploymentID(index: Int(grant.deployment)) }
    /// Where it runs.
    public var instance: InstanceID { InstanceID(index: Int(grant.instance)) }
    /// The model that was asked for.
    public var model: ModelID { ModelID(index: Int(grant.model)) }
    /// The words about the context's length that the request may say there.
    public var context: SentContext {
        switch grant.context {
        case ..<0: .asRequested
        case 0: .omit
        default: .tokens(Int(grant.context))
        }
    }

    let grant: Grant
    let balancer: PoolBalancer
    private var sampled = false
    /// It is among the late ones of its instance. No other is hedged.
    var isLate = false
    /// Another instance is asked for the same request.
    var isHedged = false
    private var isOpen = true

    @inline(__always)
    init(_ grant: Grant, of balancer: PoolBalancer) {
        self.grant = grant
        self.balancer = balancer
    }

    /// Tells the strategy the time to first token as soon as it is known. Only the first call counts, and `settle` then
    /// adds none of its own.
    public mutating func firstToken(after time: Duration) {
        guard !sampled else { return }
        sampled = true
        balancer.firstToken(grant, after: time)
        if isLate { endLate(goesOn: true) }
    }

    /// Tells that a good answer has begun: where this request tries whether a pause is over, the others need not wait for
    /// more of it.
    public func answered() {
        if grant.proof == .room { balancer.answered(grant) }
    }

    /// Tells how long a refusal for want of room took, before `settle`: a trial after the pause waits as long for the next.
    public func refused(after time: Duration) { balancer.refused(grant, after: time) }

    /// It was sent where requests had no answer in their time, to find out whether there is one now: its client is to be served elsewhere,
    /// and it goes on by itself.
    public var isTrialOfSilence: Bool { grant.proof == .answer }

    /// Ends the hold. A request that waits for the freed place is served before this returns.
    public consuming func settle(_ outcome: Outcome) {
        isOpen = false
        if isLate { endLate(goesOn: false) }
        balancer.settle(grant, outcome, sampled: sampled)
    }

    /// Ends the hold of a request that was not sent: what was counted of it, and written down, is taken back.
    public consuming func withdraw() {
        isOpen = false
        if isLate { endLate(goesOn: false) }
        balancer.withdraw(grant)
    }

    deinit {
        guard isOpen else { return }
        if isLate { balancer.endLate(grant, isHedged: isHedged, goesOn: false) }
        balancer.abandon(grant)
    }
}

/// A lease's content: what has to be undone when it ends.
package struct Grant: Equatable, Sendable {
    package let deployment: Int32
    package let instance: Int32
    package let model: Int32
    /// The request's estimate, for an early latency sample.
    let promptTokens: Int32
    /// The breakers' generations when it was picked; an answer from an earlier one is stale.
    let deploymentGeneration: UInt32
    let instanceGeneration: UInt32
    /// Whether it counts against the retry budget.
    let isBudgeted: Bool
    /// What its times say of others.
    let learns: Learning
    /// The requests that were at its instance when it came; no more are counted than there is room for.
    let ahead: UInt16
    /// Its number among the requests that were ever sent to its instance.
    let serial: UInt32
    /// Whether its latency is measured.
    let isTimed: Bool
    /// Whether a success changes nothing but counts and estimates: it is neither a trial nor budgeted, confirms no context
    /// length, counts against no limit, and neither forecast nor decision is kept of it.
    private(set) var isPlain: Bool
    /// The thing that its deployment is waiting for it to show.
    private(set) var proof = Proof.none
    /// The tokens of context that the request says: -1 as requested, 0 nothing.
    package let context: Int32
    /// The generation of the loaded context that its answer confirms; 0: nothing new.
    let contextGeneration: UInt32
    /// In which window of its deployment's limits it was counted, and with how many tokens; 0 where there are none.
    var windowGeneration: UInt32 = 0
    var windowTokens: Int32 = 0
    /// Its run in the forecast; -1 where there is none.
    package internal(set) var run: Int32 = -1
    /// Seconds from here to the first token, and for each token of the answer, as they were foreseen; negative where
    /// nothing was.
    package internal(set) var foreseenFirstToken = -1.0
    package internal(set) var foreseenPace = -1.0
    /// Its decision's number; 0 when decisions are not kept.
    var decision: UInt64 = 0

    /// What a request shows by succeeding.
    enum Proof: UInt8, Sendable {
        /// Nothing new.
        case none
        /// That its deployment, which was owed it, does well; see `DeploymentHistory.proofDue`.
        case health
        /// That its deployment's pause is over; see `DeploymentState.Pause`.
        case room
        /// That its deployment, which gave no answer in its time, gives one. No client waits for it: see `Lease.isTrialOfSilence`.
        case answer
    }

    /// Says what its deployment waits for.
    mutating func become(_ proof: Proof) {
        self.proof = proof
        isPlain = false
    }
}
