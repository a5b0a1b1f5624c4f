import Testing

@testable import Ledger

/// A ledger that began without what its store has, and gets it later.
@Suite struct LateImageTests {
    static func sum(_ account: AccountName, from start: WallTime, to end: WallTime, _ amount: Double) -> AccountSum {
        AccountSum(
            account: account, window: BudgetWindow(start: start, end: end), tally: Tally(money: Samples.dollars(amount))
        )
    }

    static func ledger(_ most: Double, _ period: String?) throws -> LedgerState {
        var state = try Samples.ledger { $0.global = Samples.allowance(most, period) }
        state.isMissingStore = true
        return state
    }

    func spent(_ account: AccountName, _ state: LedgerState) -> Money? {
        state.status(of: account, at: Samples.time(10))?.spent
    }

    func settle(_ amount: Double, _ state: inout LedgerState) throws {
        let claim = Claim(model: "m", provider: "p", bound: Samples.dollars(amount), least: Samples.dollars(amount))
        guard case .granted(let grant) = state.reserve(claim, at: Samples.time(1)) else {
            throw LedgerRefusal.notRead
        }
        let charge = Charge(money: Samples.dollars(amount), promptTokens: 1, completionTokens: 1)
        state.settle(grant, charge, at: Samples.time(1))
    }

    /// The window of the store, whether what was spent in it counts, and the start that the sum is written under.
    @Test(
        arguments: [
            ("1d", Samples.wall(), Samples.wall(Samples.day), true),
            ("1d", Samples.wall(-Samples.day), Samples.wall(), false),
            // The duration was changed meanwhile: the new window began before the old one.
            ("30d", Samples.wall(-Samples.day), Samples.wall(), false),
            ("3d", Samples.wall(-Samples.day), Samples.wall(2 * Samples.day), true),
            (nil, BudgetWindow.endless.start, WallTime.never, true),
        ] as [(String?, WallTime, WallTime, Bool)])
    func `what was spent meanwhile counts on top of what the store has, and only the new part is written`(
        _ period: String?, _ start: WallTime, _ end: WallTime, _ counts: Bool
    ) throws {
        var state = try Self.ledger(5, period)
        try settle(2, &state)
        // Under way while the store is read.
        guard
            case .granted(let grant) = state.reserve(
                Claim(model: "m", provider: "p", bound: Samples.dollars(1)), at: Samples.time(2))
        else { return #expect(Bool(false)) }
        var image = LedgerImage()
        image.sums = [Self.sum(.global, from: start, to: end, 1.5)]
        state.begin(with: image, at: Samples.time(3))
        state.settle(
            grant, Charge(money: Samples.dollars(1), promptTokens: 0, completionTokens: 0), at: Samples.time(4))
        #expect(spent(.global, state) == Samples.dollars(counts ? 4.5 : 3))
        #expect(state.status(of: .global, at: Samples.time(10))?.total.money == Samples.dollars(4.5))
        #expect(state.status(of: .global, at: Samples.time(10))?.reserved == .zero)
        let written = state.takeBatch()?.sums.filter { $0.account == .global } ?? []
        #expect(written.reduce(Money.zero) { $0 + $1.tally.money } == Samples.dollars(3))
        if counts { #expect(Set(written.map(\.window.start)) == [start]) }
        // A gateway that begins with the store's rows and these knows the same.
        image.sums += written
        let next = LedgerState(image, settings: state.settings, origin: 2, at: Samples.wall(5))
        #expect(next.status(of: .global, at: Samples.time(10)) == state.status(of: .global, at: Samples.time(10)))
    }

    @Test func `a budget is held by what is known, and by all of it once it is`() throws {
        var state = try Self.ledger(2, "1d")
        try settle(1, &state)
        #expect(throws: LedgerRefusal.self) { try settle(1.5, &state) }
        var image = LedgerImage()
        image.sums = [Self.sum(.global, from: Samples.wall(), to: Samples.wall(Samples.day), 1)]
        state.begin(with: image, at: Samples.time(1))
        #expect(throws: LedgerRefusal.self) { try settle(0.1, &state) }
    }

    @Test func `a customer that became known pays for its requests of before`() throws {
        var state = try Self.ledger(9, nil)
        var entry = LedgerEntry(requestID: "r", start: Samples.wall(), end: Samples.wall(1))
        (entry.customer, entry.attempts, entry.money, entry.failedMoney) =
            ("c", 1, Samples.dollars(1), Samples.dollars(0.5))
        state.record(entry)
        var image = LedgerImage()
        image.customers = [Samples.customer { $0.allowance = Samples.allowance(2) }]
        image.sums = [Self.sum(.customer("c"), from: BudgetWindow.endless.start, to: .never, 0.25)]
        state.begin(with: image, at: Samples.time(3))
        #expect(spent(.customer("c"), state) == Samples.dollars(1.75))
        #expect(state.bindsKeyless)
    }

    @Test func `what the store has is taken once`() throws {
        var state = try Self.ledger(9, nil)
        var image = LedgerImage()
        image.sums = [Self.sum(.global, from: BudgetWindow.endless.start, to: .never, 1)]
        for _ in 0..<2 { state.begin(with: image, at: Samples.time(3)) }
        #expect(spent(.global, state) == Samples.dollars(1))
        #expect(!state.isMissingStore)
    }
}
