/// The rows of the management API where nobody says what they have: sections of `litellm_settings`.
extension KnownKeys {
    static let keyDefaults = KnownSection(
        "litellm_settings.default_key_generate_params",
        acted: [
            "max_budget", "budget_duration", "duration", "user_id", "team_id", "max_parallel_requests", "tpm_limit",
            "rpm_limit", "models", "metadata", "allowed_routes",
        ],
        ignored: [(nil, ["object_permission"])])

    static let keyCeiling = KnownSection(
        "litellm_settings.upperbound_key_generate_params",
        acted: ["max_budget", "budget_duration", "duration", "max_parallel_requests", "tpm_limit", "rpm_limit"])

    static let keyMakers = KnownSection(
        "litellm_settings.key_generation_settings", acted: ["personal_key_generation", "team_key_generation"])

    static let userDefaults = KnownSection(
        "litellm_settings.default_internal_user_params",
        acted: [
            "user_role", "max_budget", "budget_duration", "models", "teams", "max_parallel_requests", "tpm_limit",
            "rpm_limit", "metadata",
        ],
        ignored: [("members are added by /team/member_add", ["available_teams"])])

    static let teamDefaults = KnownSection(
        "litellm_settings.default_team_params",
        acted: ["max_budget", "budget_duration", "max_parallel_requests", "tpm_limit", "rpm_limit", "models"]
            + unheldTeamDefaults,
        ignored: [("members see and change what is their own", ["team_member_permissions"])])

    /// Those that keep teams within something that is not known here.
    static let unheldTeamDefaults = ["organization_id", "access_group_ids"]
}
