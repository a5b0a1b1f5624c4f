/// `general_settings.litellm_jwtauth`.
extension KnownKeys {
    static let signIn = KnownSection(
        "general_settings.litellm_jwtauth",
        acted: [
            "public_key_url", "public_key_ttl", "public_key_stale_ttl", "audience", "issuer", "leeway",
            "user_id_jwt_field", "user_email_jwt_field", "user_allowed_email_domain", "user_id_upsert",
            "team_id_jwt_field", "team_ids_jwt_field", "team_alias_jwt_field", "team_id_default", "team_id_upsert",
            "enforce_team_based_model_access", "enforce_rbac", "object_id_jwt_field", "admin_jwt_scope",
            "admin_allowed_routes", "team_allowed_routes", "roles_jwt_field", "role_mappings", "jwt_litellm_role_map",
            "user_roles_jwt_field", "user_allowed_roles", "issuers",
        ] + unheldSignIn,
        ignored: [
            ("there are no organizations", ["org_id_jwt_field", "org_alias_jwt_field"]),
            ("the request's own `user` names the customer", ["end_user_id_jwt_field"]),
            (
                "a token is read, and nobody is asked about it",
                ["oidc_userinfo_endpoint", "oidc_userinfo_enabled", "oidc_userinfo_cache_ttl"]
            ),
            ("every token is checked by its signature", ["routing_overrides"]),
            ("users and teams keep the rows that they have", ["sync_user_role_and_teams", "upsert_sso_user_to_team"]),
            ("a token's teams are those of its claims", ["team_claim_fallback", "fallback_to_db_teams"]),
            (
                "a token stands for its user and team, never for a key",
                [
                    "virtual_key_mapping_cache_ttl", "unregistered_jwt_client_behavior",
                    "auto_register_map_existing_key",
                ]
            ),
            (nil, ["agent_id_jwt_field", "mcp_client_id_jwt_field", "public_allowed_routes", "team_jwt_scope"]),
        ])

    static let issuer = KnownSection(
        "general_settings.litellm_jwtauth.issuers",
        acted: [
            "issuer", "jwks_url", "audience", "disable_audience_validation", "user_id_jwt_field",
            "user_email_jwt_field", "team_id_jwt_field", "team_ids_jwt_field",
        ] + unheldSignIn.filter { $0 == "virtual_key_claim_field" },
        ignored: [
            ("there are no organizations", ["org_id_jwt_field"]),
            ("the request's own `user` names the customer", ["end_user_id_jwt_field"]),
            ("a token stands for its user and team, never for a key", ["unregistered_jwt_client_behavior"]),
        ])

    /// Those that keep somebody out who would come in without them.
    static let unheldSignIn = [
        "custom_validate", "scope_mappings", "enforce_scope_based_access", "virtual_key_claim_field",
        "jwt_client_id_field",
    ]
}
