import Balancer
import TestSupport
import Testing

@Suite struct TimeTests {
    @Test func `moments add and subtract`() {
        let moment = Moment(nanoseconds: 5)
        #expect(moment + .nanoseconds(7) == Moment(nanoseconds: 12))
        #expect(moment - Moment(nanoseconds: 12) == .nanoseconds(-7))
        #expect(moment < .never)
        #expect(Moment.never + .seconds(1) == .never)
    }

    @Test func `durations convert`() {
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
        #expect(Duration.milliseconds(-1500).inSeconds == -1.5)
        #expect(abs(Duration.seconds(100_000_000_000).inSeconds - 1e11) < 1e-3)
        #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
    }

    @Test func `whole nanoseconds are those of 128-bit division, to both ends of 64 bits`() {
        var random = RandomSource(seed: 9)
        var durations = [Int64.max, .min, .max - 1, .min + 1, 0, 1, -1].map(Duration.nanoseconds)
        durations += [Int64.max, .min].flatMap { whole in
            [-1_000_000_000, -1, 1, 1_000_000_000].map { .nanoseconds(whole) + Duration(attoseconds: $0) }
        }
        for _ in 0..<20_000 {
            let high = Int64(bitPattern: random.next()) >> Int64(random.below(64))
            durations.append(Duration(attoseconds: Int128(high) << 64 | Int128(random.next())))
            durations.append(Duration(attoseconds: Int128(high)))
        }
        for duration in durations {
            let exact = duration.attoseconds / 1_000_000_000
            #expect(duration.nanoseconds == Int64(clamping: exact), "\(duration.attoseconds)")
        }
    }

    @Test func `the live clock goes forward`() async throws {
        let start = TimeSource.live.now()
        try await TimeSource.live.sleep(start + .milliseconds(2))
        #expect(TimeSource.live.now() - start >= .milliseconds(2))
        #expect(TimeSource.live.unixSeconds() > 1.7e9)
    }

    @Test func `random numbers stay in bounds and repeat with the seed`() {
        var one = RandomSource(seed: 4)
        var two = RandomSource(seed: 4)
        var seen = [Int](repeating: 0, count: 7)
        for _ in 0..<7000 {
            let value = one.below(7)
            #expect(value == two.below(7))
            seen[value] += 1
            let unit = one.unit()
            #expect(unit >= 0 && unit < 1)
            _ = two.unit()
        }
        #expect(seen.allSatisfy { $0 > 850 && $0 < 1150 }, "\(seen)")
    }

    @Test func `a manual clock wakes sleepers when their time comes`() async throws {
        let clock = ManualClock()
        let sleeper = Task { try await clock.source.sleep(.zero + .seconds(5)) }
        #expect(await clock.nextSleep() == .zero + .seconds(5))
        clock.advance(by: .seconds(4))
        #expect(await clock.nextSleep() == .zero + .seconds(5))
        clock.advance(by: .seconds(1))
        try await sleeper.value
        try await clock.source.sleep(.zero + .seconds(1))
    }

    @Test func `a cancelled sleeper wakes with an error`() async {
        let clock = ManualClock()
        let sleeper = Task { try await clock.source.sleep(.never) }
        _ = await clock.nextSleep()
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
}
