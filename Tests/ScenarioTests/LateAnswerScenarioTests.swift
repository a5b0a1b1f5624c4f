import Balancer
import Testing

/// Two boxes, of which one sends its head at once and its tokens late: the other one is asked as well then.
@Suite(.timeLimit(.minutes(1))) struct LateAnswerScenarioTests {
    /// What both are called for, in its order.
    private static func calls(of servers: [PlayedUpstream]) -> AsyncStream<(server: Int, connection: RawConnection)> {
        let (calls, feed) = AsyncStream.makeStream(of: (server: Int, connection: RawConnection).self)
        for (number, server) in servers.enumerated() {
            Task { while let call = try? await server.nextCall() { feed.yield((number, call.connection)) } }
        }
        return calls
    }

    @Test(arguments: [true, false])
    func `an answer that has begun goes on where the one that was asked as well fails`(hasBlankLine: Bool) async throws
    {
        let servers = [
            try await PlayedUpstream.start(hasLoaded: true), try await PlayedUpstream.start(hasLoaded: true),
        ]
        let list = servers.map {
            "  - {model_name: llama3, litellm_params: {model: \"ollama/llama3.1:8b\", api_base: \"http://127.0.0.1:\($0.port)\"}}\n"
        }
        let gateway = try await RunningGateway.start(
            """
            model_list:
            \(list.joined())
            router_settings: {routing_strategy: round-robin, num_retries: 0, timeout: 30}
            drover: {probe: {interval: 100ms, timeout: 1s, fall: 2, rise: 1}}
            """)
        var calls = Self.calls(of: servers).makeAsyncIterator()
        await eventually("both list the model as in memory") {
            gateway.pool.instances.allSatisfy { $0.state == "ready" && !$0.loaded.isEmpty }
        }
        // What first tokens take is learned from answers.
        for _ in 0..<16 {
            let client = try await gateway.connect()
            try await client.send(RunningGateway.chat(stream: true))
            let connection = try #require(await calls.next()).connection
            try await connection.send(
                PlayedUpstream.streamHead + PlayedUpstream.token("quick") + PlayedUpstream.lastToken)
            #expect(try await client.message().body.contains("quick"))
            await connection.close()
            await client.close()
        }
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat(stream: true))
        let (first, late) = try #require(await calls.next())
        try await late.send(PlayedUpstream.streamHead + (hasBlankLine ? PlayedUpstream.chunk("\n") : ""))
        let (second, other) = try #require(await calls.next())
        #expect(second != first)
        try await other.send("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await other.close()
        await eventually("the other one has failed") { gateway.inFlight == 1 }
        try await late.send(PlayedUpstream.token("late") + PlayedUpstream.lastToken)
        let answer = try await client.message()
        #expect(answer.status == 200 && answer.body.contains("late") && answer.body.hasSuffix("data: [DONE]\n\n"))
        #expect(answer["x-litellm-model-api-base"]?.contains(":\(servers[first].port)") == true)
        await client.close()
        await late.close()
        try await gateway.stop()
        for server in servers { await server.stop() }
    }
}
