import Ledger
import Testing

@testable import Gateway

@Suite struct ResponseOwnerTests {
    private static let now = WallTime(microseconds: 1_795_367_506_000_000)

    private func hash(_ digit: String) -> KeyHash { KeyHash(hex: String(repeating: digit, count: 64))! }

    @Test func `a key's answers are that key's, and whoever has none shares one place`() throws {
        let ledger = SpendLedger(LedgerState(origin: 1, at: Self.now))
        for digit in ["a", "b"] {
            var key = VirtualKey(hash: hash(digit), name: "sk-...", stamps: Stamps(at: Self.now, by: "t"))
            key.userID = "ann"
            try ledger.apply(.putUser(User(id: "ann", stamps: Stamps(at: Self.now, by: "t"))), at: Self.now)
            try ledger.apply(.putKey(key), at: Self.now)
        }
        let owners = try ["a", "b"].map { Caller(flow: 1, pass: try ledger.pass(for: hash($0), at: Self.now)).owner }
        #expect(owners == [.key(hash("a")), .key(hash("b"))], "one user's two keys are two clients")
        #expect(Caller(flow: 7).owner == .keyless && Caller().owner == .keyless)
        // Regression: who got a new key for an old one had lost its answers.
        var heir = VirtualKey(hash: hash("c"), name: "sk-...", stamps: Stamps(at: Self.now, by: "t"))
        heir.account = hash("a")
        try ledger.apply(.replaceKey(hash("a"), with: heir), at: Self.now)
        #expect(try Caller(flow: 1, pass: ledger.pass(for: hash("c"), at: Self.now)).owner == owners[0])
    }

    @Test func `whoever has signed in is one client in every team`() throws {
        let ledger = SpendLedger(LedgerState(origin: 1, at: Self.now))
        try ledger.apply(.putUser(User(id: "ann", stamps: Stamps(at: Self.now, by: "t"))), at: Self.now)
        for team in ["one", "two"] {
            try ledger.apply(.putTeam(Team(id: team, stamps: Stamps(at: Self.now, by: "t"))), at: Self.now)
        }
        let passes = try ["one", "two"].map {
            try ledger.pass(for: SignedIn(userID: "ann", teamID: $0), at: Self.now)
        }
        #expect(passes.map { Caller(flow: 1, pass: $0).owner } == [.user("ann"), .user("ann")])
    }

    @Test func `an owner is read as it was written, and nobody's name is another's`() {
        let owners: [ResponseOwner] = [.key(hash("c")), .user("ann"), .user("master"), .user("key:x"), .keyless]
        for owner in owners { #expect(ResponseOwner(owner.text(keyless: "master"), keyless: "master") == owner) }
        #expect(Set(owners.map { $0.text(keyless: "master") }).count == owners.count)
        for text in ["anybody", "key:xyz", "key:", ""] { #expect(ResponseOwner(text, keyless: "master") == nil) }
    }
}
