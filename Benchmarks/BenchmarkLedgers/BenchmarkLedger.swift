public import Ledger

/// Ledgers to measure with: so many keys, of which one asks.
public struct BenchmarkLedger: Sendable {
    /// The bounds of the key that asks.
    public enum Bounds: String, CaseIterable, Sendable {
        /// None: its spend is only counted.
        case none = "no bounds"
        /// Its budget, and that of its team.
        case budgets = "key and team"
        /// All there are, and limits of requests and tokens.
        case all = "all bounds and limits"
    }

    /// The ledger.
    public let ledger: SpendLedger
    /// The hash of the key that asks.
    public let hash: KeyHash
    /// What it asks for.
    public let claim: Claim
    /// What it costs.
    public let charge = Charge(money: Money(picodollars: 77_500_000), promptTokens: 200, completionTokens: 80)

    /// A key between many others.
    public init(_ bounds: Bounds, keys: Int) {
        do {
            let image = try Self.image(bounds, keys: keys)
            var settings = LedgerSettings()
            if bounds == .all {
                settings.providers = ["openai": Self.budget]
                settings.global = Self.budget
            }
            ledger = SpendLedger(LedgerState(image, settings: settings, origin: 1, at: Self.time(0).wall))
            hash = Self.hash(0)
            claim = Claim(
                pass: try ledger.pass(for: hash, at: Self.time(0).wall), customer: bounds == .all ? "customer" : nil,
                model: "gpt-4o", provider: "openai", bound: Money(picodollars: 100_000_000),
                least: Money(picodollars: 50_000_000), tokens: 300, leastTokens: 200)
        } catch {
            fatalError("the benchmark's own rows: \(error)")
        }
    }

    /// A second later for each step, so that what is kept for a minute stays little.
    public static func time(_ step: Int) -> LedgerTime {
        LedgerTime(
            wall: WallTime(microseconds: 1_793_577_600_000_000 + Int64(step) * 1_000_000),
            ticks: Int64(step) * 1_000_000_000)
    }

    /// One reservation and its settlement.
    @inline(__always)
    public func pair(at now: LedgerTime) {
        switch ledger.reserve(claim, at: now) {
        case .granted(let reservation): reservation.settle(charge, at: now)
        case .held(let refusal): fatalError("\(refusal)")
        case .refused(let refusal): fatalError("\(refusal)")
        }
    }

    private static func hash(_ number: Int) -> KeyHash {
        Array("sk-\(number)".utf8).withUnsafeBytes { KeyHash(of: $0) }
    }

    private static var budget: Allowance {
        var allowance = Allowance()
        allowance.maxBudget = Money(picodollars: 1_000_000_000_000_000_000)
        allowance.budgetDuration = BudgetPeriod("30d")
        allowance.requestsPerMinute = 1_000_000
        allowance.tokensPerMinute = 1_000_000_000
        allowance.parallelRequests = 1_000
        return allowance
    }

    private static func image(_ bounds: Bounds, keys: Int) throws -> LedgerImage {
        let stamps = Stamps(at: time(0).wall, by: "admin")
        var image = LedgerImage()
        image.keys = (0..<keys).map { VirtualKey(hash: hash($0), name: "sk-...\($0)", stamps: stamps) }
        guard bounds != .none else { return image }
        var allowance = budget
        if bounds == .budgets {
            (allowance.requestsPerMinute, allowance.tokensPerMinute, allowance.parallelRequests) = (nil, nil, nil)
        }
        image.keys[0].allowance = allowance
        image.keys[0].teamID = "team"
        var team = Team(id: "team", stamps: stamps)
        team.allowance = allowance
        if bounds == .all {
            image.keys[0].userID = "user"
            image.keys[0].models = ["gpt-4o", "openai/*"]
            var model = ModelAllowance()
            model.maxBudget = allowance.maxBudget
            image.keys[0].modelAllowances = ["gpt-4o": model]
            team.members = [Team.Member(userID: "user", allowance: allowance)]
            var user = User(id: "user", stamps: stamps)
            user.allowance = allowance
            var customer = Customer(id: "customer", stamps: stamps)
            customer.allowance = allowance
            (image.users, image.customers) = ([user], [customer])
        }
        image.teams = [team]
        return image
    }
}
