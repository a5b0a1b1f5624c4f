/// How long an instance may say nothing while it works: one of a single thread answers no probe then, as one that hangs does not.
///
/// Its work explains that for as long as its answers take, or as it has been silent before and went on.
struct Silence: Equatable, Sendable {
    /// A silence that lasts longer is never explained.
    static let most = Duration.seconds(300)
    /// The time that is given to one whose answers are not known.
    static let first = Duration.seconds(30)
    /// The time that is given to one whose answers are known, in lengths of a usual one.
    private static let usualAnswers = 3

    /// The last time that it answered a probe, or that bytes of an answer came.
    private var spokeAt: Moment?
    /// The longest silence at work behind which it went on.
    private var longest = Duration.zero
    /// It has missed a probe while it worked, and has said nothing since.
    private var isWorking = false

    /// It answered a probe, or bytes of an answer came.
    mutating func spoke(at moment: Moment) {
        if let spokeAt {
            guard moment > spokeAt else { return }
            if isWorking { longest = min(max(longest, moment - spokeAt), Self.most / 2) }
        }
        isWorking = false
        spokeAt = moment
    }

    /// A probe failed otherwise than by silence: what comes next is no end of the same work.
    mutating func broke() { isWorking = false }

    /// Whether a probe that had no answer in time is explained by work.
    ///
    /// - Parameters:
    ///   - hasRequests: there are requests of ours.
    ///   - usual: as long takes one of these; nil where none has ended yet.
    ///   - probe: so long ago the probe began.
    mutating func isWork(has hasRequests: Bool, usual: Duration?, probe: Duration, at now: Moment) -> Bool {
        guard let spokeAt else { return false }
        let silence = now - spokeAt
        if silence < probe { return true }
        isWorking = isWorking || hasRequests
        let patience = max(usual.map { $0 * Self.usualAnswers } ?? Self.first, longest * 2)
        return isWorking && silence < min(patience, Self.most)
    }
}
