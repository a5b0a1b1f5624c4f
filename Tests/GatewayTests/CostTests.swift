import Balancer
import Gateway
import Ledger
import NIOCore
import TestSupport
import Testing

/// What a request costs, in its record and in the answer's headers. Prompts have five tokens, answers seven.
@Suite struct CostTests {
    private static let price = Price(input: Money(picodollars: 1000), output: Money(picodollars: 2000))
    private static let compared = Price(input: Money(picodollars: 10), output: Money(picodollars: 100))
    private static let whole: Int64 = 5 * 1000 + 7 * 2000

    private static func rig(_ price: Price = price, compared: Price? = nil) -> ModelsRig {
        var rig = ModelsRig([
            .init(name: "llama3", inside: [true], rules: .general("smart")),
            .init(name: "smart", inside: [false], price: price),
        ])
        rig.settings.comparedPrice = compared
        return rig
    }

    @Test func `a whole answer says to the picodollar what it cost, and what it would have cost elsewhere`() {
        let rig = Self.rig(compared: Self.compared)
        var exchange = rig.exchange("smart")
        let answer = rig.play(&exchange) { _ in nil }.answer
        #expect(answer.contains("\r\nx-litellm-response-cost: 0.000000019\r\n"))
        #expect(answer.contains("\r\nx-drover-compared-cost: 0.00000000075\r\n"))
        #expect(exchange.record.cost == Self.whole)
        #expect(exchange.record.comparedCost == 5 * 10 + 7 * 100)
    }

    @Test(arguments: [true, false])
    func `an instance of one's own costs nothing, and says so`(stream: Bool) throws {
        let rig = Self.rig()
        var exchange = rig.exchange("llama3", stream: stream)
        let text = try Self.answer(&exchange, rig, [ExchangeRig.line, ExchangeRig.done])
        #expect(text.contains("\r\nx-litellm-response-cost: 0.0\r\n"))
        #expect(!text.contains("x-drover-compared-cost"))
        #expect(exchange.record.cost == 0 && exchange.record.comparedCost == -1)
    }

    @Test func `a stream that costs something has no header, and its cost in its record`() throws {
        let rig = Self.rig(compared: Self.compared)
        var exchange = rig.exchange("smart", stream: true)
        let text = try Self.answer(&exchange, rig, [ExchangeRig.line, ExchangeRig.done])
        #expect(text.hasPrefix("HTTP/1.1 200") && !text.contains("-cost: "))
        #expect(exchange.record.cost == Self.whole)
        #expect(exchange.record.comparedCost == 5 * 10 + 7 * 100)
    }

    @Test func `a client that leaves before anything was counted has cost nothing that is known`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange("smart", stream: true)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        exchange.clientLeft(at: rig.clock.now)
        #expect(exchange.record.cost == 0 && exchange.record.outcome == .cancelled)
        #expect(exchange.record.attempts == 1)
    }

    @Test func `a client that leaves after the counts came pays for them`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange("smart", stream: true)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        exchange.clientLeft(at: rig.clock.now)
        #expect(exchange.record.cost == Self.whole)
    }

    @Test func `after a fallback the price is that of the model which answered`() {
        let rig = Self.rig()
        var exchange = rig.exchange("llama3")
        let answer = rig.play(&exchange) { $0 == 0 ? .refused : nil }.answer
        #expect(answer.contains("\r\nx-litellm-response-cost: 0.000000019\r\n"))
        #expect(exchange.record.cost == Self.whole)
        #expect(exchange.record.attempts == 2 && exchange.record.fallbacks == 1)
    }

    @Test func `an error costs nothing, and says so`() {
        let rig = Self.rig()
        var exchange = rig.exchange("smart", more: #","num_retries":0"#)
        let answer = rig.play(&exchange) { _ in .status500 }.answer
        #expect(answer.hasPrefix("HTTP/1.1 502"))
        #expect(answer.contains("\r\nx-litellm-response-cost: 0.0\r\n"))
        #expect(exchange.record.cost == 0)
    }

    /// Everything the client gets of an answer that comes in these pieces.
    private static func answer(_ exchange: inout Exchange, _ rig: ModelsRig, _ pieces: [String]) throws -> String {
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        var text = ""
        for piece in pieces {
            _ = exchange.upstreamBytes(ByteBuffer(string: piece), at: rig.clock.now)
            text += exchange.flush(at: rig.clock.now).bytes ?? ""
        }
        return text + (try #require(exchange.upstreamEnded(at: rig.clock.now).bytes))
    }
}
