@testable import Ledger

/// Rows and times to test with.
enum Samples {
    /// 2026-11-25T00:00:00Z, a Wednesday, and as many seconds later.
    static func wall(_ seconds: Double = 0) -> WallTime {
        WallTime(microseconds: 1_795_564_800_000_000 + Int64(seconds * 1e6))
    }

    /// The same on both clocks.
    static func time(_ seconds: Double = 0) -> LedgerTime {
        LedgerTime(wall: wall(seconds), ticks: 5_000_000_000_000 + Int64(seconds * 1e9))
    }

    static let day = 86_400.0

    static let stamps = Stamps(at: wall(), by: "admin")

    static func hash(_ key: String) -> KeyHash { Array(key.utf8).withUnsafeBytes { KeyHash(of: $0) } }

    static func dollars(_ amount: Double) -> Money { Money(picodollars: Int64((amount * 1e12).rounded())) }

    /// A key, changed by `body`.
    static func key(_ name: String = "sk-1", _ body: (inout VirtualKey) -> Void = { _ in }) -> VirtualKey {
        var key = VirtualKey(hash: hash(name), name: "sk-...\(name.suffix(4))", stamps: stamps)
        body(&key)
        return key
    }

    static func team(_ id: String = "t", _ body: (inout Team) -> Void = { _ in }) -> Team {
        var team = Team(id: id, stamps: stamps)
        body(&team)
        return team
    }

    static func user(_ id: String = "u", _ body: (inout User) -> Void = { _ in }) -> User {
        var user = User(id: id, stamps: stamps)
        body(&user)
        return user
    }

    static func customer(_ id: String = "c", _ body: (inout Customer) -> Void = { _ in }) -> Customer {
        var customer = Customer(id: id, stamps: stamps)
        body(&customer)
        return customer
    }

    /// A budget of so many dollars.
    static func allowance(_ most: Double? = nil, _ period: String? = nil) -> Allowance {
        var allowance = Allowance()
        allowance.maxBudget = most.map(dollars)
        allowance.budgetDuration = period.flatMap { BudgetPeriod($0) }
        return allowance
    }

    /// A ledger with these rows, made at `time()`.
    static func ledger(
        _ changes: [DirectoryChange] = [], _ configure: (inout LedgerSettings) -> Void = { _ in }
    ) throws -> LedgerState {
        var settings = LedgerSettings()
        configure(&settings)
        var state = LedgerState(settings: settings, origin: 7, at: wall())
        for change in changes { try state.apply(change, at: wall()) }
        return state
    }
}

extension LedgerState {
    /// Asks for so many dollars on a key.
    mutating func ask(
        _ key: String?, _ bound: Double, least: Double = 0, tokens: Int = 0, leastTokens: Int = 0,
        model: String = "gpt-4o", provider: String = "openai", customer: String? = nil, first: Bool = true,
        at seconds: Double = 0
    ) throws -> ReserveVerdict {
        let now = Samples.time(seconds)
        let pass = try key.map { try self.pass(for: Samples.hash($0), at: now.wall) }
        return reserve(
            Claim(
                pass: pass, customer: customer, model: model, provider: provider, bound: Samples.dollars(bound),
                least: Samples.dollars(least), tokens: tokens, leastTokens: leastTokens, isFirstAttempt: first),
            at: now)
    }

    /// Asks on `sk-1`.
    mutating func ask(
        _ bound: Double, least: Double = 0, tokens: Int = 0, leastTokens: Int = 0, model: String = "gpt-4o",
        provider: String = "openai", customer: String? = nil, first: Bool = true, at seconds: Double = 0
    ) throws -> ReserveVerdict {
        try ask(
            "sk-1", bound, least: least, tokens: tokens, leastTokens: leastTokens, model: model, provider: provider,
            customer: customer, first: first, at: seconds)
    }

    /// Asks on `sk-1`, and expects to be granted something.
    mutating func get(
        _ bound: Double, least: Double = 0, tokens: Int = 0, leastTokens: Int = 0, model: String = "gpt-4o",
        provider: String = "openai", customer: String? = nil, first: Bool = true, at seconds: Double = 0
    ) throws -> Grant {
        try get(
            "sk-1", bound, least: least, tokens: tokens, leastTokens: leastTokens, model: model, provider: provider,
            customer: customer, first: first, at: seconds)
    }

    /// Asks, and expects to be granted something.
    mutating func get(
        _ key: String?, _ bound: Double, least: Double = 0, tokens: Int = 0, leastTokens: Int = 0,
        model: String = "gpt-4o", provider: String = "openai", customer: String? = nil, first: Bool = true,
        at seconds: Double = 0
    ) throws -> Grant {
        let verdict = try ask(
            key, bound, least: least, tokens: tokens, leastTokens: leastTokens, model: model, provider: provider,
            customer: customer, first: first, at: seconds)
        guard case .granted(let grant) = verdict else { throw NotGranted(verdict: verdict) }
        return grant
    }

    /// Asks on `sk-1` for an attempt that takes the place of one that has cost so much.
    mutating func take(
        _ bound: Double, least: Double = 0, tokens: Int = 0, leastTokens: Int = 0, inPlaceOf leaving: Grant,
        cost: Double, used: (Int, Int) = (0, 0)
    ) throws -> ReserveVerdict {
        let now = Samples.time()
        return reserve(
            Claim(
                pass: try pass(for: Samples.hash("sk-1"), at: now.wall), model: "gpt-4o", provider: "openai",
                bound: Samples.dollars(bound), least: Samples.dollars(least), tokens: tokens, leastTokens: leastTokens,
                isFirstAttempt: false),
            inPlaceOf: leaving,
            Charge(money: Samples.dollars(cost), promptTokens: used.0, completionTokens: used.1), at: now)
    }

    /// Settles so many dollars.
    mutating func pay(_ grant: Grant, _ money: Double, tokens: (Int, Int) = (0, 0), at seconds: Double = 0) {
        settle(
            grant,
            Charge(money: Samples.dollars(money), promptTokens: tokens.0, completionTokens: tokens.1),
            at: Samples.time(seconds))
    }

    func spent(_ name: AccountName, at seconds: Double = 0) -> Money? {
        status(of: name, at: Samples.time(seconds))?.spent
    }

    func reserved(_ name: AccountName, at seconds: Double = 0) -> Money? {
        status(of: name, at: Samples.time(seconds))?.reserved
    }
}

struct NotGranted: Error { var verdict: ReserveVerdict }

extension ReserveVerdict {
    var grant: Grant? { if case .granted(let grant) = self { grant } else { nil } }
    var isHeld: Bool { if case .held = self { true } else { false } }
    var refusal: LedgerRefusal? { if case .refused(let refusal) = self { refusal } else { nil } }
    /// The account whose budget has nothing left.
    var exceeded: BudgetExceeded? { if case .refused(.budget(let exceeded)) = self { exceeded } else { nil } }
    /// The limit that is reached.
    var rate: RateExceeded? { if case .refused(.rate(let exceeded)) = self { exceeded } else { nil } }
}
