import Balancer

/// Whether a client takes what is written for it.
enum ClientPace: Equatable {
    /// It does. To `behind` when more is queued for it than should be.
    case keepsUp
    /// More is queued than should be; `left` bytes were when that was last looked at. To `keepsUp` when it has read enough.
    case behind(since: Moment, left: Int)

    /// The channel says whether more may be written.
    mutating func changed(isWritable: Bool, at now: Moment) {
        self = isWritable ? .keepsUp : .behind(since: now, left: .max)
    }

    /// Whether it has taken nothing for longer than `limit`; a byte begins the time anew.
    ///
    /// - Parameter queued: the bytes that wait for it, asked for only where it is behind.
    mutating func isStalled(at now: Moment, limit: Duration, queued: () -> Int) -> Bool {
        guard case .behind(let since, let before) = self else { return false }
        let left = queued()
        let hasTakenSome = left < before
        self = .behind(since: hasTakenSome ? now : since, left: left)
        return !hasTakenSome && now - since > limit
    }
}
