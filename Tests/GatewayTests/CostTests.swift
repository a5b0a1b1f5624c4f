import Balancer
import Dialects
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

    @Test func `a stream's counts say what they cost, where the operator wants it and the client asked for them`()
        throws
    {
        for (says, asks) in [(true, true), (true, false), (false, true)] {
            var rig = Self.rig()
            rig.settings.saysStreamsCost = says
            var exchange = rig.exchange(
                "smart", more: asks ? #","stream_options":{"include_usage":true}"# : "", stream: true)
            let text = try Self.answer(&exchange, rig, [ExchangeRig.line, ExchangeRig.done])
            #expect(text.contains(#""cost":0.000000019}"#) == (says && asks))
        }
    }

    @Test func `a client that leaves before anything was counted has cost what came`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange("smart", stream: true)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        exchange.clientLeft(at: rig.clock.now)
        #expect(exchange.record.promptTokens == 1 && exchange.record.completionTokens == 1)
        #expect(exchange.record.cost == 1000 + 2000 && exchange.record.outcome == .cancelled)
        #expect(exchange.record.attempts == 1)
    }

    @Test func `a client that leaves before anything came has cost nothing`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange("smart", stream: true)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        exchange.clientLeft(at: rig.clock.now)
        #expect(exchange.record.cost == 0 && exchange.record.promptTokens == 0)
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

    // MARK: Attempts whose answers nobody got

    private static let started = """
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m",\
        "content":[],"stop_reason":null,"usage":{"input_tokens":5,"output_tokens":2}}}

        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}}


        """
    private static let broken = """
        event: error
        data: {"type":"error","error":{"type":"api_error","message":"Internal server error"}}


        """
    private static let ended = """
        data: {"type":"content_block_stop","index":0}

        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}

        data: {"type":"message_stop"}


        """
    private static let failed: Int64 = 5 * 1000 + 2 * 2000

    private static func clouds(_ count: Int = 2) throws -> ModelsRig {
        let anthropic = try #require(Providers.named("anthropic"))
        var rig = ModelsRig([
            .init(
                name: "smart", inside: Array(repeating: false, count: count), price: price, provider: anthropic)
        ])
        // Upstreams stream to clients that do not, too.
        rig.settings.firstTokenDeadline = .seconds(10)
        return rig
    }

    /// What an instance sends before it fails, and how it does.
    enum Break: CaseIterable { case errorEvent, cut, stalled }

    private static func fail(_ exchange: inout Exchange, _ rig: ModelsRig, _ how: Break) -> Exchange.Action {
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let bytes = started + (how == .errorEvent ? broken : "")
        let action = exchange.upstreamBytes(ByteBuffer(string: bytes), at: rig.clock.now)
        switch how {
        case .errorEvent: return action
        case .cut: return exchange.upstreamLost(.lost("reset"), at: rig.clock.now)
        case .stalled:
            rig.clock.advance(by: .seconds(601))
            return exchange.timeUp(at: rig.clock.now)
        }
    }

    @Test(arguments: Break.allCases, [true, false])
    func `tokens of an attempt that failed are paid for beside those of the answer`(how: Break, stream: Bool) throws {
        let rig = try Self.clouds()
        var exchange = rig.exchange("smart", stream: stream)
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        let second = try #require(Self.fail(&exchange, rig, how).sentTo)
        #expect(first != second)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: Self.started + Self.ended), at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200"))
        // The header speaks of the answer, and so do the tokens.
        #expect(stream || text.contains("\r\nx-litellm-response-cost: 0.000000019\r\n"))
        #expect(exchange.record.promptTokens == 5 && exchange.record.completionTokens == 7)
        #expect(exchange.record.cost == Self.whole)
        #expect(exchange.record.failedAttemptsCost == Self.failed)
    }

    @Test func `every attempt that failed is paid for, also where no answer came of them`() throws {
        let rig = try Self.clouds(3)
        var exchange = rig.exchange("smart")
        var action = exchange.begin(at: rig.clock.now)
        for _ in 0..<3 {
            #expect(action.sentTo != nil)
            action = Self.fail(&exchange, rig, .errorEvent)
        }
        let text = try #require(action.bytes)
        #expect(text.hasPrefix("HTTP/1.1 502") && text.contains("\r\nx-litellm-response-cost: 0.0\r\n"))
        #expect(exchange.record.cost == 0 && exchange.record.failedAttemptsCost == 3 * Self.failed)
    }

    @Test func `a stream that breaks off costs what the client has of it, and nothing beside`() throws {
        let rig = try Self.clouds()
        var exchange = rig.exchange("smart", stream: true)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: Self.started), at: rig.clock.now)
        #expect(exchange.flush(at: rig.clock.now).bytes != nil)
        #expect(exchange.upstreamLost(.lost("reset"), at: rig.clock.now).isFinish)
        #expect(exchange.record.cost == Self.failed && exchange.record.failedAttemptsCost == 0)
    }

    @Test(arguments: ModelsRig.Fault.allCases)
    func `attempts that counted nothing have cost nothing`(fault: ModelsRig.Fault) {
        let rig = Self.rig()
        var exchange = rig.exchange("smart")
        _ = rig.play(&exchange) { _ in fault }
        #expect(exchange.record.failedAttemptsCost == 0)
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
