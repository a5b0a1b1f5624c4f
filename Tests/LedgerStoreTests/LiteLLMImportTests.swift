import Ledger
import Testing

@testable import LedgerStore

/// Rows of LiteLLM's, and what a ledger makes of them.
@Suite struct LiteLLMImportTests {
    /// 2026-11-25T00:00:00Z.
    static let now = WallTime(microseconds: 1_795_564_800_000_000)
    static let token = KeyHash("sk-1").hex

    static func taken(
        _ rows: [LiteLLMDump.Table: [[String: String]]], into image: LedgerImage = LedgerImage()
    ) -> LiteLLMImport {
        var dump = LiteLLMDump()
        dump.rows = rows.mapValues { $0.map { LiteLLMRow($0) } }
        return LiteLLMImport(dump, into: image, at: now)
    }

    static func key(_ cells: [String: String]) -> (key: VirtualKey?, taken: LiteLLMImport) {
        var image = LedgerImage()
        image.users = [User(id: "u", stamps: Stamps(at: now, by: "root"))]
        image.teams = [Team(id: "t", stamps: Stamps(at: now, by: "root"))]
        let taken = taken([.keys: [["token": token, "key_name": "sk-...0d-A"].merging(cells) { $1 }]], into: image)
        guard case .putKey(let key)? = taken.changes.first else { return (nil, taken) }
        return (key, taken)
    }

    @Test func `a key keeps everything that holds here`() throws {
        let (made, taken) = Self.key([
            "key_alias": "ann", "user_id": "u", "team_id": "t", "models": "{llama3,mistral}", "max_budget": "10",
            "budget_duration": "30d", "rpm_limit": "5", "tpm_limit": "6", "max_parallel_requests": "2",
            "spend": "0.021",
            "aliases": #"{"fast": "llama3"}"#, "permissions": #"{"a": true}"#, "blocked": "true",
            "expires": "2026-12-22 17:11:46.83", "allowed_routes": "{llm_api_routes}", "created_by": "ann",
            "created_at": "2026-11-22 17:11:46.832", "router_settings": #"{"timeout": null}"#,
            "metadata":
                #"{"tags": ["x"], "model_rpm_limit": {"gpt-4o": 3}, "temp_budget_increase": 2.5, "temp_budget_expiry": "2026-12-01T00:00:00"}"#,
            "budget_reset_at": "2026-12-01 00:00:00",
        ])
        let key = try #require(made)
        #expect(key.hash == KeyHash("sk-1") && key.account == key.hash && key.name == "sk-...0d-A")
        #expect((key.alias, key.userID, key.teamID) == ("ann", "u", "t"))
        #expect(key.models == ["llama3", "mistral"] && key.aliases == ["fast": "llama3"] && key.tags == ["x"])
        #expect(key.allowance.maxBudget == Money("10") && key.allowance.budgetDuration == BudgetPeriod("30d"))
        #expect(key.allowance.requestsPerMinute == 5 && key.allowance.tokensPerMinute == 6)
        #expect(key.allowance.parallelRequests == 2 && key.modelAllowances["gpt-4o"]?.requestsPerMinute == 3)
        #expect(key.allowance.temporaryIncrease?.amount == Money("2.5"))
        #expect(key.isBlocked && key.allowedRoutes == ["llm_api_routes"] && key.permissions == #"{"a": true}"#)
        #expect(key.expires?.iso8601 == "2026-12-22T17:11:46.830000Z")
        #expect(key.stamps.createdAt.iso8601 == "2026-11-22T17:11:46.832000Z" && key.stamps.createdBy == "ann")
        let sum = try #require(taken.sums.first)
        #expect(sum.account == .key(key.hash) && sum.tally.money == Money("0.021"))
        #expect(sum.window.start.date == "2026-11-01" && sum.window.end.date == "2026-12-01")
        #expect(taken.notes == [])
    }

    @Test func `keys that were regenerated there go on working until LiteLLM would refuse them`() throws {
        let row = ["token": Self.token, "key_name": "sk-...0d-A"]
        func former(_ key: String, _ until: String) -> [String: String] {
            ["id": key, "token": KeyHash(key).hex, "active_token_id": Self.token.uppercased(), "revoke_at": until]
        }
        let taken = Self.taken([
            .keys: [row],
            .former: [
                former("sk-0", "2026-11-25 00:00:01"), former("sk-old", "2026-11-24 23:59:59"),
                former("sk-odd", "soon"),
                [
                    "token": KeyHash("sk-x").hex, "active_token_id": KeyHash("sk-y").hex,
                    "revoke_at": "2027-01-01 00:00:00",
                ],
            ],
        ])
        guard case .putKey(let key)? = taken.changes.first else { throw NoKey() }
        #expect(
            key.former == [FormerKey(KeyHash("sk-0"), until: WallTime(microseconds: Self.now.microseconds + 1_000_000))]
        )
        #expect(taken.notes.count == 1 && taken.notes[0].text.hasPrefix("a key of before is no SHA-256"))
    }

    private struct NoKey: Error {}

    /// A key that cannot be bound as it was is not carried over; one that loses less than its bounds is, with a word.
    @Test(
        arguments: [
            (["tpd_limit": "9"], "tpd_limit is not held here", true),
            (["budget_limits": #"[{"max_budget": 1}]"#], "budget_limits is not held here", true),
            (["metadata": #"{"guardrails": ["pii"]}"#], "metadata.guardrails is not held here", true),
            (["organization_id": "o"], "organization_id is not held here", true),
            (["models": "{a}", "access_group_ids": "{g}"], "access_group_ids is not held here", true),
            (["access_group_ids": "{g}"], "list them in its models", false),
            // Rows that are not in the dump, be it that their table's file is missing: the key would not be bound by them.
            (["team_id": "gone"], "its team gone is not among the rows", false),
            (["user_id": "gone"], "its user gone is not among the rows", false),
            (["budget_id": "gone"], "its budget gone is not among the rows", false),
            (["team_id": "litellm-dashboard"], "dashboard", false), (["token": "sk-plain"], "no SHA-256", false),
            (["budget_duration": "1 hr"], "never begins anew", true),
            (["max_budget": "-1"], "nothing that costs", true),
            (["expires": "soon"], "the key is blocked", true), (["rpm_limit": "-2"], "nothing is let through", true),
            (["model_max_budget": #"{"m": {"budget_limit": 1, "time_period": "1d"}}"#], "begins anew", true),
        ] as [([String: String], String, Bool)])
    func `what cannot be carried over is told`(_ cells: [String: String], _ text: String, _ isCarried: Bool) {
        let (key, taken) = Self.key(cells)
        #expect((key != nil) == isCarried)
        #expect(taken.notes.count == 1 && taken.notes.first?.text.contains(text) == true, "\(taken.notes)")
        #expect(taken.counts[.key]?.carried == (isCarried ? 1 : 0) && taken.counts[.key]?.left == (isCarried ? 0 : 1))
    }

    @Test func `bounds that cannot be read let nothing through, and never everything`() throws {
        #expect(try #require(Self.key(["max_budget": "-1"]).key).allowance.maxBudget == .zero)
        #expect(try #require(Self.key(["rpm_limit": "x"]).key).allowance.requestsPerMinute == 0)
        #expect(try #require(Self.key(["expires": "soon"]).key).isBlocked)
        #expect(try #require(Self.key(["max_budget": "Infinity"]).key).allowance.maxBudget == nil)
        #expect(try #require(Self.key(["user_id": "default_user_id"]).key).userID == nil)
    }

    @Test func `two keys of one name are two keys`() {
        let rows = ["sk-1", "sk-2"].map { ["token": KeyHash($0).hex, "key_alias": "ann"] }
        let taken = Self.taken([.keys: rows])
        let names = taken.changes.map { if case .putKey(let key) = $0 { key.alias } else { "?" } }
        #expect(names == ["ann", nil] && taken.notes.count == 1)
    }

    /// Duration, end of the window, spend and total; then the sums' money and starts.
    @Test(
        arguments: [
            (nil, nil, "2", nil, ["2.0 1970-01-01"]), (nil, nil, "0", nil, []), (nil, nil, "-3", nil, []),
            ("1d", "2026-11-26 00:00:00", "2", "5", ["3.0 before", "2.0 2026-11-25"]),
            // LiteLLM's job has not come by yet: it was spent in a window that is over.
            ("1d", "2026-11-24 00:00:00", "2", nil, ["2.0 2026-11-23"]),
            ("1mo", nil, "2", nil, ["2.0 2026-11-01"]), ("1e", nil, "2", nil, ["2.0 1970-01-01"]),
            (nil, nil, "1e-05", nil, ["0.00001 1970-01-01"]),
        ] as [(String?, String?, String, String?, [String])])
    func `spend belongs to the window that LiteLLM counts it in`(
        _ duration: String?, _ end: String?, _ spend: String, _ total: String?, _ sums: [String]
    ) {
        var cells = ["spend": spend]
        (cells["budget_duration"], cells["budget_reset_at"], cells["total_spend"]) = (duration, end, total)
        let taken = Self.key(cells).taken
        #expect(
            taken.sums.map {
                "\($0.tally.money) \($0.window.start.microseconds == .min ? "before" : $0.window.start.date)"
            } == sums)
    }

    @Test func `a team keeps its members, their bounds and spend, and its names for models`() throws {
        let taken = Self.taken([
            .teams: [
                [
                    "team_id": "t", "team_alias": "Sales", "models": "{gpt-4o}", "max_budget": "50", "spend": "7",
                    "budget_duration": "30d", "model_id": "4", "metadata": #"{"model_tpm_limit": {"gpt-4o": 9}}"#,
                    "members_with_roles":
                        #"[{"role": "admin", "user_id": "default_user_id"}, {"role": "admin", "user_id": "ann"}, {"role": "user", "user_id": "bob"}, {"role": "user", "user_email": "x@y"}]"#,
                ]
            ],
            .memberships: [["team_id": "t", "user_id": "bob", "spend": "3", "budget_id": "b"]],
            .budgets: [["budget_id": "b", "max_budget": "4", "budget_duration": "1d"]],
            .aliases: [["id": "4", "aliases": #"{"best": "gpt-4o"}"#]],
        ])
        guard case .putTeam(let team)? = taken.changes.last else { return #expect(Bool(false), "\(taken.changes)") }
        #expect(team.alias == "Sales" && team.models == ["gpt-4o"] && team.aliases == ["best": "gpt-4o"])
        #expect(team.allowance.maxBudget == Money("50") && team.modelAllowances["gpt-4o"]?.tokensPerMinute == 9)
        #expect(team.members.map(\.userID) == ["ann", "bob"] && team.members.map(\.role) == ["admin", "user"])
        #expect(team.members.map(\.allowance.maxBudget) == [nil, Money("4")])
        let spent = Dictionary(uniqueKeysWithValues: taken.sums.map { ($0.account, $0.tally.money) })
        #expect(spent == [.team("t"): Money("7"), .member(team: "t", user: "bob"): Money("3")])
        #expect(taken.notes.map(\.text) == ["a member (x@y) has no user_id"])
    }

    @Test func `a key of a team that is left out is left out too`() {
        let taken = Self.taken([
            .teams: [["team_id": "t", "access_group_ids": "{g}"]], .keys: [["token": Self.token, "team_id": "t"]],
        ])
        #expect(taken.changes == [] && taken.notes.count == 2)
    }

    @Test(
        arguments: [
            ("proxy_admin", UserRole.admin, 0), ("proxy_admin_viewer", .viewer, 0), ("internal_user", .internalUser, 0),
            ("internal_user_viewer", .internalViewer, 0), ("org_admin", .internalViewer, 1), (nil, .internalUser, 0),
        ] as [(String?, UserRole, Int)])
    func `a role that is not known here may only look`(_ role: String?, _ known: UserRole, _ notes: Int) {
        var row = ["user_id": "u", "spend": "1", "user_email": "u@x"]
        row["user_role"] = role
        let taken = Self.taken([.users: [row]])
        guard case .putUser(let user)? = taken.changes.first else { return #expect(Bool(false)) }
        #expect(user.role == known && user.email == "u@x" && taken.notes.count == notes)
        #expect(taken.sums.map(\.account) == [.user("u")])
    }

    @Test func `customers and budgets, and LiteLLM's account of everything`() {
        let taken = Self.taken([
            .customers: [["user_id": "c", "alias": "C", "blocked": "t", "budget_id": "b", "spend": "2"]],
            .budgets: [["budget_id": "b", "max_budget": "3", "soft_budget": "1", "rpm_limit": "7"]],
            .users: [["user_id": "litellm-proxy-budget", "spend": "9"], ["user_id": "default_user_id"]],
        ])
        guard case .putBudget(let budget) = taken.changes.first, case .putCustomer(let customer)? = taken.changes.last
        else { return #expect(Bool(false)) }
        #expect(taken.changes.count == 2)
        #expect(budget.allowance.maxBudget == Money("3") && budget.allowance.softBudget == Money("1"))
        #expect(customer.budgetID == "b" && customer.isBlocked && customer.alias == "C")
        #expect(taken.sums.map(\.account) == [.global, .customer("c")])
        #expect(taken.counts[.user]?.left == 2 && !taken.notes.contains(where: \.isLoss))
    }

    @Test func `a second import adds only what is new, and spends nothing twice`() async throws {
        let scratch = Scratch()
        var rows = ["token": Self.token, "spend": "2", "max_budget": "5"]
        do {
            let store = try scratch.sqliteStore()
            let first = Self.taken([.keys: [rows]])
            // Ended between the two steps.
            try await store.write(LedgerBatch(id: BatchID(origin: 1, number: 1), entries: [], sums: first.sums))
            let second = Self.taken([.keys: [rows]], into: try await store.load())
            #expect(second.sums == [] && second.changes == first.changes)
            try await store.take(second, origin: 2, at: Self.now)
            rows["max_budget"] = "9"
            let other = ["token": KeyHash("sk-2").hex, "spend": "1"]
            let third = Self.taken([.keys: [rows, other]], into: try await store.load())
            #expect(third.counts[.key]?.present == 1 && third.counts[.key]?.carried == 1)
            try await store.take(third, origin: 3, at: Self.now)
            let image = try await store.load()
            #expect(image.sums.reduce(Money.zero) { $0 + $1.tally.money } == Money("3"))
            #expect(image.keys.first { $0.hash == KeyHash("sk-1") }?.allowance.maxBudget == Money("5"))
        }
    }
}
