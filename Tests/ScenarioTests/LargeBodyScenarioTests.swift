import Dispatch
import Farm
import Testing

@testable import CLI
@testable import Server

/// While a large body is read, everything else on its event loop goes on.
@Suite(.timeLimit(.minutes(1)), .serialized) struct LargeBodyScenarioTests {
    private static let image = String(repeating: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB", count: 2 << 15)
    private static let question = RunningGateway.post(
        "/v1/chat/completions",
        "{\"model\":\"llama3\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"},"
            + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,\(image)\"}}]}]}")

    /// Keeps the thread for large bodies busy until it is let go.
    private struct Hold {
        let gate = DispatchSemaphore(value: 0)

        init(_ gateway: RunningGateway) {
            gateway.process.server.context.bodyThread.perform { [gate] in gate.wait() }
        }

        func letGo() { gate.signal() }
    }

    @Test func `streams and other requests of the same loop are served while its turn has not come`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, decode: 200, tokens: 40...40)
        let stream = try await pool.gateway.connect()
        try await stream.send(FarmedGateway.chat(stream: true))
        _ = try await stream.text(through: "data: ")
        let hold = Hold(pool.gateway)
        let large = try await pool.gateway.connect()
        try await large.send(Self.question)
        // Behind it on its own connection one waits its turn.
        try await large.send(FarmedGateway.chat(more: ",\"max_tokens\":1"))

        // The stream runs to its end, and others are answered from first to last.
        _ = try await stream.text(through: "data: [DONE]\n\n")
        var answered = 0
        let other = try await pool.gateway.connect()
        for number in 0..<100 {
            try await other.send(FarmedGateway.chat(stream: number.isMultiple(of: 2), more: ",\"max_tokens\":1"))
            if try ChatAnswer(try await other.message()).status == 200 { answered += 1 }
        }
        #expect(answered == 100)
        #expect(await pool.farm.received(box: 0).allSatisfy { $0.body.utf8.count < 1000 })

        hold.letGo()
        #expect(try ChatAnswer(try await large.message()).text.hasPrefix("box 0: "))
        #expect(try ChatAnswer(try await large.message()).status == 200)
        let received = await pool.farm.received(box: 0).suffix(2).map(\.body)
        #expect(received.first?.contains("\"images\":[\"\(Self.image)\"]") == true)
        for client in [stream, large, other] { await client.close() }
        try await pool.stop()
    }

    @Test func `a client that leaves meanwhile leaves nothing behind`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        let hold = Hold(pool.gateway)
        let large = try await pool.gateway.connect()
        try await large.send(Self.question)
        await large.close()
        #expect(try await pool.chat().status == 200)
        hold.letGo()
        #expect(try await pool.call(Self.question).status == 200)
        try await pool.stop()
    }
}
