import Dialects
import Ledger
import NIOCore

/// The cost of a request.
extension Exchange {
    /// Tokens of the attempt that runs, as far as they are counted, or of the one that gave the client what it has.
    private var usage: Usage? {
        mutating get { attempt?.translator?.usageInPlace() ?? account.remains?.usage }
    }

    /// The cost of what that attempt has used so far, and what the same would have cost at the model that
    /// everything is compared with. Nil where no upstream has counted anything.
    private var costs: (own: Money, compared: Money?)? {
        mutating get {
            guard let usage, deployment >= 0 else { return nil }
            return (
                routes.deployments[deployment].price.cost(of: usage).total,
                settings.comparedPrice.map { $0.cost(of: usage).total }
            )
        }
    }

    /// Headers of the cost: known once the answer is whole, so a stream has none unless it costs nothing.
    mutating func writeCost() {
        let isFree = deployment < 0 || routes.deployments[deployment].price == .free
        let isStream = asked?.streams == true
        guard isFree || !isStream || usage == nil else { return }
        // The usual request is local, and nothing is worked out for it.
        guard !isFree || (settings.comparedPrice != nil && !isStream), let costs else {
            reply.bytes.writeStaticString("\r\nx-litellm-response-cost: 0.0")
            return
        }
        reply.bytes.writeStaticString("\r\nx-litellm-response-cost: ")
        reply.bytes.writeString(costs.own.description)
        if let compared = costs.compared, !isStream {
            reply.bytes.writeStaticString("\r\nx-drover-compared-cost: ")
            reply.bytes.writeString(compared.description)
        }
    }

    /// What a stream's tokens cost, for the chunk that counts them; nil where nobody is to be told.
    var streamCost: (@Sendable (Usage) -> String)? {
        guard settings.saysStreamsCost else { return nil }
        let price = routes.deployments[deployment].price
        return { price.cost(of: $0).total.description }
    }

    /// Books the cost, once the exchange is over.
    mutating func recordCost() {
        record.failedAttemptsCost = account.failedCost.picodollars
        guard let costs else { return }
        record.cost = costs.own.picodollars
        record.comparedCost = costs.compared?.picodollars ?? -1
    }
}
