import Ledger
import LedgerStore
import Testing

/// Bounds and spend of LiteLLM's rows that cannot be read, or are not there: nothing is let through, and never everything.
@Suite struct LiteLLMBoundsTests {
    @Test func `members and customers whose budget is not there are let through nowhere`() {
        let taken = LiteLLMImportTests.taken([
            .teams: [["team_id": "t", "members_with_roles": #"[{"role": "user", "user_id": "bob"}]"#]],
            .memberships: [["team_id": "t", "user_id": "bob", "budget_id": "gone"]],
            .customers: [["user_id": "c", "budget_id": "gone"]],
        ])
        guard case .putTeam(let team)? = taken.changes.first, case .putCustomer(let customer)? = taken.changes.last
        else {
            return #expect(Bool(false), "\(taken.changes)")
        }
        #expect(team.members.map(\.allowance.requestsPerMinute) == [0])
        #expect(customer.isBlocked && customer.budgetID == nil)
        #expect(taken.notes.map(\.kind) == [.member, .customer] && taken.notes.allSatisfy(\.isLoss))
    }

    /// A limit of one model: what is written, and the bound that it becomes.
    @Test(
        arguments: [
            (#"{"m": 10}"#, 10), (#"{"m": "10"}"#, 10), (#"{"m": null}"#, nil), (#"{"m": 0.5}"#, 0),
            (#"{"m": "10 "}"#, 0), (#"{"m": -1}"#, 0), (#"{"m": [10]}"#, 0), (#"{"m": true}"#, 0),
        ] as [(String, Int?)])
    func `a limit of a model that cannot be read is 0, with a word`(_ limits: String, _ limit: Int?) throws {
        for (name, path) in [("rpm", \ModelAllowance.requestsPerMinute), ("tpm", \.tokensPerMinute)] {
            let (key, taken) = LiteLLMImportTests.key(["metadata": #"{"model_\#(name)_limit": \#(limits)}"#])
            #expect(try #require(key).modelAllowances["m"]?[keyPath: path] == limit)
            #expect(taken.notes.count == (limit == 0 ? 1 : 0), "\(taken.notes)")
            let within = limits.split(separator: "m\"").joined(separator: "\(name)_limit\"")
            let budgets = try #require(LiteLLMImportTests.key(["model_max_budget": #"{"m": \#(within)}"#]).key)
                .modelAllowances
            #expect(budgets["m"]?[keyPath: path] == limit)
        }
    }

    @Test(arguments: [
        #"{"m": {"budget_limit": true}}"#, #"{"m": {"limit": 5}}"#, #"{"m": [5]}"#, #"{"m": "five"}"#, #"{"m": -5}"#,
    ])
    func `a budget of a model of unknown shape is 0`(_ budgets: String) throws {
        let (key, taken) = LiteLLMImportTests.key(["model_max_budget": budgets])
        #expect(try #require(key).modelAllowances["m"]?.maxBudget == .zero)
        #expect(taken.notes.contains { $0.text.contains("model_max_budget of m is ") }, "\(taken.notes)")
    }

    @Test(arguments: [
        ["model_max_budget": "5"], ["model_max_budget": #"[{"m": 5}]"#], ["model_max_budget": "{m: 5"],
        ["metadata": #"{"model_rpm_limit": 5}"#], ["metadata": #"{"model_tpm_limit": ["m"]}"#],
    ])
    func `bounds of models that name none let nothing through`(_ cells: [String: String]) throws {
        let (key, taken) = LiteLLMImportTests.key(cells)
        #expect(try #require(key).allowance.requestsPerMinute == 0)
        #expect(taken.notes.count == 1 && taken.notes.first?.text.contains("names no models") == true)
    }

    @Test(
        arguments: [
            ("NaN", .max, 1), ("Infinity", .max, 1), ("1e300", .max, 1), ("9223373", .max, 1), ("much", .max, 1),
            ("-Infinity", nil, 1), ("-0.5", nil, 1), ("-0", nil, 0), ("0", nil, 0),
        ] as [(String, Money?, Int)])
    func `a spend that is no amount uses every budget up, and one below nothing is 0`(
        _ spend: String, _ money: Money?, _ notes: Int
    ) {
        let taken = LiteLLMImportTests.key(["spend": spend]).taken
        #expect(taken.sums.map(\.tally.money) == (money.map { [$0] } ?? []))
        #expect(taken.notes.count == notes && taken.notes.allSatisfy { $0.isLoss && $0.text.hasPrefix("spend is ") })
        let total = LiteLLMImportTests.key(["spend": "1", "total_spend": spend]).taken
        #expect(total.sums.last?.tally.money == Money("1") && total.sums.count == (money == nil ? 1 : 2))
    }

    /// Scripts write `1e9` for no bound; it must not become a bound of nothing.
    @Test func `a budget that is more than is counted here is the most that is, with a word`() throws {
        let (key, taken) = LiteLLMImportTests.key(["max_budget": "1000000000"])
        #expect(key?.allowance.maxBudget == .max && taken.notes.map(\.isLoss) == [false])
    }

    @Test func `the budget of a team's members binds them here too`() throws {
        for (budgets, most, requests) in [
            ([["budget_id": "b", "max_budget": "2", "budget_duration": "1d"]], Money("2"), nil), ([], nil, 0),
        ] as [([[String: String]], Money?, Int?)] {
            let taken = LiteLLMImportTests.taken([
                .budgets: budgets, .teams: [["team_id": "t", "metadata": #"{"team_member_budget_id": "b"}"#]],
            ])
            guard case .putTeam(let team)? = taken.changes.last else {
                return #expect(Bool(false), "\(taken.changes)")
            }
            #expect(team.memberAllowance?.maxBudget == most && team.memberAllowance?.requestsPerMinute == requests)
            #expect(taken.notes.isEmpty == (most != nil))
        }
    }

    @Test func `a member with the budget of all members has none of its own, and keeps its spend`() throws {
        let taken = LiteLLMImportTests.taken([
            .budgets: [["budget_id": "b", "max_budget": "2"], ["budget_id": "own", "max_budget": "3"]],
            .teams: [
                [
                    "team_id": "t", "metadata": #"{"team_member_budget_id": "b"}"#,
                    "members_with_roles": #"[{"user_id": "ann", "role": "user"}, {"user_id": "bob", "role": "user"}]"#,
                ]
            ],
            .memberships: [
                ["team_id": "t", "user_id": "ann", "budget_id": "b", "spend": "1"],
                ["team_id": "t", "user_id": "bob", "budget_id": "own"],
            ],
        ])
        guard case .putTeam(let team)? = taken.changes.last else { return #expect(Bool(false), "\(taken.changes)") }
        #expect(
            team.members.map(\.allowance.maxBudget) == [nil, Money("3")]
                && team.memberAllowance?.maxBudget == Money("2"))
        #expect(taken.sums.map(\.tally.money) == [Money("1")])
    }
}
