import Balancer
import Config
import Curl
import Ledger
import Logging
import SignIn

/// Signing in by tokens of an identity provider.
extension Assembly {
    /// The desk that judges tokens, and what keeps its keys fresh; nil where nobody signs in by a token.
    func signIn(_ curl: CurlMulti, time: TimeSource, logger: Logger) throws(SetupFault) -> (SignInDesk, KeySetKeeper)? {
        guard let settings = configuration.generalSettings.signIn else { return nil }
        do throws(NoCryptoLibrary) {
            let desk = try SignInDesk(
                Self.rules(settings), Self.tokenRules(settings), sources: settings.keyPlaces.count,
                issuers: settings.issuers.map { Self.rules(of: $0, settings) })
            let keeper = KeySetKeeper(
                desk, places: settings.keyPlaces + settings.issuers.map(\.keyPlace), every: settings.keyTTL,
                stale: settings.keyStaleTTL, curl: curl,
                time: time,
                logger: logger)
            return (desk, keeper)
        } catch {
            throw SetupFault("\(error)")
        }
    }

    private static func tokenRules(_ settings: Configuration.SignIn) -> TokenRules {
        var rules = TokenRules()
        (rules.issuer, rules.audiences) = (settings.issuer, settings.audiences)
        rules.leeway = settings.leeway / .seconds(1)
        return rules
    }

    /// As for all, with the claims and audiences of its own.
    private static func rules(of issuer: Configuration.SignIn.Issuer, _ all: Configuration.SignIn) -> IssuerRules {
        var settings = all
        (settings.userIDField, settings.emailField) = (issuer.userIDField, issuer.emailField)
        (settings.teamIDField, settings.teamIDsField) = (issuer.teamIDField, issuer.teamIDsField)
        settings.audiences = issuer.audiences
        return IssuerRules(issuer.issuer, rules(settings), tokenRules(settings))
    }

    private static func rules(_ settings: Configuration.SignIn) -> SignInRules {
        var rules = SignInRules()
        rules.userID = settings.userIDField.map { ClaimPath($0) }
        rules.email = settings.emailField.map { ClaimPath($0) }
        rules.emailDomain = settings.emailDomain
        rules.teamID = settings.teamIDField.map { ClaimPath($0) }
        rules.teamIDs = settings.teamIDsField.map { ClaimPath($0) }
        rules.teamAlias = settings.teamAliasField.map { ClaimPath($0) }
        rules.teamDefault = settings.teamDefault
        rules.objectID = settings.objectIDField.map { ClaimPath($0) }
        (rules.makesUsers, rules.makesTeams) = (settings.makesUsers, settings.makesTeams)
        rules.needsTeam = settings.needsTeam
        (rules.adminRoutes, rules.teamRoutes) = (settings.adminRoutes, settings.teamRoutes)
        rules.roles.adminScope = settings.adminScope
        rules.roles.roles = settings.rolesField.map { ClaimPath($0) }
        (rules.roles.mappings, rules.roles.grants) = (settings.roleMappings, settings.roleGrants)
        rules.roles.userRoles = settings.userRolesField.map { ClaimPath($0) }
        rules.roles.allowedRoles = settings.allowedRoles
        return rules
    }
}
