import Ledger

/// `enable_jwt_auth` and `litellm_jwtauth` of `general_settings`.
struct SignInReader {
    private static let path = "general_settings.litellm_jwtauth"

    let variables: Variables
    let log: DiagnosticLog

    /// - Returns: nil where nobody signs in by a token.
    func read(_ general: SectionReader?, masterKey: Configuration.MasterKey) -> Configuration.SignIn? {
        guard let general else { return nil }
        let node = general.entry("litellm_jwtauth")
        let switched = general.truth("enable_jwt_auth")
        let enabled = switched.flatMap { $0.value ? $0 : nil }
        if enabled == nil {
            // What stands there is read all the same, so that it is right when it is switched on.
            guard let node else { return nil }
            log.warning(node.keyMark, Self.path, "general_settings.enable_jwt_auth is not true, so this is not used")
        }
        if let enabled, case .absent = masterKey {
            log.fault(
                enabled.mark, enabled.path,
                "no master key is set, so every request is let in, with a token or without; set general_settings.master_key"
            )
        }
        let empty = ConfigNode(content: .mapping([]), mark: node?.value.mark ?? general.mark)
        guard
            let section = SectionReader(
                node?.value ?? empty, path: Self.path, table: KnownKeys.signIn, log: log)
        else { return nil }
        var signIn = Configuration.SignIn()
        readKeys(section, into: &signIn)
        readOwners(section, into: &signIn)
        readRoles(section, into: &signIn)
        refuseUnheld(section)
        signIn.issuers = issuers(section, signIn)
        guard let enabled else { return nil }
        if signIn.keyPlaces.isEmpty, section.entry("public_key_url") == nil, !section.hasLines("issuers") {
            log.fault(
                enabled.mark, enabled.path,
                "nothing says where the identity provider's keys are; set \(Self.path).public_key_url or JWT_PUBLIC_KEY_URL"
            )
        }
        warn(signIn, at: enabled)
        return signIn
    }

    // MARK: Keys and times

    private func readKeys(_ section: SectionReader, into signIn: inout Configuration.SignIn) {
        let written = section.text("public_key_url")
        let variable = written == nil ? variables.first(of: ["JWT_PUBLIC_KEY_URL"]) : nil
        for place in (written?.value ?? variable?.value ?? "").split(separator: ",") {
            guard let place = String(place).trimmed else { continue }
            if let place = keyPlace(place, written, variable?.name) { signIn.keyPlaces.append(place) }
        }
        if let value = section.seconds("public_key_ttl") { signIn.keyTTL = max(value.value, .seconds(10)) }
        if let value = section.seconds("public_key_stale_ttl", mayBeZero: true) { signIn.keyStaleTTL = value.value }
        if let value = section.seconds("leeway", mayBeZero: true) {
            signIn.leeway = value.value
            if value.value > .seconds(300) {
                log.warning(value.mark, value.path, "tokens are good for that long after their end")
            }
        }
        signIn.issuer = section.text("issuer")?.value ?? variables.first(of: ["JWT_ISSUER"])?.value
        if case .sequence? = section.entry("audience")?.value.content {
            signIn.audiences = section.texts("audience", what: "audiences").map(\.value)
        } else {
            let audience = section.text("audience")?.value ?? variables.first(of: ["JWT_AUDIENCE"])?.value
            signIn.audiences = audience.map { [$0] } ?? []
        }
    }

    /// Keys that came over a network in the clear could be anybody's.
    func keyPlace(
        _ text: String, _ written: Located<String>?, _ variable: String?
    ) -> Configuration.SignIn.KeyPlace? {
        let path = written?.path ?? variable ?? Self.path
        func fault(_ message: String) -> Configuration.SignIn.KeyPlace? {
            log.fault(written?.mark, path, message)
            return nil
        }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard text.contains("://") else {
            let file =
                text.hasPrefix("/") ? text : written?.mark.map { IncludeReader.path(of: text, from: $0.file) } ?? text
            return .file(file)
        }
        if scheme == "file" { return .file(String(text.dropFirst("file://".count))) }
        guard scheme == "https" || scheme == "http" else {
            return fault("\(text) is neither https, nor http on this machine, nor a file")
        }
        let base: BaseURL
        // A query is no part of a base, but may be one of such an address.
        do throws(BaseURLFault) { base = try BaseURL(String(text.prefix { $0 != "?" })) } catch {
            return fault("\(error)")
        }
        guard base.scheme == .https || base.isLoopback else {
            return fault("\(text) is not https, so anybody on the way could put keys of his own there")
        }
        return .address(text)
    }

    // MARK: Users and teams

    private func readOwners(_ section: SectionReader, into signIn: inout Configuration.SignIn) {
        signIn.userIDField = section.text("user_id_jwt_field")?.value
        signIn.emailField = section.text("user_email_jwt_field")?.value
        signIn.emailDomain = section.text("user_allowed_email_domain")?.value
        if let domain = section.text("user_allowed_email_domain"), signIn.emailField == nil {
            log.fault(domain.mark, domain.path, "user_email_jwt_field does not say which claim is the address")
        }
        signIn.makesUsers = section.truth("user_id_upsert")?.value ?? false
        signIn.teamIDField = section.text("team_id_jwt_field")?.value
        signIn.teamIDsField = section.text("team_ids_jwt_field")?.value
        signIn.teamAliasField = section.text("team_alias_jwt_field")?.value
        signIn.teamDefault = section.text("team_id_default")?.value
        signIn.makesTeams = section.truth("team_id_upsert")?.value ?? false
        signIn.needsTeam = section.truth("enforce_team_based_model_access")?.value ?? false
        // Whoever is neither a user nor a team nor an admin is refused without being asked for it.
        _ = section.truth("enforce_rbac")
        signIn.adminRoutes = section.texts("admin_allowed_routes", what: "routes").map(\.value)
        signIn.teamRoutes = section.texts("team_allowed_routes", what: "routes").map(\.value)
    }

    // MARK: Roles

    private func readRoles(_ section: SectionReader, into signIn: inout Configuration.SignIn) {
        if let scope = section.text("admin_jwt_scope") { signIn.adminScope = scope.value }
        signIn.rolesField = section.text("roles_jwt_field")?.value
        signIn.userRolesField = section.text("user_roles_jwt_field")?.value
        signIn.allowedRoles = section.texts("user_allowed_roles", what: "roles").map(\.value)
        if (section.entry("user_roles_jwt_field") == nil) != (section.entry("user_allowed_roles") == nil) {
            log.fault(section.mark, section.path, "user_roles_jwt_field and user_allowed_roles go together")
        }
        signIn.objectIDField = section.text("object_id_jwt_field")?.value
        signIn.roleMappings = lines("role_mappings", ["role", "internal_role"], of: section) { line in
            let owner: Located<RoleMapping.Owner>? = line.choice("internal_role", what: "role")
            guard let role = line.text("role"), let owner else { return nil }
            return .init(role: role.value, owner: owner.value)
        }
        signIn.roleGrants = lines("jwt_litellm_role_map", ["jwt_role", "litellm_role"], of: section) { line in
            let right: Located<UserRole>? = line.choice("litellm_role", what: "role")
            guard let role = line.text("jwt_role"), let right else { return nil }
            return .init(pattern: role.value, role: right.value)
        }
        if signIn.objectIDField != nil, signIn.roleMappings.isEmpty {
            log.fault(section.mark, section.path, "object_id_jwt_field needs role_mappings, to tell users from teams")
        }
        if signIn.rolesField == nil, !signIn.roleMappings.isEmpty || !signIn.roleGrants.isEmpty {
            log.fault(section.mark, section.path, "roles_jwt_field does not say which claim has the roles")
        }
    }

    private func lines<Line>(
        _ key: String, _ keys: [String], of section: SectionReader, _ read: (SectionReader) -> Line?
    ) -> [Line] {
        guard let node = section.entry(key)?.value else { return [] }
        guard case .sequence(let items) = node.content else {
            if node.firstUnresolved == nil {
                log.fault(node.mark, section.path(key), "expects a list, found \(node.shown)")
            }
            return []
        }
        return items.enumerated().compactMap { index, item in
            let path = "\(section.path(key))[\(index)]"
            guard let line = SectionReader(item, path: path, table: KnownSection(key, acted: keys), log: log) else {
                return nil
            }
            for name in keys where line.entry(name) == nil { log.fault(item.mark, path, "has no \(name)") }
            return read(line)
        }
    }

    // MARK: What cannot be held

    /// Whoever writes these relies on them to keep somebody out.
    func refuseUnheld(_ section: SectionReader) {
        for name in KnownKeys.unheldSignIn {
            guard let entry = section.entry(name), !entry.value.isOff else { continue }
            log.fault(
                entry.keyMark, section.path(name),
                "nothing here would hold this; remove it, and limit the team's models")
        }
    }

    private func warn(_ signIn: Configuration.SignIn, at enabled: Located<Bool>) {
        if signIn.audiences.isEmpty, !signIn.keyPlaces.isEmpty {
            log.warning(
                enabled.mark, enabled.path,
                "any token of the identity provider is taken, whatever it is meant for; set \(Self.path).audience or JWT_AUDIENCE"
            )
        }
        if signIn.userIDField == nil, signIn.emailField == nil, signIn.teamIDField == nil, signIn.teamIDsField == nil,
            signIn.teamAliasField == nil, signIn.teamDefault == nil, signIn.objectIDField == nil,
            signIn.issuers.allSatisfy(\.namesNobody)
        {
            log.warning(
                enabled.mark, enabled.path,
                "no claim is a user or a team, so only admins can sign in; set \(Self.path).user_id_jwt_field, such as sub"
            )
        }
    }
}

extension SectionReader {
    /// Whether a list is there with something in it, or one line of it alone.
    fileprivate func hasLines(_ key: String) -> Bool {
        switch entry(key)?.value.content {
        case .sequence(let items): !items.isEmpty
        case .mapping: true
        case .scalar, .unresolved, nil: false
        }
    }
}

extension String {
    /// Without blanks at its ends; nil where nothing else is there.
    fileprivate var trimmed: String? {
        let inner = withoutOuterBlanks ?? self
        return inner.isEmpty ? nil : inner
    }
}
