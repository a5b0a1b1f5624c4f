import Balancer
import Farm
import Testing

/// Where requests go, over real sockets.
@Suite(.timeLimit(.minutes(2)), .serialized) struct StrategyScenarioTests {
    /// How many of `count` requests, one after the other, each box got.
    private func spread(_ pool: FarmedGateway, _ count: Int) async throws -> [Int] {
        let client = try await pool.gateway.connect()
        for number in 0..<count {
            try await client.send(FarmedGateway.chat(stream: number % 2 == 1))
            let answer = try ChatAnswer(try await client.message())
            #expect(answer.status == 200, "\(answer.message.body)")
            #expect(answer.errors.isEmpty)
        }
        await client.close()
        var requests: [Int] = []
        for box in pool.names.indices { requests.append(await pool.farm.stats(box: box).requests) }
        return requests
    }

    @Test(arguments: ["simple-shuffle", "least-busy"])
    func `requests one after the other reach every box`(strategy: String) async throws {
        let pool = try await FarmedGateway.start(strategy: strategy)
        let requests = try await spread(pool, 60)
        #expect(requests.reduce(0, +) == 60)
        // With equal boxes and fair chance, fewer than three on one happens once in a million runs.
        #expect(requests.allSatisfy { $0 >= 3 }, "\(requests)")
        try await pool.stop()
    }

    /// All but the one that looks at two of the three boxes: by chance it leaves one of them a request behind.
    @Test(arguments: Strategies.names.filter { $0 != "power-of-two" })
    func `equal boxes share what is open equally`(strategy: String) async throws {
        let pool = try await FarmedGateway.start(strategy: strategy)
        for box in 0..<3 { try await pool.farm.inject(FarmFault(.zombie), box: box) }
        var clients: [RawConnection] = []
        for _ in 0..<12 {
            clients.append(try await pool.gateway.connect())
            try await clients.last?.send(FarmedGateway.chat())
        }
        await eventually("all are in flight") { pool.gateway.inFlight == 12 }
        // Two drawn by chance leave the third out, now and then: fewer than two there happens once in ten thousand runs.
        let least = strategy == "power-of-two" ? 2 : 4
        for box in 0..<3 { try await pool.farm.stats(box: box, when: { $0.queued >= least }) }
        let inFlight = pool.gateway.pool.instances.map(\.inFlight)
        #expect(inFlight.allSatisfy { $0 >= least } && inFlight.reduce(0, +) == 12, "\(inFlight)")
        for client in clients { await client.close() }
        await eventually("nothing is in flight") { pool.gateway.inFlight == 0 }
        try await pool.stop()
    }

    @Test(arguments: Strategies.names)
    func `a box that fails fast is left alone after a few failures`(strategy: String) async throws {
        let pool = try await FarmedGateway.start(decode: 2000, strategy: strategy)
        try await pool.farm.inject(FarmFault(.status(500)), box: 0)
        let requests = try await spread(pool, 40)
        // Five failures open the breaker.
        #expect(requests[0] <= 5, "\(requests)")
        #expect(requests[1] + requests[2] == 40)
        try await pool.stop()
    }

    @Test(arguments: Strategies.names, [413, 422])
    func `a box that calls every request at fault costs no client anything, is named and gets little`(
        strategy: String, status: Int
    ) async throws {
        let pool = try await FarmedGateway.start(decode: 2000, strategy: strategy)
        try await pool.farm.inject(FarmFault(.status(status)), box: 0)
        let requests = try await spread(pool, 40)
        #expect(requests[0] <= 10, "\(requests)")
        #expect(requests[1] + requests[2] == 40)
        #expect(pool.deployment(0).state == "ready" && pool.deployment(0).failures == 0)
        if requests[0] >= 3 { #expect(pool.deployment(0).reason?.contains("4xx (last: \(status))") == true) }
        try await pool.stop()
    }

    @Test(arguments: ["least-busy", "power-of-two", "soonest", "prefix-affinity"])
    func `failing fast never looks free`(strategy: String) async throws {
        // No breaker helps here: only the shadow of what failed does.
        let pool = try await FarmedGateway.start(
            decode: 2000, strategy: strategy, router: "timeout: 30, disable_cooldowns: true")
        try await pool.farm.inject(FarmFault(.status(500)), box: 0)
        let requests = try await spread(pool, 40)
        #expect(requests[0] <= 20, "\(requests)")
        #expect(requests[1] + requests[2] == 40)
        try await pool.stop()
    }

    @Test(arguments: ["latency-based", "latency-based-routing", "peak-ewma"])
    func `failing fast never looks fast`(strategy: String) async throws {
        // No breaker helps here: only the penalty on the estimate does.
        let pool = try await FarmedGateway.start(
            decode: 2000, strategy: strategy, router: "timeout: 30, disable_cooldowns: true")
        try await pool.farm.inject(FarmFault(.status(500)), box: 0)
        let requests = try await spread(pool, 40)
        #expect(requests[0] <= 10, "\(requests)")
        #expect(requests[1] + requests[2] == 40)
        try await pool.stop()
    }

    @Test func `weights are honoured, smoothly`() async throws {
        let pool = try await FarmedGateway.start(weights: [3, 2, 1])
        let requests = try await spread(pool, 60)
        for (got, fair) in zip(requests, [30, 20, 10]) { #expect(abs(got - fair) <= 1, "\(requests)") }
        try await pool.stop()
    }

    @Test func `a box of weight 0 serves when no other can`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, weights: [1, 0])
        #expect(try await spread(pool, 10) == [10, 0])
        try await pool.farm.inject(FarmFault(.refuse), box: 0)
        #expect(try await pool.chat().instance == pool.names[1])
        try await pool.stop()
    }
}
