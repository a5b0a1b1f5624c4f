import Ledger
import Testing

@testable import Config

@Suite struct SignInTests {
    private func read(
        _ fields: String, master: String = "master_key: sk-x, ", environment: [String: String] = [:]
    ) -> Loaded {
        load(
            withModel("general_settings: {\(master)enable_jwt_auth: true, litellm_jwtauth: {\(fields)}}"),
            environment: environment)
    }

    private static let good = "public_key_url: 'https://id.example/keys', user_id_jwt_field: sub, audience: me"

    @Test func `what is written is read, and nothing is to be said`() throws {
        let loaded = read(
            Self.good
                + """
                , issuer: 'https://id.example', leeway: 0, public_key_ttl: 60, public_key_stale_ttl: 0,
                team_id_jwt_field: client_id, team_ids_jwt_field: groups, team_alias_jwt_field: team, team_id_default: all,
                user_email_jwt_field: email, user_allowed_email_domain: example.com, user_id_upsert: true,
                team_id_upsert: true, admin_jwt_scope: root, roles_jwt_field: r, enforce_rbac: true,
                role_mappings: [{role: a, internal_role: team}], object_id_jwt_field: oid,
                jwt_litellm_role_map: [{jwt_role: 'b*', litellm_role: proxy_admin_viewer}],
                user_roles_jwt_field: r, user_allowed_roles: [a, b], team_allowed_routes: [openai_routes],
                admin_allowed_routes: [management_routes], enforce_team_based_model_access: true
                """)
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        let signIn = try #require(loaded.configuration.generalSettings.signIn)
        #expect(signIn.keyPlaces == [.address("https://id.example/keys")])
        #expect(signIn.audiences == ["me"] && signIn.issuer == "https://id.example" && signIn.leeway == .zero)
        #expect(signIn.keyTTL == .seconds(60) && signIn.keyStaleTTL == .zero)
        #expect(signIn.makesUsers && signIn.makesTeams && signIn.needsTeam)
        #expect(signIn.roleMappings.map(\.owner) == [.team] && signIn.roleGrants.map(\.role) == [.viewer])
        #expect(signIn.allowedRoles == ["a", "b"] && signIn.adminScope == "root")
    }

    @Test func `LiteLLM's variables count where the file says nothing`() throws {
        let loaded = read(
            "user_id_jwt_field: sub",
            environment: [
                "JWT_PUBLIC_KEY_URL": "https://a.example/keys, http://127.0.0.1:8080/realm/keys", "JWT_AUDIENCE": "me",
                "JWT_ISSUER": "them",
            ])
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        let signIn = try #require(loaded.configuration.generalSettings.signIn)
        #expect(signIn.keyPlaces == [.address("https://a.example/keys"), .address("http://127.0.0.1:8080/realm/keys")])
        #expect(signIn.audiences == ["me"] && signIn.issuer == "them")
    }

    @Test func `identity providers are told apart, each with its keys, its audience and its claims`() throws {
        let loaded = read(
            """
            user_id_jwt_field: sub, issuers: [
              {issuer: 'https://a.example/', audience: [me, us], user_id_jwt_field: oid, team_ids_jwt_field: groups},
              {issuer: b, jwks_url: 'https://b.example/keys', disable_audience_validation: true}]
            """)
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        let signIn = try #require(loaded.configuration.generalSettings.signIn)
        #expect(signIn.keyPlaces.isEmpty && signIn.issuers.map(\.issuer) == ["https://a.example/", "b"])
        #expect(
            signIn.issuers.map(\.keyPlace) == [
                .address("https://a.example/.well-known/openid-configuration"), .address("https://b.example/keys"),
            ])
        #expect(signIn.issuers.map(\.audiences) == [["me", "us"], []])
        #expect(signIn.issuers.map(\.userIDField) == ["oid", "sub"])
        #expect(signIn.issuers.map(\.teamIDsField) == ["groups", nil])
    }

    @Test(arguments: [
        ("{issuer: 'https://a.example'}", "has no audience"),
        ("{issuer: 'https://a.example', audience: me, disable_audience_validation: true}", "contradict each other"),
        ("{audience: me}", "has no issuer"), ("{issuer: a, audience: me}", "nothing says where its keys are"),
        ("{issuer: 'http://a.example', audience: me}", "is not https"),
        ("{issuer: a, jwks_url: 'ftp://a/keys', audience: me}", "is neither https"),
        ("{issuer: 'https://a.example', audience: []}", "names nobody"), ("a", "expects a mapping"),
        ("{issuer: 'https://a.example', audience: me, virtual_key_claim_field: sub}", "nothing here would hold this"),
        (
            "{issuer: b, jwks_url: 'https://b/k', audience: me}, {issuer: b, jwks_url: 'https://c/k', audience: me}",
            "twice"
        ),
    ])
    func `an identity provider that cannot be held is a fault`(line: String, reason: String) {
        let faults = read("public_key_url: 'https://id.example/keys', audience: me, issuers: [\(line)]").faults
        #expect(faults.count == 1 && faults[0].message.contains(reason), "\(faults)")
    }

    @Test func `a list of no identity providers says nothing of keys`() {
        #expect(read("issuers: []").faults.count == 1)
        #expect(read("issuers: 'https://a.example'").faults.count == 2)
    }

    @Test func `keys may stand in a file, beside the configuration or anywhere`() throws {
        for (text, path) in [
            ("jwks.json", "etc/jwks.json"), ("/k/j.json", "/k/j.json"), ("file:///k/j.json", "/k/j.json"),
        ] {
            let loaded = Loader.load(
                text: withModel(
                    "general_settings: {master_key: sk-x, enable_jwt_auth: true, litellm_jwtauth: {public_key_url: '\(text)'}}"
                ),
                name: "etc/drover.yaml", environment: [:])
            #expect(loaded.configuration.generalSettings.signIn?.keyPlaces == [.file(path)])
        }
    }

    @Test(arguments: [
        ("public_key_url: 'http://id.example/keys'", "not https"),
        ("public_key_url: 'ftp://id.example/keys'", "neither https"),
        ("user_id_jwt_field: sub", "nothing says where"),
        (good + ", user_allowed_email_domain: example.com", "user_email_jwt_field"),
        (good + ", user_allowed_roles: [a]", "go together"),
        (good + ", object_id_jwt_field: oid", "needs role_mappings"),
        (good + ", role_mappings: [{role: a, internal_role: team}]", "roles_jwt_field"),
        (good + ", roles_jwt_field: r, role_mappings: [{role: a, internal_role: king}]", "no role named"),
        (good + ", roles_jwt_field: r, role_mappings: [{role: a}]", "has no internal_role"),
        (good + ", roles_jwt_field: r, jwt_litellm_role_map: {a: b}", "expects a list"),
        (good + ", custom_validate: my.module", "nothing here would hold this"),
        (good + ", enforce_scope_based_access: true", "nothing here would hold this"),
        (good + ", virtual_key_claim_field: sub", "nothing here would hold this"),
        (good + ", leeway: -1", "leeway"),
    ])
    func `a mistake that would open the gateway, or close it, is a fault`(fields: String, words: String) {
        let faults = read(fields).faults
        #expect(faults.contains { $0.description.contains(words) }, "\(faults)")
    }

    @Test func `without a master key nothing would ask for a token`() {
        #expect(read(Self.good, master: "").faults.contains { $0.description.contains("no master key is set") })
    }

    @Test(arguments: [
        ("public_key_url: 'https://id.example/keys', user_id_jwt_field: sub", "whatever it is meant for"),
        ("public_key_url: 'https://id.example/keys', audience: me", "only admins can sign in"),
        (good + ", leeway: 3600", "good for that long"), (good + ", org_id_jwt_field: o", "there are no organizations"),
        (good + ", user_id_jwt_filed: sub", "did you mean"),
    ])
    func `what may be meant otherwise is a warning`(fields: String, words: String) {
        let loaded = read(fields)
        #expect(loaded.faults.isEmpty, "\(loaded.faults)")
        #expect(loaded.warnings.contains { $0.description.contains(words) }, "\(loaded.warnings)")
    }

    @Test func `rules that are not switched on are a warning, and nobody signs in`() {
        let loaded = load(withModel("general_settings: {master_key: sk-x, litellm_jwtauth: {\(Self.good)}}"))
        #expect(loaded.configuration.generalSettings.signIn == nil)
        #expect(loaded.warnings.map(\.description).contains { $0.contains("enable_jwt_auth is not true") })
    }
}
