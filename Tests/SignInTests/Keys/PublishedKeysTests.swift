import Ledger
import Testing

@testable import SignIn

@Suite struct PublishedKeysTests {
    private func at(_ seconds: Int64) -> WallTime { WallTime(microseconds: seconds * 1_000_000) }

    @Test func `keys are looked for once, and then not for a while`() {
        var keys = PublishedKeys(count: 1)
        #expect(keys.look(at: at(100)) == .begin)
        #expect(keys.look(at: at(101)) == .underWay && keys.look(at: at(500)) == .underWay)
        keys.looked()
        #expect(keys.look(at: at(129)) == .no)
        #expect(keys.look(at: at(130)) == .begin)
        keys.looked()
        // A clock that was set back does not keep anybody waiting.
        #expect(keys.look(at: at(5)) == .begin)
    }

    @Test func `the usual look does not keep a token from asking`() {
        var keys = PublishedKeys(count: 1)
        keys.looked()
        #expect(keys.look(at: at(0)) == .begin)
    }

    @Test func `a place that has been silent for too long is as one that has said nothing`() throws {
        let library = try #require(CryptoLibrary.loaded)
        let set = try #require(KeySet(Tokens.keys, library: library))
        var keys = PublishedKeys(count: 2)
        #expect(keys.isUnknown(0..<2, at: at(0)))
        keys.take(set, of: 1, until: at(10))
        #expect(!keys.isUnknown(0..<2, at: at(9)) && keys.isUnknown(0..<2, at: at(10)))
        #expect(keys.keys(id: "rsa", for: .rs256, of: 0..<2, at: at(9)).count == 1)
        #expect(keys.keys(id: "rsa", for: .rs256, of: 0..<2, at: at(10)).isEmpty)
        // The other place has said nothing.
        #expect(keys.isUnknown(0..<1, at: at(9)) && keys.keys(id: "rsa", for: .rs256, of: 0..<1, at: at(9)).isEmpty)
        #expect(keys.has(set.keys[0].print, at: at(9)) && !keys.has(set.keys[0].print, at: at(10)))
    }
}
