public import Balancer
import Dialects

/// How long things may take, and what happens when they take longer.
extension Exchange {
    /// ``deadline`` has passed. (While queued: only once the place in the queue is given up.)
    public mutating func timeUp(at now: Moment) -> Action {
        guard let due = deadlines.next, now >= due else { return .none }
        switch phase {
        case .ready, .over: return .none
        case .relaying where isComplete: return complete(at: now)
        case _ where deadlines.isOver(at: now):
            endWait(at: now)
            endAttempt(.ignored, at: now)
            return fail(.upstreamTimeout(message: "the request took longer than drover.total_timeout"), at: now)
        case .working: return .none
        case .waiting(let since):
            endWait(at: now)
            if let action = overflow(at: now) { return action }
            return giveUp(crowded("no place became free within \((due - since).inWords)"), .rateLimit, at: now)
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
                stalled ? "stalled in the middle of its answer" : "gave no answer within \((due - started).inWords)"
            return attemptFailed(AttemptFailure(.timedOut(limitIsCallers: limitIsCallers), message: what), at: now)
        }
    }

    /// The limit of the whole attempt (of a stream: to its first token) counts from its beginning.
    mutating func expectAnswer() {
        guard let started = attempt?.started, let route, var callers = asked?.limits else { return }
        callers.request = callers.request.map { route.answerLimit(callers: $0, waited: started - waits.askedAt) }
        let choice = routes.deployments[deployment].limits.untilAnswer(callers: callers, isStream: isStream)
        attempt?.limitIsCallers = choice.isCallers
        deadlines.begin(choice.limit, from: started)
    }

    /// A stream has begun: the limit between two pieces starts over.
    mutating func expectPiece(at now: Moment) {
        guard let callers = asked?.limits else { return }
        let choice = routes.deployments[deployment].limits.betweenPieces(callers: callers)
        attempt?.limitIsCallers = choice.isCallers
        deadlines.begin(choice.limit, from: now)
    }
}
