import Balancer
import Farm
import Testing

/// Boxes that hold requests without a sign, while their lists answer; `scripts/chaos` measures the same on the real binary.
@Suite(.timeLimit(.minutes(2)), .serialized) struct ZombieScenarioTests {
    /// A pool in which each box has answered often enough to be known.
    private func warmPool(_ strategy: String, more: String? = nil) async throws -> FarmedGateway {
        let pool = try await FarmedGateway.start(
            strategy: strategy, retries: 0, router: "timeout: 600",
            probe: "{interval: 100ms, timeout: 1s, fall: 2, rise: 2}", drover: more)
        for box in pool.names.indices {
            for other in pool.names.indices where other != box {
                #expect(try await pool.post("/pool/\(pool.names[other])/drain").status == 200)
            }
            for number in 0..<8 { #expect(try await pool.chat(stream: number % 2 == 0).status == 200) }
            for other in pool.names.indices where other != box {
                #expect(try await pool.post("/pool/\(pool.names[other])/undrain").status == 200)
            }
        }
        // Until its box lists it, a model may as well be loading.
        await eventually("every box lists its model as in memory") {
            pool.names.indices.allSatisfy { !pool.instance($0).loaded.isEmpty }
        }
        return pool
    }

    @Test(arguments: ["least-busy", "soonest", "simple-shuffle"], [true, false])
    func `another box answers for a zombie, without a retry's leave, and it is found out`(
        strategy: String, stream: Bool
    ) async throws {
        let pool = try await warmPool(strategy)
        try await pool.farm.inject(FarmFault(.zombie), box: 0)
        var clients: [RawConnection] = []
        for _ in 0..<12 {
            clients.append(try await pool.gateway.connect())
            try await clients.last?.send(FarmedGateway.chat(stream: stream))
        }
        for client in clients {
            let answer = try ChatAnswer(try await client.message())
            #expect(answer.status == 200 && answer.errors.isEmpty && answer.instance != pool.names[0])
            await client.close()
        }
        #expect(pool.instance(0).state == "ready", "its lists answer")
        await eventually("nothing is in flight") { pool.gateway.inFlight == 0 }
        try await pool.stop()
    }

    @Test func `it is out after two requests, and stays out while it only lists its models`() async throws {
        let pool = try await warmPool("simple-shuffle")
        try await pool.farm.inject(FarmFault(.zombie), box: 0)
        var asked = 0
        while pool.deployment(0).breaker == "closed", asked < 60 {
            #expect(try await pool.chat(stream: asked % 2 == 0).status == 200)
            asked += 1
        }
        #expect(pool.deployment(0).breaker != "closed" && pool.deployment(0).failures == 2)
        let before = await pool.farm.stats(box: 0).requests
        for _ in 0..<30 { #expect(try await pool.chat().status == 200) }
        #expect(await pool.farm.stats(box: 0).requests == before)
        try await pool.stop()
    }

    @Test func `off waits for as long as an attempt may take`() async throws {
        let pool = try await warmPool("simple-shuffle", more: "first_token: {deadline: off}")
        for box in 0..<3 { try await pool.farm.inject(FarmFault(.slowFirstToken(.seconds(3))), box: box) }
        let answer = try await pool.chat()
        #expect(answer.status == 200)
        var sent = 0
        for box in 0..<3 { sent += await pool.farm.stats(box: box).requests }
        #expect(sent == 3 * 8 + 1)
        try await pool.stop()
    }
}
