import Balancer
import Dialects
import Ledger
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// A provider that writes on past the tokens that were reserved: the client's stream ends at the bound.
@Suite struct StreamBoundTests {
    private static let price = Price(input: Money(picodollars: 1_000), output: Money(picodollars: 1_000_000_000))

    private func rig(_ budget: String? = "1", price: Price = price) throws -> KeyedModels {
        try KeyedModels([ModelsRig.Model(name: "m", inside: [false], price: price)]) {
            $0.allowance.maxBudget = budget.flatMap { Money($0) }
        }
    }

    /// What the client gets of a stream that never ends by itself, in reads of so many pieces; nil where it goes on.
    private func endless(
        _ exchange: inout Exchange, _ rig: KeyedModels, reads: Int, pieces: Int = 1
    ) -> (text: String, end: Exchange.Action?) {
        let now = rig.pool.clock.now
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        var text = ""
        for _ in 0..<reads {
            let lines = String(repeating: ExchangeRig.line, count: pieces)
            let action = exchange.upstreamBytes(ByteBuffer(string: lines), at: now)
            if action.isFinish { return (text + (action.bytes ?? ""), action) }
            text += exchange.flush(at: now).bytes ?? ""
        }
        return (text, nil)
    }

    @Test(arguments: [1, 7, 1_000])
    func `a stream that would pass its bound is ended there, and says why`(pieces: Int) throws {
        let rig = try rig()
        var exchange = try rig.exchange(
            "m", more: #","max_tokens":20,"stream_options":{"include_usage":true}"#, stream: true)
        #expect(exchange.begin(at: rig.pool.clock.now).sentTo != nil)
        let (text, end) = endless(&exchange, rig, reads: 1_000, pieces: pieces)
        #expect(end?.isFinish == true)
        #expect(text.split(separator: #""content":"Hi""#).count - 1 == 20 + StreamBound.wordless)
        #expect(text.contains(": drover: the answer ends here, since no more of the budget was reserved for it\n\n"))
        #expect(text.split(separator: #""finish_reason":"length""#).count == 2)
        #expect(text.contains(#""completion_tokens":20"#) && text.hasSuffix("data: [DONE]\n\n\r\n0\r\n\r\n"))
        // All that was reserved is spent, and no more.
        #expect(rig.status()?.spent == Money(picodollars: 1_000) + Money(picodollars: 1_000_000_000) * 20)
        #expect(rig.status()?.overrun == .zero && rig.status()?.reserved == .zero)
        #expect(exchange.record.outcome == .succeeded && exchange.record.completionTokens == 20)
        #expect(rig.pool.balancer.snapshot().inFlight == 0)
    }

    @Test func `the last of a budget is the bound where less is left than was asked for`() throws {
        let rig = try rig("0.01")
        var exchange = try rig.exchange("m", more: #","max_tokens":500"#, stream: true)
        #expect(exchange.begin(at: rig.pool.clock.now).sentTo != nil)
        let (text, end) = endless(&exchange, rig, reads: 1_000)
        #expect(end?.isFinish == true && text.contains(#""finish_reason":"length""#))
        #expect(try #require(rig.status()).spent <= Money("0.01")!)
    }

    @Test func `a stream that is passed on as its provider wrote it is ended at its bound too`() throws {
        let provider = try #require(Providers.named("openai"))
        let rig = try KeyedModels([
            ModelsRig.Model(name: "m", inside: [false], price: Self.price, provider: provider)
        ]) { $0.allowance.maxBudget = Money("0.05") }
        let now = rig.pool.clock.now
        var exchange = try rig.exchange("m", stream: true)
        #expect(exchange.begin(at: now).sentTo != nil)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        let piece =
            #"data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"#
            + #""delta":{"content":"Hi"},"finish_reason":null}]}"# + "\n\n"
        var text = ""
        var action = Exchange.Action.none
        for _ in 0..<500 where !action.isFinish {
            action = exchange.upstreamBytes(ByteBuffer(string: piece), at: now)
            text += (action.isFinish ? action.bytes : exchange.flush(at: now).bytes) ?? ""
        }
        #expect(action.isFinish && text.contains(": drover: the answer ends here"))
        #expect(text.split(separator: #""finish_reason":"length""#).count == 2 && text.contains("data: [DONE]\n\n"))
        let spent = try #require(rig.status()).spent
        #expect(spent <= Money("0.05")! && spent.picodollars == exchange.record.cost && spent > Money("0.04")!)
    }

    @Test func `an answer of just as many tokens is not cut`() throws {
        let rig = try rig()
        var exchange = try rig.exchange("m", more: #","max_tokens":20"#, stream: true)
        _ = exchange.begin(at: rig.pool.clock.now)
        let (text, end) = endless(&exchange, rig, reads: 20)
        let last = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.done), at: rig.pool.clock.now)
        let whole = text + (exchange.upstreamEnded(at: rig.pool.clock.now).bytes ?? last.bytes ?? "")
        #expect(end == nil && whole.contains(#""finish_reason":"stop""#) && !whole.contains(": drover: "))
    }

    @Test func `where no budget stands behind it, or it costs nothing, a stream goes on`() throws {
        for (rig, more) in [
            (try rig(nil), #","max_tokens":5"#), (try rig(price: .free), #","max_tokens":5"#), (try rig("1000"), ""),
        ] {
            var exchange = try rig.exchange("m", more: more, stream: true)
            _ = exchange.begin(at: rig.pool.clock.now)
            #expect(endless(&exchange, rig, reads: 200).end == nil)
            exchange.clientLeft(at: rig.pool.clock.now)
        }
    }
}
