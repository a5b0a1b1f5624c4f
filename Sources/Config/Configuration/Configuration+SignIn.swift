public import Ledger

extension Configuration {
    /// `general_settings.litellm_jwtauth`, where `enable_jwt_auth` is true: signing in by tokens of an identity provider.
    public struct SignIn: Equatable, Sendable {
        /// Where keys are published.
        public enum KeyPlace: Equatable, Sendable {
            /// A JWKS, or a document of OpenID Connect that names one, at an address.
            case address(String)
            /// A JWKS in a file.
            case file(String)
        }

        /// One identity provider of several, a line of `issuers`.
        public struct Issuer: Equatable, Sendable {
            /// `issuer`: the `iss` of its tokens.
            public var issuer: String
            /// `jwks_url`, else the issuer's document of OpenID Connect.
            public var keyPlace: KeyPlace
            /// `audience`. Default: any, which has to be said (`disable_audience_validation`).
            public var audiences: [String] = []
            /// `user_id_jwt_field`, else that of all. Default: none.
            public var userIDField: String?
            /// `user_email_jwt_field`, else that of all. Default: none.
            public var emailField: String?
            /// `team_id_jwt_field`, else that of all. Default: none.
            public var teamIDField: String?
            /// `team_ids_jwt_field`, else that of all. Default: none.
            public var teamIDsField: String?
        }

        /// `issuers`: identity providers that are told apart by `iss`. Default: none.
        public var issuers: [Issuer] = []
        /// `public_key_url`, else `JWT_PUBLIC_KEY_URL`: several are set off by commas.
        public var keyPlaces: [KeyPlace] = []
        /// `public_key_ttl`: how often they are asked. Default: 600 s.
        public var keyTTL = Duration.seconds(600)
        /// `public_key_stale_ttl`: how much longer keys are used when they cannot be fetched. Default: 3,600 s.
        public var keyStaleTTL = Duration.seconds(3_600)
        /// `audience`, else `JWT_AUDIENCE`. Default: any.
        public var audiences: [String] = []
        /// `issuer`, else `JWT_ISSUER`. Default: any.
        public var issuer: String?
        /// `leeway`: how much clocks may differ. Default: 10 s.
        public var leeway = Duration.seconds(10)
        /// `user_id_jwt_field`: the claim with the user's id. Default: none.
        public var userIDField: String?
        /// `user_email_jwt_field`. Default: none.
        public var emailField: String?
        /// `user_allowed_email_domain`. Default: any.
        public var emailDomain: String?
        /// `user_id_upsert`: a user without a row gets one. Default: false.
        public var makesUsers = false
        /// `team_id_jwt_field`. Default: none.
        public var teamIDField: String?
        /// `team_ids_jwt_field`. Default: none.
        public var teamIDsField: String?
        /// `team_alias_jwt_field`. Default: none.
        public var teamAliasField: String?
        /// `team_id_default`. Default: none.
        public var teamDefault: String?
        /// `team_id_upsert`: a team without a row gets one. Default: false.
        public var makesTeams = false
        /// `enforce_team_based_model_access`: who names no team is refused. Default: false.
        public var needsTeam = false
        /// `object_id_jwt_field`. Default: none.
        public var objectIDField: String?
        /// `admin_jwt_scope`. Default: `litellm_proxy_admin`.
        public var adminScope = "litellm_proxy_admin"
        /// `roles_jwt_field`. Default: none.
        public var rolesField: String?
        /// `role_mappings`. Default: none.
        public var roleMappings: [RoleMapping] = []
        /// `jwt_litellm_role_map`. Default: none.
        public var roleGrants: [RoleGrant] = []
        /// `user_roles_jwt_field`. Default: none.
        public var userRolesField: String?
        /// `user_allowed_roles`. Default: all.
        public var allowedRoles: [String] = []
        /// `admin_allowed_routes`. Default: all.
        public var adminRoutes: [String] = []
        /// `team_allowed_routes`. Default: all.
        public var teamRoutes: [String] = []
    }
}
