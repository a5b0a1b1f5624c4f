import Balancer
import Testing

@testable import Gateway

@Suite struct DeadlinesTests {
    private func after(_ seconds: Int) -> Moment { .zero + .seconds(seconds) }

    @Test func `a step ends at its own limit, or with the whole request where that comes first`() {
        var deadlines = Deadlines(limit: .seconds(10), from: after(1))
        #expect(deadlines.next == nil && deadlines.whole == after(11))
        deadlines.begin(.seconds(5), from: after(2))
        #expect(deadlines.next == after(7))
        deadlines.begin(.seconds(5), from: after(8))
        #expect(deadlines.next == after(11))
        deadlines.begin(nil, from: after(9))
        #expect(deadlines.next == after(11))
        deadlines.clear()
        #expect(deadlines.next == nil)
    }

    @Test func `without any limit nothing is due, and nothing is ever over`() {
        var deadlines = Deadlines(limit: nil, from: after(1))
        deadlines.begin(nil, from: after(2))
        #expect(deadlines.next == nil && !deadlines.isOver(at: after(1_000_000)))
    }

    @Test func `a step is shortened and never lengthened`() {
        var deadlines = Deadlines(limit: nil, from: .zero)
        let fromNone = deadlines.shorten(to: after(9))
        let toEarlier = deadlines.shorten(to: after(4))
        let toSame = deadlines.shorten(to: after(4))
        let toLater = deadlines.shorten(to: after(5))
        #expect([fromNone, toEarlier, toSame, toLater] == [true, true, false, false])
        #expect(deadlines.next == after(4))
    }

    @Test func `the whole request is over at its end, not before`() {
        let deadlines = Deadlines(limit: .seconds(3), from: after(1))
        #expect(!deadlines.isOver(at: after(3) + .milliseconds(999)) && deadlines.isOver(at: after(4)))
    }

    @Test func `a limit that is none is none, and one of a century is enough`() {
        for none in [nil, 0, -1, Double.nan, -Double.infinity] { #expect(Duration.limit(none) == nil) }
        #expect(Duration.limit(1.5) == .milliseconds(1500) && Duration.limit(.infinity) == .seconds(3_000_000_000))
        #expect(Duration.shortest(nil, nil) == nil && Duration.shortest(.seconds(2), nil) == .seconds(2))
        #expect(Duration.shortest(.seconds(2), .seconds(1)) == .seconds(1))
    }

    @Test(arguments: [
        (Duration.seconds(30), "30 s"), (.milliseconds(2500), "2.5 s"), (.nanoseconds(1_499_999), "0.001 s"),
        (.nanoseconds(1_500_000), "0.002 s"), (.seconds(-1), "0 s"), (.milliseconds(10), "0.01 s"),
    ])
    func `a limit is told in seconds, to the millisecond`(limit: Duration, words: String) {
        #expect(limit.inWords == words)
    }

    @Test(arguments: [
        (Duration.seconds(-5), 1), (.zero, 1), (.nanoseconds(1), 1), (.seconds(1), 1), (.milliseconds(1001), 2),
    ])
    func `seconds to wait are rounded up, and at least one`(wait: Duration, seconds: Int) {
        #expect(wait.wholeSeconds == seconds)
    }
}
