import Ledger
import Testing

@testable import SignIn

@Suite struct VerifiedTokensTests {
    private func hash(_ number: Int) -> KeyHash {
        withUnsafeBytes(of: number) { KeyHash(of: $0) }
    }

    private func entry(key: Int = 0) -> VerifiedTokens.Entry {
        VerifiedTokens.Entry(people: [SignedIn(userID: "ann")], until: WallTime(microseconds: 10), key: hash(key))
    }

    @Test func `no more are remembered than there is room for, and the first goes first`() {
        var tokens = VerifiedTokens()
        for number in 0..<(VerifiedTokens.most + 3) { tokens.remember(hash(number), entry()) }
        #expect(tokens.count == VerifiedTokens.most)
        let now = WallTime(microseconds: 0)
        #expect((0..<3).allSatisfy { tokens.entry(hash($0), at: now) == nil })
        #expect(tokens.entry(hash(3), at: now) != nil && tokens.entry(hash(VerifiedTokens.most + 2), at: now) != nil)
        tokens.remember(hash(3), entry())
        #expect(tokens.count == VerifiedTokens.most)
    }

    @Test func `the tokens of a key that is gone are forgotten, and the rest keep their order`() {
        var tokens = VerifiedTokens()
        for number in 0..<(VerifiedTokens.most + 100) { tokens.remember(hash(number), entry(key: number % 2)) }
        tokens.keep(signedBy: [hash(0)])
        #expect(tokens.count == VerifiedTokens.most / 2)
        for number in 0..<VerifiedTokens.most { tokens.remember(hash(1_000_000 + number), entry(key: 0)) }
        #expect(tokens.count == VerifiedTokens.most)
        #expect(tokens.entry(hash(100), at: WallTime(microseconds: 0)) == nil)
    }
}
