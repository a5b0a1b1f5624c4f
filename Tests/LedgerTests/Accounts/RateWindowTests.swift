import Testing

@testable import Ledger

@Suite struct RateWindowTests {
    private let span = RateWindow.span

    @Test func `counts what is less than 60 seconds old, to the nanosecond`() {
        var window = RateWindow(limit: 2)
        window.use(1, at: 1_000)
        window.use(1, at: 2_000)
        window.expire(at: 1_000 + span - 1)
        #expect(window.left.room == 0)
        #expect(window.wait(for: 1, at: 1_000 + span - 1) == 1)
        window.expire(at: 1_000 + span)
        #expect(window.left.room == 1)
        window.expire(at: 2_000 + span)
        #expect(window.left.room == 2 && window.used == 0)
    }

    @Test func `keeps what is held until it is used or given back`() {
        var window = RateWindow(limit: 100)
        window.hold(60)
        #expect(window.left == (100, 40))
        window.release(60)
        window.use(25, at: 5)
        #expect(window.left == (75, 75))
        window.expire(at: 5 + 3 * span)
        #expect(window.left == (100, 100))
    }

    @Test func `says truly when an amount is free`() {
        var window = RateWindow(limit: 100)
        for step in 0..<10 { window.use(10, at: Int64(step) * 1_000) }
        #expect(window.wait(for: 10, at: 9_500) == span - 9_500)
        #expect(window.wait(for: 11, at: 9_500) == 1_000 + span - 9_500)
        #expect(window.wait(for: 100, at: 9_500) == 9_000 + span - 9_500)
        #expect(window.wait(for: 101, at: 9_500) == nil)
    }

    @Test func `takes another limit and forgets nothing`() {
        var window = RateWindow(limit: 5)
        for _ in 0..<5 { window.use(1, at: 1) }
        window.limit = 3
        #expect(window.left.room == -2)
        #expect(window.wait(for: 1, at: 1) == span)
    }

    @Test func `says when an amount is free without a walk along all uses`() {
        var window = RateWindow(limit: 400_000)
        for step in 0..<400_000 { window.use(1, at: Int64(step)) }
        var isTrue = true
        let time = ContinuousClock().measure {
            for amount in 0..<100_000 {
                isTrue = isTrue && window.wait(for: amount + 1, at: 400_000) == Int64(amount) + span - 400_000
            }
        }
        #expect(isTrue)
        // A walk would look at five thousand million uses, which takes minutes.
        #expect(time < .seconds(20))
    }

    @Test func `counts on beyond the largest number`() {
        var window = RateWindow(limit: .max)
        for step in 0..<6 {
            let now = Int64(step) * span / 2
            window.expire(at: now)
            window.use(.max / 3, at: now)
            #expect(window.used == (step == 0 ? 1 : 2) * (Int.max / 3))
            #expect(window.wait(for: .max, at: now) == span)
        }
    }

    /// Beside a list of everything that was ever used.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `never disagrees with a list of all uses`(seed: UInt64) {
        var random = Generator(seed: seed)
        var window = RateWindow(limit: 1_000)
        var all: [(time: Int64, amount: Int)] = []
        var now: Int64 = 0
        for _ in 0..<3_000 {
            now += Int64.random(in: 0...(span / (seed == 4 ? 2 : 40)), using: &random)
            window.expire(at: now)
            let used = all.filter { $0.time > now - span }.reduce(0) { $0 + $1.amount }
            #expect(window.used == used)
            let amount = Int.random(in: 1...90, using: &random)
            if let wait = window.wait(for: amount, at: now) {
                let then = now + wait
                let rest = all.filter { $0.time > then - span }.reduce(0) { $0 + $1.amount }
                #expect(rest + amount <= 1_000)
                // A nanosecond earlier it would not have fitted.
                if wait > 0 {
                    #expect(all.filter { $0.time > then - 1 - span }.reduce(amount) { $0 + $1.amount } > 1_000)
                }
            }
            if used + amount <= 1_000 {
                window.use(amount, at: now)
                all.append((now, amount))
            }
        }
    }
}
