import Balancer
import Gateway
import NIOCore
import TestSupport

extension ModelsRig {
    /// A model and others that stand in for it: it falls back to them where its own rules name none.
    static func standingIn(
        _ first: Model = Model(name: "llama3", inside: [true]), _ others: Model..., retries: Int = 0
    ) -> ModelsRig {
        var models = [first] + (others.isEmpty ? [Model(name: "smart", inside: [true])] : others)
        if models[0].rules.fallbacks.general.isEmpty {
            models[0].rules.fallbacks.general = models.dropFirst().map(\.name)
        }
        return ModelsRig(models, retries: retries)
    }

    /// An instance's answer of this status, as seen by an exchange that was sent there.
    func answer(
        _ exchange: inout Exchange, _ status: Int, retryAfter: Int? = nil, text: String = "no"
    ) -> Exchange.Action {
        _ = exchange.upstreamHead(status: status, retryAfterSeconds: retryAfter, at: clock.now)
        let body = status == 200 ? ExchangeRig.whole : "{\"error\":\"\(text)\"}"
        _ = exchange.upstreamBytes(ByteBuffer(string: body), at: clock.now)
        return exchange.upstreamEnded(at: clock.now)
    }
}
