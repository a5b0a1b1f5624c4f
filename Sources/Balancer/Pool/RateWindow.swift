/// How much of a deployment's minute is used up: hard limits on requests and tokens.
///
/// A window begins with its first request and lasts 60 s; the next begins with the first request after that. LiteLLM
/// counts by the minutes of the clock instead: with both a burst may straddle two windows, but here one that begins with
/// an idle minute always has all of it. Tokens are counted when a request is sent, as its prompt's estimate and the most
/// that its answer may have, and put right when it has succeeded.
struct RateWindow: Equatable, Sendable {
    /// A limit that is used up.
    enum Limit: Equatable, Sendable {
        case requests
        case tokens
    }

    /// How long a window lasts.
    static let length = Duration.seconds(60)

    /// `Int.max` when there is no limit.
    private(set) var mostRequests: Int
    /// `Int.max` when there is no limit.
    private(set) var mostTokens: Int
    /// When the present window ends; in the past: none is open.
    private(set) var end = Moment.zero
    private(set) var requests = 0
    private(set) var tokens = 0
    /// Rises with each window: what is put right belongs to the one in which it was counted. 0: none yet.
    private(set) var generation: UInt32 = 0

    init(rpm: Int?, tpm: Int?) {
        mostRequests = rpm ?? .max
        mostTokens = tpm ?? .max
    }

    /// Other limits from now on; what is counted in this minute stays counted.
    mutating func use(rpm: Int?, tpm: Int?) {
        mostRequests = rpm ?? .max
        mostTokens = tpm ?? .max
    }

    /// Whether a window is open: time changes something at its `end`.
    func isOpen(at now: Moment) -> Bool { now < end }

    /// The limit that is used up, so that not even the smallest request may go; nil when some request may.
    func reached(at now: Moment) -> Limit? {
        guard isOpen(at: now) else { return nil }
        if requests >= mostRequests { return .requests }
        return tokens >= mostTokens ? .tokens : nil
    }

    /// Whether a request of so many tokens may go now. One that is larger than the limit may while no tokens are used:
    /// else it never could.
    func admits(_ new: Int, at now: Moment) -> Bool {
        guard isOpen(at: now) else { return true }
        return requests < mostRequests && (tokens == 0 || new <= mostTokens - tokens)
    }

    /// Counts a request that is sent now.
    mutating func count(_ new: Int, at now: Moment) {
        if !isOpen(at: now) {
            end = now + Self.length
            requests = 0
            tokens = 0
            generation = max(1, generation &+ 1)
        }
        requests += 1
        tokens += new
    }

    /// A request that was counted with so many tokens in window `sent` was not sent.
    mutating func uncount(_ counted: Int, generation sent: UInt32) {
        guard sent == generation else { return }
        requests = max(0, requests - 1)
        tokens = max(0, tokens - counted)
    }

    /// A request that was counted with so many tokens in window `sent` had `actual` ones.
    mutating func correct(_ counted: Int, to actual: Int, generation sent: UInt32) {
        guard sent == generation else { return }
        tokens = max(0, tokens + actual - counted)
    }
}
