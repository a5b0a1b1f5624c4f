/// A model that is not on a list.
public struct ModelDenial: Sendable, Equatable {
    /// The list's owner.
    public enum Owner: Sendable, Equatable {
        /// The key itself.
        case key
        /// The key's team.
        case team
        /// The key's user, where the key has no team.
        case user
    }

    /// Whose list it is.
    public var owner: Owner
    /// The model as the client named it.
    public var model: String
}
