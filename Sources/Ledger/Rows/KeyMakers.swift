/// The users that may make keys, and what they have to say of them: `key_generation_settings`.
public struct KeyMakers: Sendable, Equatable {
    /// One kind of key.
    public struct Rule: Sendable, Equatable {
        /// The roles that may make one; nil: all that may without this.
        public var roles: [String]?
        /// The fields that a request has to have.
        public var required: [String] = []

        /// No rule.
        public init() {}
    }

    /// Of keys of a user alone; roles are those of users.
    public var personal = Rule()
    /// Of keys of a team; roles are those of its members. They bind no operator.
    public var team = Rule()

    /// No rule.
    public init() {}
}
