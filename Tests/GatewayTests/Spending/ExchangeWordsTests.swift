import Balancer
import Dialects
import Ledger
import Locking
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// What was said in a request, on its way to the book (`store_prompts_in_spend_logs`).
@Suite struct ExchangeWordsTests {
    private func models(
        _ keeping: Spending.WordKeeping, instances: Int = 1, key: (inout VirtualKey) -> Void = { _ in }
    ) throws -> KeyedModels {
        var models = try KeyedModels(
            [.init(name: "m", inside: Array(repeating: true, count: instances))], retries: 0, key: key)
        models.pool.settings.spending = Spending(models.ledger, budgetStatus: 422, words: keeping) {
            Double(KeyedModels.wall.microseconds) / 1e6
        }
        return models
    }

    private func words(_ models: KeyedModels) throws -> EntryWords? {
        try #require(models.ledger.takeBatch()?.entries.first).words
    }

    @Test func `a whole answer is kept as the client got it, and what was asked as it was written`() throws {
        let models = try models(.all)
        var exchange = try models.exchange("m", more: ",\"user\":\"ann\"")
        _ = exchange.begin(at: models.pool.clock.now)
        let answer = try #require(models.answer(&exchange).bytes)
        let words = try #require(try words(models))
        #expect(words.request.contains("\"user\":\"ann\"") && words.request.hasPrefix("{\"model\":\"m\""))
        #expect(answer.hasSuffix("\r\n\r\n" + (words.response ?? "nothing")))
    }

    @Test func `no key that was said is kept`() throws {
        let models = try models(.all)
        let secret = "sk-abcdefghijklmnop-1234"
        var exchange = try models.exchange("m", more: ",\"user\":\"\(secret)\"")
        _ = exchange.begin(at: models.pool.clock.now)
        _ = models.answer(&exchange, ExchangeRig.whole.replacing("\"Hi\"", with: "\"Take \(secret).\""))
        let words = try #require(try words(models))
        #expect(words.request.contains("\"sk-...1234\"") && words.response?.contains("Take sk-...1234.") == true)
        #expect(!words.request.contains(secret) && words.response?.contains(secret) == false)
    }

    @Test func `a stream is kept as one answer, however it was cut`() throws {
        let models = try models(.all)
        let now = models.pool.clock.now
        var exchange = try models.exchange("m", stream: true)
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        for piece in [ExchangeRig.line, ExchangeRig.line, ExchangeRig.done] {
            for half in [piece.prefix(20), piece.dropFirst(20)] {
                _ = exchange.upstreamBytes(ByteBuffer(substring: half), at: now)
                _ = exchange.flush(at: now)
            }
        }
        _ = exchange.upstreamEnded(at: now)
        let response = try #require(try words(models)?.response)
        #expect(response.contains("\"content\":\"HiHi\"") && response.contains("\"object\":\"chat.completion\""))
    }

    @Test func `a client that leaves, an error and a failed attempt leave no answer`() throws {
        let models = try models(.all)
        let now = models.pool.clock.now
        var left = try models.exchange("m", stream: true)
        _ = left.begin(at: now)
        _ = left.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = left.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: now)
        _ = left.flush(at: now)
        left.clientLeft(at: now)
        let words = try #require(try words(models))
        #expect(words.request.contains("\"stream\":true") && words.response == nil)
        let others = try self.models(.all)
        var failed = try others.exchange("m")
        _ = failed.begin(at: now)
        #expect(failed.upstreamLost(.refused("no"), at: now).isFinish)
        let asked = try #require(try self.words(others))
        #expect(asked.response == nil)
    }

    @Test func `of two attempts the answer that the client got is kept`() throws {
        var models = try models(.all, instances: 2)
        models.pool.settings.numRetries = 1
        let now = models.pool.clock.now
        var exchange = try models.exchange("m", stream: true)
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        // A line without a token: nothing has gone out.
        _ = exchange.upstreamBytes(
            ByteBuffer(string: ExchangeRig.line.replacing("\"Hi\"", with: "\"\"")), at: now)
        #expect(exchange.upstreamLost(.lost("cut"), at: now).sentTo != nil)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line + ExchangeRig.done), at: now)
        _ = exchange.flush(at: now)
        _ = exchange.upstreamEnded(at: now)
        #expect(try words(models)?.response?.contains("\"content\":\"Hi\"") == true)
    }

    @Test func `parts are kept as the one answer that they are`() throws {
        let models = try models(.all, instances: 3)
        let lane = PartsLane(try models.exchange("m", more: ",\"n\":3"), clock: models.pool.clock)
        lane.begin()
        for part in 0..<3 { lane.answer(part, ExchangeRig.whole) }
        let response = try #require(try words(models)?.response)
        #expect(lane.answer.hasSuffix(response) && response.split(separator: "\"content\":\"Hi\"").count == 4)
    }

    @Test(arguments: [
        (Spending.WordKeeping.none, false, false), (.none, true, false), (.ofUnconfined, false, true),
        (.ofUnconfined, true, false), (.all, false, true), (.all, true, true),
    ])
    func `words that must stay inside go to no host outside`(
        _ keeping: Spending.WordKeeping, _ isConfined: Bool, _ isKept: Bool
    ) throws {
        let models = try models(keeping) { $0.localOnly = isConfined }
        var exchange = try models.exchange("m")
        _ = exchange.begin(at: models.pool.clock.now)
        _ = models.answer(&exchange)
        #expect(try (words(models) != nil) == isKept)
    }

    @Test(arguments: [true, false])
    func `a stream goes on without what is kept of it where there is no room for that`(hasRoom: Bool) throws {
        let models = try models(.all)
        let now = models.pool.clock.now
        var exchange = try models.exchange("m", stream: true)
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: now)
        _ = exchange.flush(at: now)
        let (grows, held) = (exchange.growsWithAnswer, exchange.heldBytes)
        #expect(grows)
        if !hasRoom {
            let wasKept = exchange.dropTape()
            let (growsStill, left) = (exchange.growsWithAnswer, exchange.heldBytes)
            #expect(wasKept && !growsStill && left < held)
        }
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.done), at: now)
        #expect(exchange.upstreamEnded(at: now).bytes?.contains("[DONE]") == true)
        let words = try #require(try words(models))
        #expect((words.response != nil) == hasRoom)
    }

    @Test func `what is too long is left out, and the rest is kept`() throws {
        let models = try models(.all)
        let long = String(repeating: "x", count: EntryWords.longest)
        var asked = try models.exchange("m", more: ",\"user\":\"\(long)\"")
        _ = asked.begin(at: models.pool.clock.now)
        _ = models.answer(&asked)
        #expect(try words(models) == nil)
        let others = try self.models(.all)
        var answered = try others.exchange("m")
        _ = answered.begin(at: others.pool.clock.now)
        _ = others.answer(&answered, ExchangeRig.whole.replacing("\"Hi\"", with: "\"\(long)\""))
        let kept = try #require(try words(others))
        #expect(!kept.request.isEmpty && kept.response == nil)
    }

    @Test func `a long stream is put together elsewhere, and its row does not wait for that`() throws {
        let work = Locked<[@Sendable () -> Void]>([])
        var models = try models(.all)
        models.pool.settings.spending = Spending(
            models.ledger, budgetStatus: 422, words: .all, offload: { later in work.withLock { $0.append(later) } }
        ) { Double(KeyedModels.wall.microseconds) / 1e6 }
        models.pool.settings.largeBody = 1_000
        let now = models.pool.clock.now
        for lines in [1, 20] {
            var exchange = try models.exchange("m", stream: true)
            _ = exchange.begin(at: now)
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
            let stream = String(repeating: ExchangeRig.line, count: lines) + ExchangeRig.done
            _ = exchange.upstreamBytes(ByteBuffer(string: stream), at: now)
            _ = exchange.flush(at: now)
            _ = exchange.upstreamEnded(at: now)
            let isLong = lines > 1
            #expect(work.withLock { $0.count } == (isLong ? 1 : 0))
            let batch = try #require(models.ledger.takeBatch())
            let row = try #require(batch.entries.first)
            #expect((row.words == nil) == isLong && batch.words.isEmpty)
            for later in work.withLock({ $0 }) { later() }
            let late = models.ledger.takeBatch()?.words ?? []
            #expect(late.map(\.requestID) == (isLong ? [row.requestID] : []))
            let text = String(repeating: "Hi", count: lines)
            #expect((row.words ?? late.first?.words)?.response?.contains("\"content\":\"\(text)\"") == true)
        }
    }
}
