import Testing

@testable import Ledger

@Suite struct KeyPassTests {
    @Test func `an unknown key is refused by its hash`() throws {
        let state = try Samples.ledger()
        #expect(throws: LedgerRefusal.unknownKey(Samples.hash("sk-1"))) {
            try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        }
    }

    @Test func `a blocked key, a blocked team and a key out of time are refused`() throws {
        var state = try Samples.ledger([
            .putTeam(Samples.team()), .putKey(Samples.key { $0.teamID = "t" }),
            .putKey(Samples.key("sk-2") { $0.expires = Samples.wall(10) }),
        ])
        _ = try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        try state.apply(.putTeam(Samples.team { $0.isBlocked = true }), at: Samples.wall())
        #expect(throws: LedgerRefusal.teamBlocked("t")) {
            try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        }
        try state.apply(.putTeam(Samples.team()), at: Samples.wall())
        try state.apply(
            .putKey(
                Samples.key {
                    $0.teamID = "t"
                    $0.isBlocked = true
                }), at: Samples.wall())
        #expect(throws: LedgerRefusal.keyBlocked) { try state.pass(for: Samples.hash("sk-1"), at: Samples.wall()) }
        _ = try state.pass(for: Samples.hash("sk-2"), at: Samples.wall(9.999_999))
        #expect(throws: LedgerRefusal.expired(Samples.hash("sk-2"), at: Samples.wall(10), now: Samples.wall(10))) {
            try state.pass(for: Samples.hash("sk-2"), at: Samples.wall(10))
        }
    }

    @Test func `a pass knows what a request needs`() throws {
        let state = try Samples.ledger([
            .putTeam(
                Samples.team {
                    $0.tags = ["eu", "paid"]
                    $0.members = [Team.Member(userID: "u", role: "admin")]
                }), .putUser(Samples.user { $0.role = .viewer }),
            .putKey(
                Samples.key {
                    ($0.teamID, $0.userID, $0.tags, $0.localOnly) = ("t", "u", ["paid"], true)
                    $0.models = ["llama3"]
                    $0.aliases = ["fast": "llama3"]
                }),
        ])
        let pass = try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        #expect(pass.facts.tags == ["paid", "eu"] && pass.facts.role == .viewer)
        #expect(pass.facts.key.localOnly && pass.resolve("fast") == "llama3" && pass.allows("fast"))
        #expect(throws: LedgerRefusal.modelDenied(ModelDenial(owner: .key, model: "gpt-4o"))) {
            try pass.permit("gpt-4o")
        }
    }

    @Test func `what a pass's key has spent is its account's, in the window that counts`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(9, "1d") })])
        let pass = try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        state.pay(try state.get(1), 0.5)
        for seconds in [0, Samples.day - 1, Samples.day, 3 * Samples.day] {
            let spent = state.spent(.key(Samples.hash("sk-1")), at: seconds)
            #expect(state.spent(by: pass, at: Samples.time(seconds)) == spent)
            #expect(spent == (seconds < Samples.day ? Samples.dollars(0.5) : .zero))
        }
        try state.apply(.removeKey(Samples.hash("sk-1")), at: Samples.wall())
        #expect(state.spent(by: pass, at: Samples.time()) == .zero)
    }

    @Test func `a pass of a key that is gone or blocked meanwhile reserves nothing`() throws {
        var state = try Samples.ledger([.putKey(Samples.key())])
        let pass = try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        let claim = Claim(pass: pass, model: "m", provider: "openai", bound: Samples.dollars(1))
        try state.apply(.putKey(Samples.key { $0.isBlocked = true }), at: Samples.wall())
        let blocked = state.reserve(claim, at: Samples.time())
        #expect(blocked == .refused(.keyBlocked))
        try state.apply(.removeKey(Samples.hash("sk-1")), at: Samples.wall())
        let gone = state.reserve(claim, at: Samples.time())
        #expect(gone == .refused(.unknownKey(Samples.hash("sk-1"))))
        // Another key takes the place; the pass is not one of it.
        try state.apply(.putKey(Samples.key("sk-2")), at: Samples.wall())
        let other = state.reserve(claim, at: Samples.time())
        #expect(other == .refused(.unknownKey(Samples.hash("sk-1"))))
    }
}
