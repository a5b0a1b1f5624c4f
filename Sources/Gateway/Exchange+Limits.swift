public import Balancer
import Dialects

/// How long things may take, and what happens when they take longer.
extension Exchange {
    /// ``deadline`` has passed. (While queued: only once the place in the queue is given up.)
    public mutating func timeUp(at now: Moment) -> Action {
        guard let due = deadline, now >= due else { return .none }
        let wholeIsOver = totalDeadline.map { now >= $0 } ?? false
        switch phase {
        case .ready, .over: return .none
        case .relaying where isComplete: return complete(at: now)
        case _ where wholeIsOver:
            endWait(at: now)
            endAttempt(.ignored, at: now)
            return fail(.upstreamTimeout(message: "the request took longer than drover.total_timeout"), at: now)
        case .working: return .none
        case .waiting(let since):
            endWait(at: now)
            if let action = overflow(at: now) { return action }
            return giveUp(crowded("no place became free within \(Self.span(due - since))"), .rateLimit, at: now)
        case .pausing:
            endWait(at: now)
            phase = .ready
            // What had listed no tags may have done so now.
            if unlistedSince != nil, let asked, let route {
                ask.excluded = exclusion(from: route, of: asked).deployments
            }
            return nextAttempt(at: now)
        case .sent, .relaying, .refusing:
            guard let started = attempt?.started, let limitIsCallers = attempt?.limitIsCallers else { return .none }
            let stalled = attempt?.firstTokenAt != nil && asked?.streams == true
            let what =
                stalled ? "stalled in the middle of its answer" : "gave no answer within \(Self.span(due - started))"
            return attemptFailed(AttemptFailure(.timedOut(limitIsCallers: limitIsCallers), message: what), at: now)
        }
    }

    /// The limit of the whole attempt (of a stream: to its first token) counts from its beginning. A stream has two, and
    /// the shorter one ends it.
    mutating func expectAnswer() {
        guard let started = attempt?.started else { return }
        let callers = callersLimit
        let own = routes.deployments[deployment].limits
        var limit = callers ?? own.request
        var isCallers = callers != nil
        if let callers, let route { limit = route.answerLimit(callers: callers, waited: started - waits.askedAt) }
        if isStream {
            let callers = callersStreamLimit
            // One that is no shorter than the other is only the default, which a caller's limit may exceed.
            let ownStream = own.betweenPieces.flatMap { first in own.request.map { first < $0 } ?? true ? first : nil }
            if let first = callers ?? ownStream, limit.map({ first < $0 }) ?? true {
                limit = first
                isCallers = callers != nil
            }
        }
        attempt?.limitIsCallers = isCallers
        deadline = earliest(limit.map { started + $0 })
    }

    /// A caller's limit in seconds; nil for what is none (zero, negative, not a number). A century is enough.
    static func limit(_ seconds: Double?) -> Duration? {
        guard let seconds, seconds > 0 else { return nil }
        return .seconds(min(seconds, 3e9))
    }

    /// The shorter of two limits, of which there may be none.
    static func shortest(_ one: Duration?, _ other: Duration?) -> Duration? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// A limit, or that of the whole request where it comes first.
    func earliest(_ moment: Moment?) -> Moment? {
        guard let totalDeadline else { return moment }
        return moment.map { min($0, totalDeadline) } ?? totalDeadline
    }

    /// A limit as people write it: `30 s`, `2.5 s`. To the millisecond, since what came between is a part of one.
    static func span(_ duration: Duration) -> String {
        let milliseconds = (max(0, duration.nanoseconds) + 500_000) / 1_000_000
        var fraction = String(1000 + milliseconds % 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(milliseconds / 1000)\(fraction.isEmpty ? "" : ".\(fraction)") s"
    }

    /// Whole seconds, rounded up, at least 1: for `Retry-After`.
    static func seconds(_ duration: Duration) -> Int {
        let (seconds, rest) = duration.components
        return max(1, Int(clamping: seconds) + (rest > 0 ? 1 : 0))
    }
}
