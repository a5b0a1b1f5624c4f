import Testing

@testable import Ledger

/// A key that another one has taken the place of, and that goes on working for a while.
@Suite struct FormerKeyTests {
    private func heir(until seconds: Double = 60, _ body: (inout VirtualKey) -> Void = { _ in }) -> VirtualKey {
        Samples.key("sk-2") {
            $0.account = Samples.hash("sk-1")
            $0.former = [FormerKey(Samples.hash("sk-1"), until: Samples.wall(seconds))]
            $0.allowance = Samples.allowance(1)
            body(&$0)
        }
    }

    private func replaced() throws -> LedgerState {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        try state.apply(.replaceKey(Samples.hash("sk-1"), with: heir()), at: Samples.wall())
        return state
    }

    @Test func `it is counted with the one that took its place, to the last moment`() throws {
        var state = try replaced()
        state.pay(try state.get("sk-1", 0.5), 0.5)
        state.pay(try state.get("sk-2", 0.25), 0.25)
        #expect(state.spent(.key(Samples.hash("sk-1"))) == Samples.dollars(0.75))
        #expect(try state.ask("sk-1", 0.5, least: 0.3).exceeded != nil)
        _ = try state.get("sk-1", 0.25, at: 59.999)
        #expect(throws: LedgerRefusal.unknownKey(Samples.hash("sk-1"))) {
            try state.pass(for: Samples.hash("sk-1"), at: Samples.wall(60))
        }
        _ = try state.pass(for: Samples.hash("sk-2"), at: Samples.wall(60))
    }

    @Test func `a request that was let in before is not refused`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        let pass = try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        try state.apply(.replaceKey(Samples.hash("sk-1"), with: heir()), at: Samples.wall())
        let claim = Claim(pass: pass, model: "m", provider: "p", bound: Samples.dollars(0.5))
        #expect(state.reserve(claim, at: Samples.time()).grant != nil)
        // Where the old key ends at once it is.
        try state.apply(
            .replaceKey(Samples.hash("sk-2"), with: Samples.key("sk-3") { $0.account = Samples.hash("sk-1") }),
            at: Samples.wall())
        #expect(state.reserve(claim, at: Samples.time()).refusal == .unknownKey(Samples.hash("sk-1")))
    }

    @Test func `it is there after a restart, and gone with the key that took its place`() throws {
        let before = try replaced()
        var state = LedgerState(before.image(), origin: 8, at: Samples.wall(30))
        #expect(try state.pass(for: Samples.hash("sk-1"), at: Samples.wall(30)).facts.key == heir())
        #expect(state.rows.key(Samples.hash("sk-1")) == nil && state.rows.keys().total == 1)
        try state.apply(.putKey(heir { $0.isBlocked = true }), at: Samples.wall(31))
        #expect(throws: LedgerRefusal.keyBlocked) { try state.pass(for: Samples.hash("sk-1"), at: Samples.wall(31)) }
        try state.apply(.removeKey(Samples.hash("sk-2")), at: Samples.wall(32))
        #expect(throws: LedgerRefusal.unknownKey(Samples.hash("sk-1"))) {
            try state.pass(for: Samples.hash("sk-1"), at: Samples.wall(32))
        }
        #expect(state.rows.key(former: Samples.hash("sk-1"), at: Samples.wall(32)) == nil)
    }

    @Test func `a key of its own wins over one that somebody says it was`() throws {
        var state = try replaced()
        let other = Samples.key("sk-9") { $0.former = [FormerKey(Samples.hash("sk-2"), until: .never)] }
        try state.apply(.putKey(other), at: Samples.wall())
        #expect(try state.pass(for: Samples.hash("sk-2"), at: Samples.wall()).facts.key.hash == Samples.hash("sk-2"))
    }
}
