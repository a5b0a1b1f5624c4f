import Farm
import Testing

/// Clients with different `num_ctx` on one box: `drover.context`.
@Suite(.timeLimit(.minutes(1)), .serialized) struct ContextScenarioTests {
    /// Alternates over the lengths, each in its own way of asking; how often the box has loaded after each request.
    private func loads(_ pool: FarmedGateway, _ lengths: [Int?], rounds: Int) async throws -> [Int] {
        var loads: [Int] = []
        for number in 0..<rounds * lengths.count {
            let length = lengths[number % lengths.count]
            let more = length.map { number % 4 < 2 ? ",\"num_ctx\":\($0)" : ",\"options\":{\"num_ctx\":\($0)}" } ?? ""
            let answer = try await pool.chat(stream: number % 3 == 0, more: more)
            #expect(answer.status == 200, "\(answer.message)")
            loads.append(await pool.farm.stats(box: 0).loads)
        }
        return loads
    }

    @Test(arguments: ["simple-shuffle", "soonest"])
    func `two clients with different contexts make a box load twice at most`(strategy: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1, strategy: strategy)
        #expect(try await loads(pool, [4096, 16384], rounds: 20).last == 2)
        #expect(try await loads(pool, [16384, nil, 4096], rounds: 5).last == 2)
        let contexts = await pool.farm.received(box: 0).filter { $0.target == "/api/chat" }.dropFirst(1)
        #expect(contexts.allSatisfy { $0.body.contains("\"num_ctx\":16384") })
        try await pool.stop()
    }

    @Test func `where it is told to pass them they thrash`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, drover: "context: pass")
        #expect(try await loads(pool, [4096, 16384], rounds: 20).last == 40)
        try await pool.stop()
    }

    @Test func `a deployment's own context is one among them`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, deployment: "num_ctx: 8192")
        #expect(try await loads(pool, [nil, 4096, 8192], rounds: 5).last == 1)
        #expect(try await loads(pool, [nil, 16384], rounds: 5).last == 2)
        try await pool.stop()
    }

    @Test func `a client's other load-time options change nothing`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        for threads in 1...6 {
            let more = ",\"num_thread\":\(threads),\"options\":{\"num_batch\":\(threads * 64),\"use_mmap\":false}"
            #expect(try await pool.chat(more: more).status == 200)
        }
        #expect(await pool.farm.stats(box: 0).loads == 1)
        try await pool.stop()
    }
}
