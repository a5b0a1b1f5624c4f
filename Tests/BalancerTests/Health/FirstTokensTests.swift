import Testing

@testable import Balancer

@Suite struct FirstTokensTests {
    private static func known(
        _ count: Int = 40, first: Duration = .milliseconds(100), whole: Duration = .seconds(2), tokens: Int = 100,
        _ kind: Learning = .answers, isCold: Bool = false
    ) -> FirstTokens {
        var times = FirstTokens()
        for _ in 0..<count { times.record(first: first, whole: whole, promptTokens: tokens, kind, isCold: isCold) }
        return times
    }

    @Test func `few times say nothing, and then more than many`() throws {
        #expect(Self.known(3).patience(promptTokens: 100, .answers, isCold: false) == nil)
        let few = try #require(Self.known(4).patience(promptTokens: 100, .answers, isCold: false))
        let many = try #require(Self.known().patience(promptTokens: 100, .answers, isCold: false))
        #expect(few > many && few < .seconds(2) && many > .seconds(1))
    }

    @Test func `one that took long among few is left out`() throws {
        var times = Self.known(7)
        times.record(first: .seconds(8), whole: .seconds(9), promptTokens: 100, .answers, isCold: false)
        #expect(try #require(times.patience(promptTokens: 100, .answers, isCold: false)) < .seconds(2))
    }

    @Test func `a longer prompt may take as much longer, a shorter one as long`() throws {
        let times = Self.known(first: .seconds(4), tokens: 3_000)
        let own = try #require(times.usual(promptTokens: 3_000, .answers, isCold: false))
        #expect(times.usual(promptTokens: 10, .answers, isCold: false) == own)
        #expect(try #require(times.usual(promptTokens: 12_000, .answers, isCold: false)) == own * 4)
    }

    @Test func `a job without a longest length may take as much longer as it is`() throws {
        let times = Self.known(whole: .seconds(2), tokens: 20_000, .wholes)
        let own = try #require(times.usual(promptTokens: 20_000, .wholes, isCold: false))
        #expect(try #require(times.usual(promptTokens: 320_000, .wholes, isCold: false)) == own * 19)
        let short = Self.known(whole: .seconds(2), tokens: 9_000, .wholes)
        let less = try #require(short.usual(promptTokens: 9_000, .wholes, isCold: false))
        #expect(try #require(short.usual(promptTokens: 320_000, .wholes, isCold: false)) == less * 38)
    }

    @Test func `a load is judged by loads, and thoughts by thoughts`() {
        let warm = Self.known()
        #expect(warm.patience(promptTokens: 100, .answers, isCold: true) == nil)
        #expect(warm.patience(promptTokens: 100, .thoughts, isCold: false) == nil)
        #expect(warm.patience(promptTokens: 100, .nothing, isCold: false) == nil)
        let cold = Self.known(first: .seconds(30), isCold: true)
        #expect(cold.patience(promptTokens: 100, .answers, isCold: true).map { $0 > .seconds(60) } == true)
        #expect(cold.patience(promptTokens: 100, .answers, isCold: false) == nil)
    }

    @Test func `a whole answer has the time of whole answers`() throws {
        let rest = try #require(Self.known().patienceForAnswer(.answers))
        #expect(rest >= .seconds(4) && rest < .seconds(8))
        #expect(Self.known(3).patienceForAnswer(.answers) == nil)
    }

    @Test func `a job whose answer comes all at once is judged by its whole time, and has no rest`() throws {
        let times = Self.known(whole: .seconds(3), .wholes)
        #expect(try #require(times.usual(promptTokens: 100, .wholes, isCold: false)) >= .seconds(3))
        #expect(times.patienceForAnswer(.wholes) == .zero)
        #expect(times.usual(promptTokens: 100, .answers, isCold: false) == nil)
    }

    @Test func `one that has become slow is slow for prompts of every length, and no faster by that`() throws {
        var times = Self.known()
        for _ in 0..<40 {
            times.record(first: .seconds(1), whole: .seconds(4), promptTokens: 5_000, .answers, isCold: false)
        }
        let before = try #require(times.patience(promptTokens: 5_000, .answers, isCold: false))
        times.lengthen(to: .milliseconds(500), promptTokens: 100, .answers)
        let usual = try #require(times.usual(promptTokens: 100, .answers, isCold: false))
        #expect(usual >= .milliseconds(500) && usual < .seconds(1))
        let after = try #require(times.patience(promptTokens: 5_000, .answers, isCold: false))
        #expect(after >= before * 3)
        times.lengthen(to: .milliseconds(10), promptTokens: 100, .answers)
        #expect(times.usual(promptTokens: 100, .answers, isCold: false) == usual)
    }
}
