import Testing

@testable import Balancer

@Suite struct BreakerTests {
    let settings = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
    var breaker = Breaker()
    var random = RandomSource(seed: 7)

    mutating func fail(atOnce: Bool = false, at now: Moment = .zero) -> Breaker.Change? {
        breaker.recordFailure(
            generation: breaker.generation, tripAfter: atOnce ? 1 : settings.tripAfter, settings: settings, at: now,
            random: &random)
    }

    /// How long it stays open, if that is what it is.
    var wait: Duration? {
        if case .open(let until, _) = breaker.state { until - .zero } else { nil }
    }

    @Test mutating func `opens after five failures in a row`() {
        for _ in 0..<4 { #expect(fail() == nil) }
        guard case .opened(let wait) = fail() else { return #expect(Bool(false), "it is still closed") }
        #expect(wait >= .seconds(30) && wait <= .seconds(36))
        #expect(!breaker.isClosed)
    }

    @Test mutating func `a success in between starts the count again`() {
        for _ in 0..<4 { _ = fail() }
        #expect(breaker.recordSuccess(generation: breaker.generation) == nil)
        for _ in 0..<4 { #expect(fail() == nil) }
        #expect(fail() != nil)
    }

    @Test mutating func `a refused connection opens at once`() {
        #expect(fail(atOnce: true) != nil)
    }

    @Test mutating func `stragglers from before it opened change nothing`() {
        let before = breaker.generation
        _ = fail(atOnce: true)
        let opened = breaker
        #expect(
            breaker.recordFailure(generation: before, tripAfter: 5, settings: settings, at: .zero, random: &random)
                == nil)
        #expect(breaker.recordSuccess(generation: before) == nil)
        #expect(breaker == opened)
    }

    @Test mutating func `is due only when the time is up and enough probes passed`() {
        _ = fail(atOnce: true)
        let late = Moment.zero + .seconds(60)
        #expect(!breaker.isDue(at: .zero + .seconds(29), rise: 0))
        #expect(breaker.isDue(at: late, rise: 0))
        #expect(!breaker.isDue(at: late, rise: 2))
        breaker.recordGoodProbe()
        #expect(!breaker.isDue(at: late, rise: 2))
        breaker.recordGoodProbe()
        #expect(breaker.isDue(at: late, rise: 2))
        breaker.recordBadProbe()
        #expect(!breaker.isDue(at: late, rise: 2))
    }

    @Test mutating func `a trial that succeeds closes it`() {
        _ = fail(atOnce: true)
        #expect(breaker.admitTrial() == .halfOpened)
        #expect(!breaker.isDue(at: .zero + .seconds(999), rise: 0), "one trial at a time")
        #expect(breaker.recordSuccess(generation: breaker.generation) == .closed)
        #expect(breaker.isClosed)
    }

    @Test mutating func `each failed trial doubles the wait up to the longest`() {
        _ = fail(atOnce: true)
        var waits: [Double] = []
        for _ in 0..<6 {
            guard case .open(let until, _) = breaker.state else { return #expect(Bool(false), "it must be open") }
            _ = breaker.admitTrial()
            guard case .opened(let wait) = fail(at: until) else { return #expect(Bool(false), "it must open") }
            waits.append(wait.inSeconds)
        }
        for (wait, base) in zip(waits, [60, 120, 240, 300, 300, 300.0]) {
            #expect(wait >= base && wait <= min(base * 1.2, 300), "waits were \(waits)")
        }
    }

    @Test mutating func `a trial before its time does not make the wait longer`() {
        _ = fail(atOnce: true)
        let before = wait
        _ = breaker.admitTrial()
        _ = fail(at: .zero + .seconds(5))
        #expect(wait == before)
    }

    @Test mutating func `a trial that says nothing leaves it due`() {
        _ = fail(atOnce: true)
        _ = breaker.admitTrial()
        breaker.recordNothing(generation: breaker.generation)
        #expect(breaker.isDue(at: .zero + .seconds(60), rise: 0))
    }

    @Test mutating func `a reset closes it once`() {
        #expect(breaker.reset() == nil)
        _ = fail(atOnce: true)
        #expect(breaker.reset() == .closed)
        #expect(breaker.reset() == nil)
    }

    @Test mutating func `the jitter only lengthens and differs from one to the next`() {
        var waits: Set<Int64> = []
        for seed in 0..<50 as Range<UInt64> {
            breaker = Breaker()
            random = RandomSource(seed: seed)
            _ = fail(atOnce: true)
            let wait = wait ?? .zero
            #expect(wait >= .seconds(30) && wait <= .seconds(36))
            waits.insert(wait.nanoseconds)
        }
        #expect(waits.count > 40)
    }

    @Test mutating func `stragglers do not decide a trial`() {
        let before = breaker.generation
        _ = fail(atOnce: true)
        _ = breaker.admitTrial()
        let trying = breaker
        #expect(
            breaker.recordFailure(generation: before, tripAfter: 1, settings: settings, at: .zero, random: &random)
                == nil)
        #expect(breaker.recordSuccess(generation: before) == nil)
        breaker.recordNothing(generation: before)
        #expect(breaker == trying)
    }

    @Test mutating func `stragglers do not count once it has closed again`() {
        let before = breaker.generation
        _ = fail(atOnce: true)
        _ = breaker.reset()
        for _ in 0..<10 {
            #expect(
                breaker.recordFailure(generation: before, tripAfter: 1, settings: settings, at: .zero, random: &random)
                    == nil)
        }
        #expect(breaker.state == .closed(failures: 0))
    }
}
