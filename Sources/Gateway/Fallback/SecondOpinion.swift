import Dialects

/// Another instance's word on a request that one instance calls at fault. The first may be wrong, so one more is asked
/// before the client is told: once, without a retry, and only where no retry policy says what to do.
struct SecondOpinion: Equatable {
    private enum State {
        /// Nobody was asked. To `open`.
        case unasked
        /// Another instance is looked for. To `asked`.
        case open
        /// The request went out again, or there was nobody to ask. Stays.
        case asked
    }

    private var state = State.unasked

    /// Another instance is looked for, and does not have to be found: then the first word stands.
    var isOpen: Bool { state == .open }

    /// Whether another instance is asked before anything else is done.
    ///
    /// - Parameters:
    ///   - hasPolicy: a retry policy has a number for this failure.
    ///   - standsOut: the instance declines what its siblings take.
    func isWanted(after failure: AttemptFailure, hasPolicy: Bool, standsOut: @autoclosure () -> Bool) -> Bool {
        guard failure.isAboutRequest, state == .unasked, !hasPolicy else { return false }
        return failure.mayBeInstance || standsOut()
    }

    /// Whether another instance is asked once more though no retry is left: what has answered may not have been the
    /// upstream (a page, a 404 or 405 of something else on its port).
    func isWantedAtLast(after failure: AttemptFailure, hasPolicy: Bool) -> Bool {
        guard state == .unasked, !hasPolicy else { return false }
        return failure.isFromBefore || failure.cause == .told(.server) && (400..<500).contains(failure.status)
    }

    /// Another instance is asked.
    mutating func ask() { state = .open }

    /// The request went out to another instance, or turned to another model, or nobody could be asked.
    mutating func close() { if state == .open { state = .asked } }
}
