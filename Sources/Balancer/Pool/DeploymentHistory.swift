/// State that only failures and other gateways touch; apart, so that the state of a thousand deployments fits a nearer cache.
struct DeploymentHistory: Sendable {
    var breakerSettings: BreakerSettings
    var failures = 0
    var abandoned = 0
    /// Requests of other gateways at the same deployment, and for the same model on the same instance.
    var outside: Int32 = 0
    var outsideOnPlacement: Int32 = 0
    var lastFailure: Failure?
    /// When that was; nil: never.
    var failedAt: Moment?
    /// Whether no request that began behind the latest failure has gone well: what the failure says of its times still stands.
    var isDoubted = false
    /// Whether it said at last that it has no such model.
    var missesTag: Bool { isDoubted && lastFailure == .missingTag }
    /// When the latest failures in a row began.
    var failsSince = Moment.zero
    var failings = Failings()
    var firstTokens = FirstTokens()
    /// Since when its instance says, or shows, that it has the model in memory; nil: it does not.
    var residentSince: Moment?
    /// Its instance may load it, says nothing of its memory, and has not answered for it lately: the next answer may be a load's.
    var mayBeCold = false
    /// Its answers when they were last looked at, and when there were new ones.
    var answersSeen: UInt32 = 0
    var answeredAt: Moment?
    /// Requests of it for which another instance is asked, too.
    var hedges = 0
    /// Late requests in a row that were left to another instance, with no answer between, and its answers at the latest.
    var leftInRow = 0
    var answersAtLeft: UInt32 = 0
    /// The last one left without a proof that the instance is at fault: until then the others there wait to be known as late, too.
    var nextLeave = Moment.zero
    /// Trials in a row that were left.
    var trialsLeft = 0
    var comeback = Comeback()
    /// Whether it is passed over while its shadow lasts and anything else may be picked; see `PoolState.decline`.
    var isShunned = false
    var earlyTrial = EarlyTrial()
    /// How long its latest refusal for want of room took.
    var refusalTime = Duration.zero
    /// Its answers that say that the request is at fault, and whether they stood out at the latest one.
    var declines = Declines()
    var standsOut = false
    /// From then on it is owed a request, whatever the strategy thinks of it: it has come back, or has failed and had time
    /// to mend. `never`: it is not.
    var proofDue = Moment.never
    /// When it was left out of the pool; `never`: it is there.
    var goneAt = Moment.never
}

/// Facts of a deployment that people and rare events need.
struct DeploymentRecord: Sendable {
    var spec: DeploymentSpec

    /// As in `KnownTag`.
    var tag: String { spec.listedTag }
}
