/// `issuers` of `litellm_jwtauth`: identity providers that are told apart by the `iss` of their tokens.
extension SignInReader {
    /// - Parameter all: the fields of those that name none of their own.
    func issuers(_ section: SectionReader, _ all: Configuration.SignIn) -> [Configuration.SignIn.Issuer] {
        var known: Set<String> = []
        return section.sections("issuers", table: KnownKeys.issuer).compactMap { line in
            refuseUnheld(line)
            // All of it is read, so that all that is wrong is said.
            let audiences = audiences(line)
            let (user, email) = (line.text("user_id_jwt_field"), line.text("user_email_jwt_field"))
            let (team, teams) = (line.text("team_id_jwt_field"), line.text("team_ids_jwt_field"))
            guard let issuer = line.text("issuer") else {
                if line.entry("issuer") == nil { log.fault(line.mark, line.path, "has no issuer") }
                if line.entry("jwks_url") != nil { _ = line.text("jwks_url") }
                return nil
            }
            guard known.insert(issuer.value).inserted else {
                log.fault(
                    issuer.mark, issuer.path, "stands in the list twice; the first would be the only one to count")
                return nil
            }
            guard let place = place(of: issuer, line) else { return nil }
            var found = Configuration.SignIn.Issuer(issuer: issuer.value, keyPlace: place)
            found.audiences = audiences
            (found.userIDField, found.emailField) = (user?.value ?? all.userIDField, email?.value ?? all.emailField)
            (found.teamIDField, found.teamIDsField) = (team?.value ?? all.teamIDField, teams?.value ?? all.teamIDsField)
            return found
        }
    }

    private func place(of issuer: Located<String>, _ line: SectionReader) -> Configuration.SignIn.KeyPlace? {
        if line.entry("jwks_url") != nil {
            guard let written = line.text("jwks_url") else { return nil }
            return keyPlace(written.value, written, nil)
        }
        // As OpenID Connect has it: the provider's document is below its name.
        var base = Substring(issuer.value)
        while base.last == "/" { base.removeLast() }
        guard base.contains("://") else {
            log.fault(issuer.mark, issuer.path, "is no address, so nothing says where its keys are; set jwks_url")
            return nil
        }
        return keyPlace("\(base)/.well-known/openid-configuration", issuer, nil)
    }

    /// That any token of a provider is taken has to be said, as at LiteLLM.
    private func audiences(_ line: SectionReader) -> [String] {
        let isOpen = line.truth("disable_audience_validation")?.value ?? false
        let entry = line.entry("audience")
        switch (entry == nil, isOpen) {
        case (true, false):
            log.fault(
                line.mark, line.path,
                "has no audience, so any token of this issuer would be taken; set it, or disable_audience_validation: true"
            )
        case (false, true):
            log.fault(line.mark, line.path, "audience and disable_audience_validation contradict each other")
        case (true, true), (false, false): break
        }
        guard case .sequence? = entry?.value.content else { return line.text("audience").map { [$0.value] } ?? [] }
        let audiences = line.texts("audience", what: "audiences").map(\.value)
        // An empty list would be taken for any.
        if audiences.isEmpty, !isOpen { log.fault(line.mark, line.path("audience"), "names nobody") }
        return audiences
    }
}

extension Configuration.SignIn.Issuer {
    /// Whether none of its claims is a user or a team.
    var namesNobody: Bool { userIDField == nil && emailField == nil && teamIDField == nil && teamIDsField == nil }
}
