public import Ledger

/// The meaning of the roles and scopes of a token.
public struct RoleRules: Sendable, Equatable {
    /// `admin_jwt_scope`: who has this scope may do everything.
    public var adminScope = "litellm_proxy_admin"
    /// `roles_jwt_field`.
    public var roles: ClaimPath?
    /// `role_mappings`.
    public var mappings: [RoleMapping] = []
    /// `jwt_litellm_role_map`.
    public var grants: [RoleGrant] = []
    /// `user_roles_jwt_field`.
    public var userRoles: ClaimPath?
    /// `user_allowed_roles`.
    public var allowedRoles: [String] = []

    /// No roles but the admin's scope.
    public init() {}

    /// Whether a token says that its bearer may do everything.
    func isAdmin(_ claims: ClaimTree) -> Bool {
        let scopes: [String] =
            if case .text(let text)? = claims["scope"] { text.split(separator: " ").map(String.init) } else {
                claims["scope"]?.words ?? []
            }
        return scopes.contains(adminScope) || owner(claims) == .admin || role(claims) == .admin
    }

    /// The first mapping that fits.
    func owner(_ claims: ClaimTree) -> RoleMapping.Owner? {
        let names = names(claims)
        return mappings.first { names.contains($0.role) }?.owner
    }

    /// The first line that fits.
    func role(_ claims: ClaimTree) -> UserRole? {
        let names = names(claims)
        return grants.first { grant in names.contains { Self.matches($0, grant.pattern) } }?.role
    }

    /// Whether a user of these claims may come in.
    func admits(_ claims: ClaimTree) -> Bool {
        guard let userRoles else { return true }
        return userRoles.value(in: claims)?.words.contains(where: allowedRoles.contains) ?? false
    }

    private func names(_ claims: ClaimTree) -> [String] { roles?.value(in: claims)?.words ?? [] }

    /// `*` is any letters, `?` one. Goes back to the last `*` only, so that no pattern takes long.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let (text, pattern) = (Array(text.utf8), Array(pattern.utf8))
        var (at, wanted) = (0, 0)
        var star: (text: Int, pattern: Int)?
        while at < text.count {
            if wanted < pattern.count, pattern[wanted] == UInt8(ascii: "*") {
                star = (at, wanted)
                wanted += 1
            } else if wanted < pattern.count, pattern[wanted] == UInt8(ascii: "?") || pattern[wanted] == text[at] {
                at += 1
                wanted += 1
            } else if let last = star {
                star = (last.text + 1, last.pattern)
                (at, wanted) = (last.text + 1, last.pattern + 1)
            } else {
                return false
            }
        }
        return pattern[wanted...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
