import Balancer

/// Whether a client takes what is written for it.
enum ClientPace: Equatable {
    /// It does. To `behind` when more is queued for it than should be.
    case keepsUp
    /// More is queued than should be. To `keepsUp` when it has read enough.
    case behind(Window)

    /// A stretch of time in which a client that is behind has to take its least.
    struct Window: Equatable {
        var since: Moment
        /// Bytes that it has taken in it.
        var taken = 0
        /// Bytes that waited for it when that was last looked at; nil before.
        var left: Int?
        /// When it last took something.
        var moved: Moment
    }

    /// The channel says whether more may be written.
    mutating func changed(isWritable: Bool, at now: Moment) {
        self = isWritable ? .keepsUp : .behind(Window(since: now, moved: now))
    }

    /// Whether it has taken nothing for longer than `limit`, or less than `least` bytes in a stretch of that length.
    ///
    /// - Parameter queued: the bytes that wait for it, asked for only where it is behind.
    mutating func isStalled(at now: Moment, limit: Duration, least: Int, queued: () -> Int) -> Bool {
        guard case .behind(var window) = self else { return false }
        let left = queued()
        if let before = window.left, left < before {
            window.taken += before - left
            window.moved = now
        }
        window.left = left
        var isStalled = now - window.moved > limit
        if now - window.since > limit {
            isStalled = isStalled || window.taken < least
            (window.since, window.taken) = (now, 0)
        }
        self = .behind(window)
        return isStalled
    }
}
