/// When a pause that the other side has asked for is tried before its time is up: what it says of its time is a guess, and it may be
/// well long before.
struct EarlyTrial: Equatable, Sendable {
    /// The first trial comes so long after the pause began, each later one after twice as long as the one before it.
    private static let first = Duration.seconds(5)
    /// No longer than this.
    private static let most = Duration.seconds(30)

    /// The end that was asked for.
    private(set) var rest = Moment.zero
    /// It is a rate limit and no outage.
    private(set) var isRateLimit = false
    /// It was said how long it lasts.
    private(set) var isTold = true
    private var next = Moment.never
    private var wait = Self.first
    /// Trials in a row that were refused.
    private var refusals = 0

    /// A pause was asked for. One that is asked for again while it lasts is the same.
    ///
    /// - Parameter mayTry: no rate limit of somebody else's, who may count each trial.
    mutating func begin(until end: Moment, isRateLimit: Bool, isTold: Bool = true, mayTry: Bool, at now: Moment) {
        if now >= rest { wait = Self.first }
        rest = end
        (self.isRateLimit, self.isTold) = (isRateLimit, isTold)
        next = mayTry ? now + wait : .never
    }

    /// A request was refused without a word of when to come back.
    ///
    /// - Parameters:
    ///   - isTrial: it went out to find out whether the last pause is over. Those that were out together count as one.
    ///   - usual: the length of a first pause.
    /// - Returns: the length of this one: twice as long with each trial that is refused, so that nobody waits on and on for one that
    ///   stays full.
    mutating func refused(isTrial: Bool, usual: Duration) -> Duration {
        if isTrial { refusals = min(refusals + 1, 16) }
        return min(usual * (1 << refusals), max(usual, Self.most))
    }

    /// A request was taken.
    mutating func taken() { refusals = 0 }

    /// A request goes out that tries it.
    mutating func went(at now: Moment) {
        wait = min(wait + wait, Self.most)
        next = next == .never ? .never : now + wait
    }

    /// Whether a request may try it now.
    func isDue(at now: Moment) -> Bool { now >= next && now < rest }
}
