/// A role as an identity provider's token names it, and what its bearer is here (`role_mappings`).
public struct RoleMapping: Sendable, Equatable {
    /// The kind of owner that a role means; the raw value is the name in YAML.
    public enum Owner: String, Sendable, CaseIterable {
        case admin = "proxy_admin"
        case team
        case user = "internal_user"
    }

    /// The role as the token names it.
    public var role: String
    /// Its meaning (`internal_role`).
    public var owner: Owner

    /// One role.
    public init(role: String, owner: Owner) { (self.role, self.owner) = (role, owner) }
}

/// A pattern of an identity provider's roles, and the rights that it gives (`jwt_litellm_role_map`).
public struct RoleGrant: Sendable, Equatable {
    /// As in a file name, with `*` and `?` (`jwt_role`).
    public var pattern: String
    /// The rights (`litellm_role`).
    public var role: UserRole

    /// One line.
    public init(pattern: String, role: UserRole) { (self.pattern, self.role) = (pattern, role) }
}
