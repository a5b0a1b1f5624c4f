import Balancer
import Dialects
import Ledger
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Budgets, limits and the book before a request that runs as several.
@Suite struct PartsSpendingTests {
    private static let price = Price(input: Money(picodollars: 1_000), output: Money(picodollars: 10_000))

    private func models(_ change: (inout VirtualKey) -> Void = { _ in }) throws -> KeyedModels {
        try KeyedModels(
            [.init(name: "m", inside: [true, true, true], price: Self.price)], retries: 0, key: change)
    }

    @Test func `all answers are paid for, and the book has one row with their sum`() throws {
        let models = try models()
        let lane = PartsLane(try models.exchange("m", more: ",\"n\":3"), clock: models.pool.clock)
        lane.begin()
        for part in 0..<3 { lane.answer(part, ExchangeRig.whole) }
        // Five tokens read and seven written, each three times.
        let cost: Int64 = 3 * (5 * 1_000 + 7 * 10_000)
        #expect(lane.isOver && lane.record.cost == cost)
        #expect(lane.answer.contains("x-litellm-response-cost: 0.000000225"))
        #expect(models.status()?.spent == Money(picodollars: cost))
        let rows = try #require(models.ledger.takeBatch()).entries
        #expect(rows.count == 1)
        #expect(rows.first?.money == Money(picodollars: cost) && rows.first?.promptTokens == 15)
        #expect(rows.first?.attempts == 3 && rows.first?.status == 200)
    }

    @Test func `answers that are cut off with a failed one are paid for, and nothing stays reserved`() throws {
        let models = try models { $0.allowance.maxBudget = Money(picodollars: 1_000_000_000_000) }
        let lane = PartsLane(try models.exchange("m", more: ",\"n\":2"), clock: models.pool.clock)
        lane.begin()
        lane.answer(0, ExchangeRig.whole)
        lane.answer(1, "{\"error\":\"x\"}", status: 400)
        #expect(lane.isOver && lane.answer.hasPrefix("HTTP/1.1 400"))
        #expect(models.status()?.spent == Money(picodollars: 75_000) && models.status()?.reserved == .zero)
    }

    @Test func `a request counts once against limits by the minute, whatever its parts`() throws {
        let models = try models { $0.allowance.requestsPerMinute = 2 }
        for round in 0..<3 {
            let lane = PartsLane(try models.exchange("m", more: ",\"n\":3"), clock: models.pool.clock)
            lane.begin()
            for part in 0..<3 { lane.answer(part, ExchangeRig.whole) }
            #expect(lane.isOver && lane.answer.hasPrefix(round < 2 ? "HTTP/1.1 200" : "HTTP/1.1 429"))
        }
    }

    @Test func `a budget that is spent refuses all answers at once`() throws {
        let models = try models { $0.allowance.maxBudget = .zero }
        let lane = PartsLane(try models.exchange("m", more: ",\"n\":2"), clock: models.pool.clock)
        lane.begin()
        #expect(lane.isOver && lane.answer.hasPrefix("HTTP/1.1 422") && lane.sent.isEmpty)
        #expect(models.pool.balancer.snapshot().inFlight == 0)
    }
}
