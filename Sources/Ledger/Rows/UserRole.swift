/// The rights of a user over others' things, in LiteLLM's words.
public enum UserRole: String, Sendable, CaseIterable, Codable {
    /// May do everything the master key may.
    case admin = "proxy_admin"
    /// May see everything and change nothing.
    case viewer = "proxy_admin_viewer"
    /// May see and change what is its own.
    case internalUser = "internal_user"
    /// May see what is its own.
    case internalViewer = "internal_user_viewer"
}
