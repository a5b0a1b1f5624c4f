/// When and by whom a row was made and last changed.
public struct Stamps: Sendable, Equatable, Codable {
    /// When it was made.
    public var createdAt: WallTime
    /// The user that made it; `default_user_id` for the master key.
    public var createdBy: String
    /// When it was last changed.
    public var updatedAt: WallTime
    /// The user that last changed it.
    public var updatedBy: String

    /// Made now, by this user.
    public init(at now: WallTime, by user: String) {
        (createdAt, createdBy, updatedAt, updatedBy) = (now, user, now, user)
    }
}
