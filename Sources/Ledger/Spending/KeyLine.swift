/// A key's accounts: what a request looks at, by place.
struct KeyLine: Sendable, Equatable {
    /// Rises when the place is given to another key.
    var generation: UInt32 = 0
    var key: Int32 = -1
    var user: Int32 = -1
    var team: Int32 = -1
    var member: Int32 = -1
    /// Whether the key or its team is blocked.
    var isBlocked = true
    /// Refused from here on.
    var expires = WallTime.never

    /// Whether it may not ask.
    func isClosed(at now: WallTime) -> Bool { isBlocked || now >= expires }
}
