import Balancer
import Farm
import Testing

/// Boxes that read one prompt after the other, as llama-server does, before a gateway that is not told their slots.
@Suite(.timeLimit(.minutes(1)), .serialized) struct ReadingScenarioTests {
    /// So many requests at once, each with a prompt of its own of so many tokens. Answers how long each waited at the gateway.
    private func ask(_ pool: FarmedGateway, _ count: Int, tokens: Int, round: Int) async throws -> [Double] {
        try await withThrowingTaskGroup(of: Double.self) { group in
            for number in 0..<count {
                group.addTask {
                    // The farm counts four bytes as a token.
                    let text = "\(round) \(number) " + String(repeating: "x", count: 4 * tokens)
                    let answer = try ChatAnswer(
                        try await pool.call(
                            RunningGateway.post(
                                "/v1/chat/completions",
                                "{\"model\":\"llama3\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"\(text)\"}]}",
                                "")))
                    #expect(answer.status == 200 && answer.isDone)
                    return answer.message["x-drover-queue-ms"].flatMap(Double.init) ?? .infinity
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `long prompts at once unlearn no slots, and nobody is held back after them`() async throws {
        let pool = try await FarmedGateway.start(
            boxes: 2, decode: 400, tokens: 8...16, prefill: 20_000, slots: 4, isTold: false, strategy: "soonest")
        // The last of four waits 1.2 s for the others' prompts, which no duration of its box holds.
        for round in 0..<3 { _ = try await ask(pool, 8, tokens: 8_000, round: round) }
        for box in 0..<2 {
            let learned = try #require(pool.gateway.pool.deployments[box].learned)
            #expect(learned.slots >= 4, "box \(box) is thought to have \(learned.slots)")
        }
        let waits = try await ask(pool, 8, tokens: 20, round: 3)
        #expect(waits.allSatisfy { $0 < 250 }, "\(waits)")
        try await pool.stop()
    }
}
