import Balancer
import Farm
import Testing

/// Boxes that fail, all at once or for a while, as clients see it; `scripts/chaos` measures the same on the real binary.
@Suite(.timeLimit(.minutes(2)), .serialized) struct SurvivalScenarioTests {
    private static let quickProbes = "{interval: 100ms, timeout: 1s, fall: 2, rise: 2}"

    private func requests(_ pool: FarmedGateway) async -> Int {
        var sum = 0
        for box in pool.names.indices { sum += await pool.farm.stats(box: box).requests }
        return sum
    }

    @Test(arguments: [500, 503])
    func `while every box fails they are not sent each request again and again, and the error names each`(
        code: Int
    ) async throws {
        let pool = try await FarmedGateway.start(strategy: "least-busy", retries: 3)
        for box in 0..<3 {
            try await pool.farm.inject(FarmFault(.status(code), retryAfter: code == 503 ? 60 : nil), box: box)
        }
        var named = 0
        for _ in 0..<60 {
            let answer = try await pool.chat()
            #expect(answer.status >= 500)
            let message = answer.errors.first?["message"].text ?? ""
            if pool.names.allSatisfy({ message.contains($0) }) { named += 1 }
        }
        let sent = await requests(pool)
        #expect(sent <= 75, "\(sent) for 60")
        #expect(named >= 57, "\(named) of 60")
        try await pool.stop()
    }

    @Test func `a long pause is told at once, and a box that is well before its time is found out`() async throws {
        let pool = try await FarmedGateway.start(strategy: "soonest", router: "timeout: 600")
        for box in 0..<3 { try await pool.farm.inject(FarmFault(.status(503), retryAfter: 300), box: box) }
        for _ in 0..<3 {
            let answer = try await pool.chat()
            #expect(answer.status == 503)
            #expect((answer.message["retry-after"].flatMap { Int($0) } ?? 0) > 290)
        }
        for box in 0..<3 { try await pool.farm.inject(FarmFault(.none), box: box) }
        var status = 0
        while status != 200 {
            status = try await pool.chat().status
            #expect(status == 200 || status == 503)
        }
        try await pool.stop()
    }

    @Test(arguments: ["least-busy", "latency-based", "soonest"])
    func `a box that gave errors has requests again soon after it is well`(strategy: String) async throws {
        let pool = try await FarmedGateway.start(strategy: strategy, probe: Self.quickProbes)
        try await pool.farm.inject(FarmFault(.status(500)), box: 0)
        // Alone, or a strategy may leave it before its breaker opens.
        for other in [1, 2] { #expect(try await pool.post("/pool/\(pool.names[other])/drain").status == 200) }
        while pool.deployment(0).breaker == "closed" { #expect(try await pool.chat().status >= 500) }
        for other in [1, 2] { #expect(try await pool.post("/pool/\(pool.names[other])/undrain").status == 200) }
        try await pool.farm.inject(FarmFault(.none), box: 0)
        let start = ContinuousClock.now
        // Three intervals, and time for a machine that does other work.
        let limit = start + .seconds(3)
        var instance: String?
        while instance != pool.names[0], ContinuousClock.now < limit { instance = try await pool.chat().instance }
        #expect(instance == pool.names[0], "not within \(limit - start)")
        await eventually("it is one of them") { pool.deployment(0).breaker == "closed" }
        try await pool.stop()
    }
}
