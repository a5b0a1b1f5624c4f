import Ledger
import Testing

@testable import Config

/// What rows of the management API have where nobody says.
@Suite struct RowRulesTests {
    private func read(_ yaml: String, environment: [String: String] = [:]) -> Loaded {
        load(withModel("litellm_settings:\n  \(yaml)\n"), environment: environment)
    }

    /// As LiteLLM's own documentation has it.
    @Test func `all of it is read, and nothing is to be said`() throws {
        let loaded = load(
            withModel(
                """
                litellm_settings:
                  default_key_generate_params:
                    max_budget: 1.5000
                    models: [azure-gpt-3.5]
                    duration:
                    metadata: {setting: default, n: 1_0, on: true, list: [a, "1", null]}
                    team_id: core-infra
                    user_id: pool
                    allowed_routes: [llm_api_routes]
                    rpm_limit: 5
                  upperbound_key_generate_params:
                    max_budget: 100
                    budget_duration: "10d"
                    duration: "30d"
                    max_parallel_requests: 1000
                    tpm_limit: 1000
                    rpm_limit: 1000
                  default_internal_user_params:
                    user_role: internal_user
                    max_budget: 1e9
                    budget_duration: 30d
                    models: ["no-default-models"]
                    tpm_limit: 7
                    teams: [all, {team_id: lab, max_budget_in_team: 100, user_role: admin}]
                  default_team_params: {max_budget: 100, budget_duration: 30d, models: [gpt-3.5-turbo]}
                  max_internal_user_budget: 10
                  max_end_user_budget_id: customers
                  key_generation_settings:
                    team_key_generation: {allowed_team_member_roles: [admin], required_params: [tags]}
                    personal_key_generation: {allowed_user_roles: [proxy_admin, internal_user]}
                  internal_user_budget_duration: 1mo
                """))
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        let rules = loaded.configuration.litellmSettings.rows
        #expect(rules.keys.allowance.maxBudget == Money("1.5") && rules.keys.models == ["azure-gpt-3.5"])
        #expect(rules.keys.lifetime == nil && rules.keys.teamID == "core-infra" && rules.keys.userID == "pool")
        #expect(rules.keys.metadata == #"{"list":["a","1",null],"n":10,"on":true,"setting":"default"}"#)
        #expect(rules.keys.allowedRoutes == ["llm_api_routes"] && rules.keys.allowance.requestsPerMinute == 5)
        #expect(rules.mostOfKeys.maxBudget == Money("100") && rules.mostOfKeys.lifetime == BudgetPeriod("30d"))
        #expect(rules.mostOfKeys.parallelRequests == 1000 && rules.mostOfKeys.tokensPerMinute == 1000)
        #expect(rules.users.role == .internalUser && rules.users.allowance.maxBudget == .max)
        #expect(
            rules.users.teams == [
                .init(teamID: "all"), .init(teamID: "lab", role: "admin", maxBudget: Money("100")),
            ])
        #expect(rules.users.internalBudget == Money("10") && rules.users.internalDuration == BudgetPeriod("1mo"))
        #expect(rules.teams.models == ["gpt-3.5-turbo"] && rules.teams.allowance.maxBudget == Money("100"))
        #expect(rules.grace == nil && rules.customerBudgetID == "customers")
        #expect(rules.makers.team.roles == ["admin"] && rules.makers.team.required == ["tags"])
        #expect(rules.makers.personal.roles == ["proxy_admin", "internal_user"])
    }

    @Test(arguments: [
        ("default_key_generate_params: [a]", "expects a mapping"),
        ("default_key_generate_params: {max_budget: much}", "expects a number"),
        ("default_key_generate_params: {max_budget: -1}", "must be at least 0"),
        ("default_key_generate_params: {duration: soon}", "expects a number and s, m, h, d, w or mo"),
        ("default_key_generate_params: {models: gpt-4o}", "expects a list of models"),
        ("default_key_generate_params: {metadata: x}", "expects a mapping"),
        ("default_key_generate_params: {user_id: default_user_id}", "is the master key's name"),
        ("default_key_generate_params: {rpm_limit: 1.5}", "expects a whole number"),
        ("upperbound_key_generate_params: {tpm_limit: -1}", "must be at least 0"),
        ("upperbound_key_generate_params: {budget_duration: 10}", "expects a number and s"),
        ("default_internal_user_params: {user_role: boss}", "no role named \"boss\""),
        ("default_internal_user_params: {teams: all}", "expects a list"),
        ("default_internal_user_params: {teams: [{max_budget_in_team: 1}]}", "has no team_id"),
        ("default_internal_user_params: {teams: [{team_id: a, user_role: boss}]}", "expects user or admin"),
        ("default_team_params: {access_group_ids: [a]}", "nothing here would hold this"),
        ("default_team_params: {organization_id: o}", "nothing here would hold this"),
        ("key_generation_settings: {personal_key_generation: {allowed_user_roles: [boss]}}", "no role is named"),
        (
            "key_generation_settings: {team_key_generation: {allowed_team_member_roles: admin}}",
            "expects a list of roles"
        ),
        ("key_generation_settings: {personal_key_generation: [a]}", "expects a mapping"),
        ("max_internal_user_budget: none", "expects a number"),
        ("internal_user_budget_duration: x", "expects a number and s"),
    ])
    func `what cannot be is a fault`(line: String, reason: String) {
        let faults = read(line).faults
        #expect(faults.count == 1 && faults[0].message.contains(reason), "\(faults)")
    }

    @Test(arguments: [
        ("max_budget", "5", "4"), ("budget_duration", "31d", "1w"), ("duration", "31d", "30d"), ("rpm_limit", "5", "4"),
        ("tpm_limit", "5", "4"), ("max_parallel_requests", "5", "4"),
    ])
    func `a usual value above the most is a fault, since every key would be refused`(
        name: String, usual: String, most: String
    ) {
        func faults(_ usual: String) -> [Diagnostic] {
            read(
                "default_key_generate_params: {\(name): \(usual)}\n  upperbound_key_generate_params: {\(name): \(most)}"
            ).faults
        }
        #expect(faults(usual).map(\.path) == ["litellm_settings.upperbound_key_generate_params.\(name)"])
        #expect(faults(most).isEmpty)
    }

    @Test func `the time that former keys work is LiteLLM's variable`() {
        let name = "LITELLM_KEY_ROTATION_GRACE_PERIOD"
        let loaded = read("drop_params: true", environment: [name: "24h"])
        #expect(loaded.configuration.litellmSettings.rows.grace == BudgetPeriod("24h") && loaded.faults.isEmpty)
        #expect(load(withModel(""), environment: [name: "1d"]).configuration.litellmSettings.rows.grace != nil)
        #expect(read("drop_params: true", environment: [name: "soon"]).faults.count == 1)
        #expect(read("drop_params: true", environment: [name: ""]).faults.isEmpty)
    }
}
