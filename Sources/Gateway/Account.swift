import Balancer
import Dialects
import Ledger

/// The sum of a request's attempts: how many there were, how long upstreams took, and what was paid for no answer.
struct Account {
    /// Attempts begun, on all models.
    private(set) var attempts = 0
    /// Attempts that were not the first on their model.
    private(set) var retries = 0
    /// Attempts that were not the first of the request, or of the part of it that they belong to.
    private(set) var furtherAttempts = 0
    /// Boxes that were asked to unload a model behind the first one: each is asked for itself, and none is tried for another.
    private(set) var furtherUnloads = 0
    /// From the bytes of each request to the end of its attempt.
    private(set) var upstreamTime = Duration.zero
    /// The cost of attempts whose answers nobody got.
    private(set) var failedCost = Money.zero
    /// Of the attempt that gave the client what it has; nil where it has nothing, or that attempt still runs.
    private(set) var remains: Attempt.Remains?

    /// The bytes of an attempt are about to go out.
    ///
    /// - Parameter isFurtherUnload: another box has unloaded the model already.
    mutating func began(isRetry: Bool, isFurtherUnload: Bool = false) {
        if isFurtherUnload { furtherUnloads += 1 } else if attempts > 0 { furtherAttempts += 1 }
        attempts += 1
        if isRetry { retries += 1 }
    }

    /// An attempt ended: its time and its tokens are kept.
    mutating func ended(_ attempt: Attempt.Remains) {
        upstreamTime += attempt.time
        remains = attempt
    }

    /// An upstream was waited for so long before another one was asked as well, whose own time is counted with its end.
    mutating func waited(_ time: Duration) { upstreamTime += time }

    /// A part of the request is over: parts run beside each other, so the longest time counts.
    mutating func took(_ part: PartEnd) {
        attempts += part.record.attempts
        retries += part.retries
        furtherAttempts += part.record.furtherAttempts
        upstreamTime = max(upstreamTime, part.upstreamTime)
        failedCost += Money(picodollars: part.record.failedAttemptsCost)
        guard let usage = part.usage else { return }
        remains = Attempt.Remains(
            time: upstreamTime, usage: remains?.usage.map { $0 + usage } ?? usage, firstTokenAt: nil)
    }

    /// Nothing of its parts' answers has gone out, and nothing of them will.
    mutating func discardParts(cost: Money) {
        failedCost += cost
        remains = nil
    }

    /// Nothing of the last attempt's answer has gone out, and nothing of it will. Its tokens are paid for all the same.
    ///
    /// - Returns: what is left of that attempt, for who may give its answer after all.
    @discardableResult
    mutating func discardAnswer(at price: Price) -> Attempt.Remains? {
        if let usage = remains?.usage { failedCost += price.cost(of: usage).total }
        return remains.take()
    }

    /// An answer that was discarded goes out after all.
    mutating func takeBack(_ answer: Attempt.Remains, at price: Price) {
        if let usage = answer.usage { failedCost = failedCost - price.cost(of: usage).total }
        remains = answer
    }
}

extension Price {
    func cost(of usage: Usage) -> Cost {
        cost(
            promptTokens: usage.promptTokens, cachedTokens: usage.cachedTokens,
            cacheWriteTokens: usage.cacheWriteTokens, completionTokens: usage.completionTokens)
    }
}
