import Balancer
import Ledger
import NIOCore

/// The fields of an answer's head that are about the client's key: what it has spent, and what is left of its limits.
extension Exchange {
    mutating func writeKey(at now: Moment) {
        guard let spending = settings.spending, let pass = call.head.caller.pass else {
            return _ = reply.bytes.writeStaticString("\r\nx-litellm-key-spend: 0.0")
        }
        let key = pass.facts.key
        var spent = spending.ledger.spent(by: pass, at: spending.time(now))
        if let cost = costOfAttempt { spent += cost }
        let (allowance, rates) = (key.allowance, spend?.rates)
        // Fourteen fields, each of 44 bytes and a number of 21 at most.
        reply.bytes.writeFields(atMost: 1024) { fields in
            fields.write("\r\nx-litellm-key-spend: ")
            fields.write(spent)
            if let most = allowance.maxBudget {
                fields.write("\r\nx-litellm-key-max-budget: ")
                fields.write(most)
            }
            fields.write("\r\nx-litellm-key-tpm-limit: ", decimal: allowance.tokensPerMinute)
            fields.write("\r\nx-litellm-key-rpm-limit: ", decimal: allowance.requestsPerMinute)
            guard let rates else { return }
            if let limit = rates.requestLimit {
                fields.write("\r\nx-ratelimit-api_key-remaining-requests: ", decimal: rates.requestsLeft)
                fields.write("\r\nx-ratelimit-api_key-limit-requests: ", decimal: limit)
                fields.write("\r\nx-ratelimit-remaining-requests: ", decimal: rates.requestsLeft)
                fields.write("\r\nx-ratelimit-limit-requests: ", decimal: limit)
                fields.write("\r\nx-ratelimit-reset-requests: ")
                fields.write(secondsOf: rates.requestsWait)
            }
            if let limit = rates.tokenLimit {
                fields.write("\r\nx-ratelimit-api_key-remaining-tokens: ", decimal: rates.tokensLeft)
                fields.write("\r\nx-ratelimit-api_key-limit-tokens: ", decimal: limit)
                fields.write("\r\nx-ratelimit-remaining-tokens: ", decimal: rates.tokensLeft)
                fields.write("\r\nx-ratelimit-limit-tokens: ", decimal: limit)
                fields.write("\r\nx-ratelimit-reset-tokens: ")
                fields.write(secondsOf: rates.tokensWait)
            }
        }
    }
}

extension HeadWriter {
    /// A field of a whole number, where there is one.
    fileprivate mutating func write(_ name: StaticString, decimal number: Int?) {
        guard let number else { return }
        write(name)
        write(decimal: number)
    }

    /// Dollars; 21 bytes at most.
    fileprivate mutating func write(_ money: Money) { money.withDecimal { write($0) } }
}
