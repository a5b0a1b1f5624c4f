/// Keeps a failing instance, or one model of it, out for a while. Pure: told what happened and when.
public struct Breaker: Equatable, Sendable {
    /// Where the breaker stands.
    public enum State: Equatable, Sendable {
        /// Requests flow. To `open` when the failures in a row reach the latest one's threshold: 1 for a refused
        /// connection.
        case closed(failures: Int)
        /// Nothing flows. To `halfOpen` at the first admission at or after `until`; to `closed` by a good probe, if it
        /// was a refused connection that opened it.
        case open(until: Moment, trips: Int)
        /// One trial is out. To `closed` if it succeeds, to a longer `open` if it fails, to the `open` it came from if
        /// it says nothing.
        case halfOpen(until: Moment, trips: Int)
    }

    /// The latest change, for the caller to log and count.
    public enum Change: Equatable, Sendable {
        /// Nothing flows for at least this long.
        case opened(for: Duration)
        /// One trial was let through.
        case halfOpened
        /// Requests flow again.
        case closed
    }

    /// Where the breaker stands.
    public private(set) var state = State.closed(failures: 0)
    /// The latest failure cost whoever met it next to nothing, so that a trial need not wait for the time where probes pass.
    private var isQuick = false
    /// Rises with every change; an answer from an earlier generation is stale and ignored.
    public private(set) var generation: UInt32 = 0
    /// Good probes in a row since it opened, or since the latest failure.
    public private(set) var goodProbes = 0

    /// A closed breaker.
    public init() {}

    /// Whether requests flow freely.
    public var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// Whether a trial may go out: it is open, enough probes passed since it opened (`rise` is 0 where nobody probes), and the
    /// time is up, unless its failures are quick ones and somebody probes.
    public func isDue(at now: Moment, rise: Int) -> Bool {
        guard case .open(let until, _) = state, goodProbes >= rise else { return false }
        return now >= until || isQuick && rise > 0
    }

    /// The request sent in generation `sent` succeeded.
    @inline(__always)
    public mutating func recordSuccess(generation sent: UInt32) -> Change? {
        guard sent == generation else { return nil }
        switch state {
        case .closed:
            state = .closed(failures: 0)
            return nil
        case .open:
            // Nothing is sent in an open generation.
            return nil
        case .halfOpen:
            return close()
        }
    }

    /// The request sent in generation `sent` failed, in a way that opens it after so many failures in a row; 1 opens it
    /// whatever came before.
    ///
    /// - Parameter isQuick: it cost whoever met it next to nothing.
    public mutating func recordFailure(
        generation sent: UInt32, tripAfter threshold: Int, settings: BreakerSettings, isQuick: Bool = false,
        at now: Moment, random: inout RandomSource
    ) -> Change? {
        guard sent == generation else { return nil }
        self.isQuick = isQuick
        switch state {
        case .closed(let failures):
            guard failures + 1 >= threshold else {
                state = .closed(failures: failures + 1)
                return nil
            }
            return open(trips: 1, notBefore: now, settings: settings, at: now, random: &random)
        case .open:
            return nil
        case .halfOpen(let until, let trips):
            // A trial sent before its time (the panic rule) must not make the wait any longer.
            if now < until {
                goodProbes = 0
                change(to: .open(until: until, trips: trips))
                return .opened(for: until - now)
            }
            return open(trips: trips + 1, notBefore: until, settings: settings, at: now, random: &random)
        }
    }

    /// The trial sent in generation `sent` ended without saying anything: the next admission is a trial again.
    public mutating func recordNothing(generation sent: UInt32) {
        guard sent == generation, case .halfOpen(let until, let trips) = state else { return }
        change(to: .open(until: until, trips: trips))
    }

    /// The trial sent in generation `sent` was answered in a way that shows neither that it works nor that it does not: the
    /// next trial comes after the shortest wait.
    public mutating func recordDeclined(generation sent: UInt32, settings: BreakerSettings, at now: Moment) {
        guard sent == generation, case .halfOpen(let until, let trips) = state else { return }
        change(to: .open(until: max(until, now + settings.open), trips: trips))
    }

    /// Lets one trial through. The caller has checked `isDue`, or is in need (the panic rule).
    public mutating func admitTrial() -> Change {
        guard case .open(let until, let trips) = state else {
            preconditionFailure("only an open breaker lets a trial through")
        }
        change(to: .halfOpen(until: until, trips: trips))
        return .halfOpened
    }

    /// A probe passed: counts towards a trial.
    public mutating func recordGoodProbe() {
        if goodProbes < Int.max { goodProbes += 1 }
    }

    /// A probe failed: the count starts again.
    public mutating func recordBadProbe() {
        goodProbes = 0
    }

    /// A probe has shown that what opened it is over (a refused connection, and the instance answers again).
    public mutating func reset() -> Change? {
        if case .closed = state { return nil }
        return close()
    }

    private mutating func open(
        trips: Int, notBefore: Moment, settings: BreakerSettings, at now: Moment, random: inout RandomSource
    ) -> Change {
        // Jitter only lengthens: who configured 30 s gets at least 30 s.
        let doubled = settings.open.inSeconds * Double(UInt64(1) << UInt64(min(trips - 1, 32)))
        let jittered = doubled * (1 + 0.2 * random.unit())
        let wait = Duration.nanoseconds(Int64(min(jittered, settings.maxOpen.inSeconds) * 1e9))
        goodProbes = 0
        change(to: .open(until: max(now + wait, notBefore), trips: trips))
        return .opened(for: wait)
    }

    private mutating func close() -> Change {
        goodProbes = 0
        change(to: .closed(failures: 0))
        return .closed
    }

    private mutating func change(to next: State) {
        state = next
        generation &+= 1
    }
}
