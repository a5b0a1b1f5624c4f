public import Balancer
import Dialects

/// The ways in which an exchange ends before its answer is whole, and what is kept of it.
extension Exchange {
    /// The client is gone: settles at once; nothing is left to do but to abort the upstream call.
    public mutating func clientLeft(at now: Moment) {
        guard phase != .over else { return }
        endWait(at: now)
        endAttempt(.ignored, at: now)
        finishRecord(.cancelled, status: 499, error: nil, at: now)
    }

    /// The gateway cannot wait any longer: ends with an error.
    public mutating func stop(at now: Moment) -> Action {
        guard phase != .over else { return .none }
        if isComplete { return complete(at: now) }
        endWait(at: now)
        endAttempt(.ignored, at: now)
        return fail(.shuttingDown, at: now)
    }

    /// Ends the exchange: no event does anything after this.
    mutating func finishRecord(_ outcome: RequestOutcome, status: Int, error: GatewayError?, at now: Moment) {
        phase = .over
        deadline = nil
        record.outcome = outcome
        record.status = status
        record.error = error?.kind.rawValue ?? -1
        record.attempts = account.attempts
        record.fallbacks = fallbacks.taken
        record.fenceRefusals += fallbacks.refused
        record.confinement = confinement.rawValue
        record.deployment = deployment
        record.durationNanoseconds = (now - started).nanoseconds
        record.queueNanoseconds = waits.total.nanoseconds
        if let firstTokenAt = account.remains?.firstTokenAt, record.timeToFirstTokenNanoseconds < 0 {
            record.timeToFirstTokenNanoseconds = (firstTokenAt - started).nanoseconds
        }
        recordCost()
        if let usage = account.remains?.usage {
            record.promptTokens = usage.promptTokens
            record.completionTokens = usage.completionTokens
        }
        asked = nil
    }
}
