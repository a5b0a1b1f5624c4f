/// The limits of one account that have to do with how fast it asks.
struct RateLimits: Sendable {
    /// Requests in any 60 seconds.
    private(set) var requests: RateWindow?
    /// Tokens in any 60 seconds.
    private(set) var tokens: RateWindow?
    /// Requests at one time.
    private(set) var parallel: Int?
    /// The limits of all gateways together.
    private var whole: (requests: Int?, tokens: Int?, parallel: Int?) = (nil, nil, nil)

    /// Takes other limits, and this gateway's part of them; what was used and is held stays where there was one before.
    mutating func take(requests: Int?, tokens: Int?, parallel: Int?, serial: UInt32, part: RateParts = RateParts()) {
        whole = (requests, tokens, parallel)
        Self.change(&self.requests, to: requests, serial)
        Self.change(&self.tokens, to: tokens, serial)
        divide(part)
    }

    /// Takes another part of the limits.
    mutating func divide(_ part: RateParts) {
        if let limit = whole.requests { requests?.limit = part.of(limit) }
        if let limit = whole.tokens { tokens?.limit = part.of(limit) }
        parallel = whole.parallel.map { part.of($0) }
    }

    /// Whether all that was used and is held is within the limits, after `expire`.
    func fits(inFlight: Int) -> Bool {
        (requests?.left.room ?? 0) >= 0 && (tokens?.left.room ?? 0) >= 0 && inFlight <= parallel ?? .max
    }

    /// Into so many equal parts the limits can be divided and each is enough for all that was used and is held here, after
    /// `expire`.
    var mostParts: Int {
        func most(_ limit: Int?, _ window: RateWindow?) -> Int {
            guard let limit, let window, window.used + window.held > 0 else { return .max }
            return limit / (window.used + window.held)
        }
        return min(most(whole.requests, requests), most(whole.tokens, tokens))
    }

    private static func change(_ window: inout RateWindow?, to limit: Int?, _ serial: UInt32) {
        guard let limit else { return window = nil }
        if window == nil { window = RateWindow(limit: limit, serial: serial) } else { window?.limit = limit }
    }

    /// Whether there is nothing to keep.
    var isEmpty: Bool { requests == nil && tokens == nil && parallel == nil }

    /// The serial number of the limit of requests; 0 without one.
    var requestSerial: UInt32 { requests?.serial ?? 0 }

    /// The serial number of the limit of tokens; 0 without one.
    var tokenSerial: UInt32 { tokens?.serial ?? 0 }

    /// Forgets what is 60 seconds old.
    mutating func expire(at now: Int64) {
        requests?.expire(at: now)
        tokens?.expire(at: now)
    }

    /// Counts a granted request, and keeps its tokens.
    mutating func take(request: Bool, tokens amount: Int, at now: Int64) {
        if request { requests?.use(1, at: now) }
        tokens?.hold(amount)
    }

    /// Counts the tokens of a request that is over. Those kept for it are given back where this limit kept them.
    mutating func settle(held: Int, serial: UInt32, used: Int, at now: Int64) {
        release(held: held, serial: serial)
        tokens?.expire(at: now)
        tokens?.use(used, at: now)
    }

    /// Keeps another number of tokens for a request, where this limit keeps them.
    mutating func keep(_ amount: Int, insteadOf before: Int, serial: UInt32) {
        guard tokenSerial == serial else { return }
        tokens?.release(before)
        tokens?.hold(amount)
    }

    /// Gives back the tokens that were kept for a request.
    private mutating func release(held: Int, serial: UInt32) {
        if tokenSerial == serial { tokens?.release(held) }
    }

    /// Gives back all that `take` has counted at a time for a request that was not sent.
    mutating func takeBack(_ line: OpenClaims.Line, _ claim: OpenClaims.Claim) {
        release(held: claim.tokens, serial: line.tokenSerial)
        if claim.isFirstAttempt, requestSerial == line.requestSerial { requests?.takeBack(usedAt: claim.begun) }
    }

    /// The rest of the limits, after `expire`.
    func left(at now: Int64) -> RatesLeft? {
        guard requests != nil || tokens != nil else { return nil }
        return RatesLeft(
            requestLimit: requests?.limit, requestsLeft: max(requests?.left.room ?? 0, 0),
            tokenLimit: tokens?.limit, tokensLeft: max(tokens?.left.room ?? 0, 0),
            requestsWait: requests?.wait(for: 1, at: now) ?? 0,
            tokensWait: tokens.flatMap { $0.wait(for: $0.limit, at: now) } ?? 0)
    }
}
