import Gateway
import Ledger
import Testing

@testable import Server

/// `default_key_generate_params`, `upperbound_key_generate_params`, `default_internal_user_params` and `default_team_params`.
@Suite struct RowRulesTests {
    private func rig(_ change: (inout RowRules) -> Void) -> AdminRig {
        var rules = RowRules()
        change(&rules)
        return AdminRig(rules: rules)
    }

    private func month(_ change: (inout RowRules) -> Void = { _ in }) -> AdminRig {
        rig { rules in
            rules.keys.allowance.maxBudget = Money("1.5")
            rules.keys.allowance.budgetDuration = BudgetPeriod("30d")
            rules.keys.allowance.requestsPerMinute = 60
            rules.keys.lifetime = BudgetPeriod("7d")
            rules.keys.models = ["llama3"]
            rules.keys.metadata = #"{"setting":"default"}"#
            change(&rules)
        }
    }

    @Test func `a key has what its maker does not say`() async throws {
        let rig = month()
        let made = try await rig.ask("POST", "/key/generate", "{}")
        #expect(made["max_budget"].number == 1.5 && made["budget_duration"].string == "30d")
        #expect(made["rpm_limit"].number == 60 && made["models"].strings == ["llama3"])
        #expect(made["expires"].string == "2026-11-29T17:11:46.832000Z")
        #expect(made["metadata"]["setting"].string == "default")
        let own = try await rig.ask(
            "POST", "/key/generate",
            #"{"max_budget": 3, "models": ["gpt-4o"], "duration": "-1", "budget_duration": null, "metadata": {"a": 1}}"#
        )
        #expect(own["max_budget"].number == 3 && own["models"].strings == ["gpt-4o"] && own["expires"].isNull)
        #expect(own["budget_duration"].isNull && own["metadata"]["setting"].isNull)
        // Null is as if it were not there, as at LiteLLM.
        let null = try await rig.ask("POST", "/key/generate", #"{"max_budget": null, "models": []}"#)
        #expect(null["max_budget"].number == 1.5 && null["models"].strings == ["llama3"])
        // A change sets what it says and nothing else.
        let key = own["key"].string
        try await rig.ask("POST", "/key/update", #"{"key": "\#(key)", "max_budget": null}"#)
        #expect(rig.ledger.rows.key(KeyHash(of: key))?.allowance.maxBudget == nil)
    }

    @Test func `a user's own key has the operator's user and team only where it has none`() async throws {
        let rig = rig { rules in
            rules.keys.userID = "pool"
            rules.keys.teamID = "core"
        }
        let missing = await rig.fault("POST", "/key/generate", "{}")
        #expect(missing?.error.status == 404)
        try await rig.ask("POST", "/team/new", #"{"team_id": "core"}"#)
        let made = try await rig.ask("POST", "/key/generate", "{}")
        #expect(made["user_id"].string == "pool" && made["team_id"].string == "core")
        let ann = try await rig.ask("POST", "/user/new", #"{"user_id": "ann"}"#)["key"].string
        let own = try await rig.ask("POST", "/key/generate", "{}", as: ann)
        #expect(own["user_id"].string == "ann" && own["team_id"].string == "core")
    }

    @Test(arguments: [
        ("{}", ["llm_api_routes", "info_routes"]),
        (#"{"allowed_routes": ["/chat/completions"]}"#, ["/chat/completions"]),
        (#"{"key_type": "llm_api"}"#, ["llm_api_routes", "info_routes"]),
        (#"{"key_type": "management"}"#, ["management_routes"]), (#"{"key_type": "default"}"#, []),
    ])
    func `usual routes widen no kind of key`(body: String, routes: [String]) async throws {
        let rig = rig { $0.keys.allowedRoutes = ["llm_api_routes", "info_routes"] }
        #expect(try await rig.ask("POST", "/key/generate", body)["allowed_routes"].strings == routes)
    }

    @Test func `what a template says is said, and the usual bounds do not overrule it`() async throws {
        let rig = month { $0.keys.allowance.tokensPerMinute = 500 }
        try await rig.ask(
            "POST", "/budget/new", #"{"budget_id": "trial", "max_budget": 1, "budget_duration": "1d", "rpm_limit": 3}"#)
        let made = try await rig.ask("POST", "/key/generate", #"{"budget_id": "trial"}"#)["key"].string
        let key = try #require(rig.ledger.rows.key(KeyHash(of: made)))
        let bounds = rig.ledger.rows.allowance(of: key)
        #expect(bounds.maxBudget == Money("1") && bounds.budgetDuration == BudgetPeriod("1d"))
        #expect(bounds.requestsPerMinute == 3 && bounds.tokensPerMinute == 500)
    }

    @Test func `a key whose template goes, or gives more, has the most that keys may have`() async throws {
        let rig = bounded()
        func most(_ key: String) throws -> Money? {
            rig.ledger.rows.allowance(of: try #require(rig.ledger.rows.key(KeyHash(of: key)))).maxBudget
        }
        for id in ["a", "b", "c"] {
            try await rig.ask("POST", "/budget/new", #"{"budget_id": "\#(id)", "max_budget": 1}"#)
        }
        try await rig.ask("POST", "/budget/new", #"{"budget_id": "large", "max_budget": 500}"#)
        var keys: [String] = []
        for id in ["a", "b", "c", "a"] {
            let key = try await rig.ask("POST", "/key/generate", #"{"budget_id": "\#(id)"}"#)["key"].string
            #expect(try most(key) == Money("1"))
            keys.append(key)
        }
        try await rig.ask("POST", "/budget/update", #"{"budget_id": "b", "max_budget": 500}"#)
        try await rig.ask("POST", "/key/update", #"{"key": "\#(keys[2])", "budget_id": "large"}"#)
        try await rig.ask("POST", "/key/update", #"{"key": "\#(keys[3])", "budget_id": null}"#)
        try await rig.ask("POST", "/budget/delete", #"{"id": "a"}"#)
        for key in keys { #expect(try most(key) == Money("100")) }
        // A template that gives less binds them again.
        try await rig.ask("POST", "/budget/update", #"{"budget_id": "b", "max_budget": 1}"#)
        try await rig.ask("POST", "/key/update", #"{"key": "\#(keys[2])", "budget_id": "c"}"#)
        for key in keys[1...2] { #expect(try most(key) == Money("1")) }
        try await rig.ask("POST", "/key/update", #"{"key": "\#(keys[1])", "max_budget": null, "rpm_limit": null}"#)
        try await rig.ask("POST", "/key/\(keys[2])/regenerate", #"{"max_budget": null, "new_key": "sk-again"}"#)
        for key in [keys[1], "sk-again"] { #expect(try most(key) == Money("1")) }
    }

    @Test func `a template gives no more than the most, also to keys that are older than that`() async throws {
        let rig = AdminRig()
        try await rig.ask("POST", "/budget/new", #"{"budget_id": "large", "max_budget": 500}"#)
        let key = try await rig.key(#"{"budget_id": "large"}"#)
        var settings = LedgerSettings()
        settings.rows.mostOfKeys.maxBudget = Money("100")
        rig.ledger.configure(settings, at: AdminRig.start)
        let row = try #require(rig.ledger.rows.key(KeyHash(of: key)))
        #expect(rig.ledger.rows.allowance(of: row).maxBudget == Money("100"))
    }

    @Test func `whoever narrows a key for which an operator has given more may`() async throws {
        let rig = bounded()
        let ann = try await rig.ask("POST", "/user/new", #"{"user_id": "ann"}"#)["key"].string
        let key = try await rig.key(#"{"max_budget": 100}"#, as: ann)
        try await rig.ask(
            "POST", "/key/update",
            #"{"key": "\#(key)", "temp_budget_increase": 50, "temp_budget_expiry": "2099-01-01T00:00:00Z"}"#)
        for body in [#""max_budget": 100, "key_alias": "mine""#, #""max_budget": 90"#] {
            try await rig.ask("POST", "/key/update", #"{"key": "\#(key)", \#(body)}"#, as: ann)
        }
        #expect(rig.ledger.rows.key(KeyHash(of: key))?.allowance.maxBudget == Money("90"))
        let back = await rig.fault("POST", "/key/update", #"{"key": "\#(key)", "max_budget": 100}"#, as: ann)
        #expect(back?.error.param == "max_budget")
    }

    @Test func `more money for once passes the most in two steps as little as in one`() async throws {
        let rig = bounded()
        let ann = try await rig.ask("POST", "/user/new", #"{"user_id": "ann"}"#)["key"].string
        let key = try await rig.ask(
            "POST", "/key/generate",
            #"{"max_budget": 1, "temp_budget_increase": 99, "temp_budget_expiry": "2099-01-01T00:00:00Z"}"#, as: ann
        )["key"].string
        let fault = await rig.fault("POST", "/key/update", #"{"key": "\#(key)", "max_budget": 100}"#, as: ann)
        #expect(fault?.error.message == "max_budget is over max limit set in config - user_value=100.0; max_value=1.0")
        try await rig.ask("POST", "/key/update", #"{"key": "\#(key)", "max_budget": 100}"#)
    }

    @Test func `a key that is moved is as good as made`() async throws {
        let rig = rig { $0.makers.personal.roles = ["proxy_admin"] }
        let ann = try await rig.ask("POST", "/user/new", #"{"user_id": "ann"}"#)["key"].string
        try await rig.ask(
            "POST", "/team/new", #"{"team_id": "t", "members_with_roles": [{"user_id": "ann", "role": "admin"}]}"#)
        let made = try await rig.ask("POST", "/key/generate", #"{"team_id": "t", "user_id": "ann"}"#, as: ann)
        let key = made["key"].string
        for (path, body) in [
            ("/key/update", #"{"key": "\#(key)", "team_id": null}"#), ("/key/\(key)/regenerate", #"{"team_id": null}"#),
        ] { #expect(await rig.fault("POST", path, body, as: ann)?.error.status == 403, "\(path)") }
        try await rig.ask("POST", "/key/update", #"{"key": "\#(key)", "team_id": null}"#)
    }

    @Test func `a user's budget that is said to have no window has none`() async throws {
        let rig = rig { rules in
            rules.users.allowance.budgetDuration = BudgetPeriod("30d")
            rules.users.internalDuration = BudgetPeriod("7d")
        }
        let body = #"{"user_id": "ann", "user_role": "internal_user", "max_budget": 50, "budget_duration": null}"#
        try await rig.ask("POST", "/user/new", body)
        #expect(rig.ledger.rows.user("ann")?.allowance.budgetDuration == nil)
        try await rig.ask("POST", "/user/update", body)
        #expect(rig.ledger.rows.user("ann")?.allowance.budgetDuration == nil)
        try await rig.ask("POST", "/user/new", #"{"user_id": "bob"}"#)
        #expect(rig.ledger.rows.user("bob")?.allowance.budgetDuration == BudgetPeriod("30d"))
    }

    private func bounded() -> AdminRig {
        rig { rules in
            rules.mostOfKeys.maxBudget = Money("100")
            rules.mostOfKeys.budgetDuration = BudgetPeriod("30d")
            rules.mostOfKeys.lifetime = BudgetPeriod("30d")
            rules.mostOfKeys.requestsPerMinute = 10
            rules.mostOfKeys.tokensPerMinute = 1_000
            rules.mostOfKeys.parallelRequests = 2
        }
    }

    @Test func `a key that says nothing has the most that keys may have`() async throws {
        let made = try await bounded().ask("POST", "/key/generate", "{}")
        #expect(made["max_budget"].number == 100 && made["budget_duration"].string == "30d")
        #expect(made["rpm_limit"].number == 10 && made["tpm_limit"].number == 1_000)
        #expect(made["max_parallel_requests"].number == 2)
        #expect(made["expires"].string == "2026-12-22T17:11:46.832000Z")
    }

    @Test(arguments: [
        (#""max_budget": 100.01"#, "max_budget is over max limit set in config - user_value=100.01; max_value=100.0"),
        (
            #""budget_duration": "60d""#,
            "budget_duration is over max limit set in config - user_value=60d; max_value=30d"
        ),
        (#""duration": "31d""#, "duration is over max limit set in config - user_value=31d; max_value=30d"),
        (#""duration": "-1""#, "duration is over max limit set in config - user_value=-1; max_value=30d"),
        (#""rpm_limit": 11"#, "rpm_limit is over max limit set in config - user_value=11; max_value=10"),
        (#""tpm_limit": 1001"#, "tpm_limit is over max limit set in config - user_value=1001; max_value=1000"),
        (
            #""max_parallel_requests": 3"#,
            "max_parallel_requests is over max limit set in config - user_value=3; max_value=2"
        ),
    ])
    func `more than the most is 400 for a new key, a changed one and one that takes another's place`(
        field: String, message: String
    ) async throws {
        let rig = bounded()
        let key = try await rig.key()
        for (path, body) in [
            ("/key/generate", "{\(field)}"), ("/key/update", #"{"key": "\#(key)", \#(field)}"#),
            ("/key/\(key)/regenerate", "{\(field)}"),
        ] {
            let fault = await rig.fault("POST", path, body)
            #expect(
                fault?.error.status == 400 && fault?.error.message == message, "\(path): \(String(describing: fault))")
        }
        #expect(rig.store.changes.count == 1)
    }

    @Test func `as much as the most is taken, and null in a change is the most`() async throws {
        let rig = bounded()
        let key = try await rig.key(
            #"{"max_budget": 100, "budget_duration": "1mo", "duration": "30d", "rpm_limit": 10, "tpm_limit": 0}"#)
        try await rig.ask(
            "POST", "/key/update",
            #"{"key": "\#(key)", "max_budget": null, "tpm_limit": null, "duration": null, "budget_duration": null}"#)
        let row = try #require(rig.ledger.rows.key(KeyHash(of: key)))
        #expect(row.allowance.maxBudget == Money("100") && row.allowance.tokensPerMinute == 1_000)
        #expect(row.expires != nil && row.allowance.budgetDuration == BudgetPeriod("30d"))
    }

    @Test func `a template of less is not overruled, and one of more is`() async throws {
        let rig = bounded()
        try await rig.ask("POST", "/budget/new", #"{"budget_id": "small", "max_budget": 5}"#)
        try await rig.ask("POST", "/budget/new", #"{"budget_id": "large", "max_budget": 500}"#)
        let small = try await rig.key(#"{"budget_id": "small"}"#)
        let large = try await rig.key(#"{"budget_id": "large"}"#)
        let rows = rig.ledger.rows
        #expect(rows.key(KeyHash(of: small)).map { rows.allowance(of: $0).maxBudget } == Money("5"))
        #expect(rows.key(KeyHash(of: large)).map { rows.allowance(of: $0).maxBudget } == Money("100"))
    }

    @Test func `a key of before keeps what it has until that is changed`() async throws {
        let rig = AdminRig()
        let key = try await rig.key(#"{"max_budget": 500}"#)
        var settings = LedgerSettings()
        settings.rows.mostOfKeys.maxBudget = Money("100")
        rig.ledger.configure(settings, at: AdminRig.start)
        try await rig.ask("POST", "/key/update", #"{"key": "\#(key)", "key_alias": "old"}"#)
        #expect(rig.ledger.rows.key(KeyHash(of: key))?.allowance.maxBudget == Money("500"))
        #expect(await rig.fault("POST", "/key/update", #"{"key": "\#(key)", "max_budget": 500}"#)?.error.status == 400)
    }

    @Test func `money for once is no way around the most`() async throws {
        let rig = bounded()
        let ann = try await rig.ask("POST", "/user/new", #"{"user_id": "ann"}"#)["key"].string
        let own = try await rig.key("{}", as: ann)
        let body = #"{"key": "\#(own)", "temp_budget_increase": 1, "temp_budget_expiry": "1d"}"#
        #expect(await rig.fault("POST", "/key/update", body, as: ann)?.error.param == "temp_budget_increase")
        try await rig.ask("POST", "/key/update", body)
    }

    // MARK: Who makes keys

    @Test func `who may make keys, and what has to be said of them, is the operator's word`() async throws {
        let rig = rig { rules in
            rules.makers.personal.roles = ["proxy_admin"]
            rules.makers.personal.required = ["tags"]
            rules.makers.team.roles = ["user"]
        }
        try await rig.ask(
            "POST", "/team/new", #"{"team_id": "t", "members_with_roles": [{"user_id": "ann", "role": "admin"}]}"#)
        let ann = try await rig.key(#"{"user_id": "ann", "tags": []}"#)
        let own = await rig.fault("POST", "/key/generate", #"{"tags": ["x"]}"#, as: ann)
        #expect(
            own?.error.status == 403
                && own?.error.message.hasPrefix("Personal key creation has been restricted") == true)
        let team = await rig.fault("POST", "/key/generate", #"{"team_id": "t"}"#, as: ann)
        #expect(team?.error.message == "Team member role admin not in allowed_team_member_roles=user")
        // An operator says what has to be said of a user's key, and is bound by nothing of a team's.
        #expect(await rig.fault("POST", "/key/generate", "{}")?.error.message == "Required param tags not in data")
        try await rig.ask("POST", "/key/generate", #"{"team_id": "t"}"#)
    }

    @Test func `a team's admin may make its keys where the operator says so, with what has to be said`() async throws {
        let rig = rig { rules in
            rules.makers.team.roles = ["admin"]
            rules.makers.team.required = ["max_budget"]
        }
        try await rig.ask(
            "POST", "/team/new", #"{"team_id": "t", "members_with_roles": [{"user_id": "ann", "role": "admin"}]}"#)
        let ann = try await rig.key(#"{"user_id": "ann"}"#)
        #expect(await rig.fault("POST", "/key/generate", #"{"team_id": "t"}"#, as: ann)?.error.param == "max_budget")
        try await rig.ask("POST", "/key/generate", #"{"team_id": "t", "max_budget": 1}"#, as: ann)
        try await rig.ask("POST", "/key/generate", "{}", as: ann)
    }

    // MARK: Users and teams

    private func staffed() -> AdminRig {
        rig { rules in
            rules.users.role = .internalViewer
            rules.users.allowance.maxBudget = Money("10")
            rules.users.allowance.budgetDuration = BudgetPeriod("30d")
            rules.users.models = ["llama3"]
            rules.users.teams = [
                .init(teamID: "all"), .init(teamID: "lab", role: "admin", maxBudget: Money("2")), .init(teamID: "gone"),
            ]
            rules.teams.allowance.maxBudget = Money("1000")
            rules.teams.allowance.budgetDuration = BudgetPeriod("1d")
            rules.teams.models = ["llama3"]
        }
    }

    @Test func `a user has what its maker does not say, and is in the usual teams`() async throws {
        let rig = staffed()
        for team in ["all", "lab"] { try await rig.ask("POST", "/team/new", #"{"team_id": "\#(team)"}"#) }
        let made = try await rig.ask("POST", "/user/new", #"{"user_id": "ann"}"#)
        #expect(made["user_role"].string == "internal_user_viewer" && made["max_budget"].number == 10)
        #expect(made["models"].strings == ["llama3"])
        let rows = rig.ledger.rows
        #expect(rows.teams(ofMember: "ann").map(\.id) == ["all", "lab"])
        let member = try #require(rows.team("lab")?.members.first)
        #expect(member.role == "admin" && member.allowance.maxBudget == Money("2"))
        // Those that are said are those.
        try await rig.ask(
            "POST", "/user/new", #"{"user_id": "bob", "teams": ["all"], "max_budget": 1, "user_role": "internal_user"}"#
        )
        #expect(rig.ledger.rows.teams(ofMember: "bob").map(\.id) == ["all"])
        #expect(rig.ledger.rows.user("bob")?.allowance.maxBudget == Money("1"))
        #expect(rig.ledger.rows.user("bob")?.role == .internalUser)
        // An operator by name is bound by nothing.
        try await rig.ask("POST", "/user/new", #"{"user_id": "root", "user_role": "proxy_admin"}"#)
        #expect(rig.ledger.rows.user("root")?.allowance == Allowance())
        #expect(rig.ledger.rows.teams(ofMember: "root").isEmpty)
    }

    @Test func `whoever becomes an internal user has the budget of one`() async throws {
        let rig = rig { rules in
            rules.users.internalBudget = Money("10")
            rules.users.internalDuration = BudgetPeriod("1mo")
        }
        try await rig.ask("POST", "/user/new", #"{"user_id": "ann", "user_role": "proxy_admin_viewer"}"#)
        #expect(rig.ledger.rows.user("ann")?.allowance.maxBudget == nil)
        try await rig.ask("POST", "/user/update", #"{"user_id": "ann", "user_role": "internal_user"}"#)
        #expect(rig.ledger.rows.user("ann")?.allowance.maxBudget == Money("10"))
        #expect(rig.ledger.rows.user("ann")?.allowance.budgetDuration == BudgetPeriod("1mo"))
        try await rig.ask("POST", "/user/new", #"{"user_id": "bob", "max_budget": 99}"#)
        #expect(rig.ledger.rows.user("bob")?.allowance.maxBudget == Money("99"))
    }

    @Test func `who becomes a user with a team is bound as well, and can still be made by name`() async throws {
        let rig = staffed()
        try await rig.ask(
            "POST", "/team/new", #"{"team_id": "t", "members_with_roles": [{"user_id": "ann", "role": "user"}]}"#)
        #expect(rig.ledger.rows.user("ann")?.allowance.maxBudget == Money("10"))
        #expect(rig.ledger.rows.user("ann")?.role == .internalUser)
        try await rig.ask("POST", "/user/new", #"{"user_id": "ann", "max_budget": 3}"#)
        #expect(rig.ledger.rows.user("ann")?.allowance.maxBudget == Money("3"))
    }

    @Test func `a team has what its maker does not say; the models are those of teams that tokens name`() async throws {
        let rig = staffed()
        let made = try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        #expect(made["max_budget"].number == 1000 && made["budget_duration"].string == "1d")
        #expect(made["models"].strings.isEmpty)
        let own = try await rig.ask("POST", "/team/new", #"{"max_budget": 5, "budget_duration": null}"#)
        #expect(own["max_budget"].number == 5 && own["budget_duration"].isNull)
    }
}
