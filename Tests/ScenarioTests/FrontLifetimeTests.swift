import Balancer
import NIOCore
import Testing

/// Time, disconnects, back-pressure and shutdown, over real sockets.
@Suite(.timeLimit(.minutes(2))) struct FrontLifetimeTests {
    private func start(
        more: String = "", retries: Int = 0
    ) async throws -> (PlayedUpstream, RunningGateway) {
        let upstream = try await PlayedUpstream.start()
        return (upstream, try await RunningGateway.inFrontOf([upstream.port], retries: retries, more: more))
    }

    enum Leaving: CaseIterable { case fin, reset, halfClose }

    @Test(arguments: Leaving.allCases, [true, false])
    func `a client that leaves cancels the upstream call`(how: Leaving, stream: Bool) async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat(stream: stream))
        let call = try await upstream.nextCall()
        if stream {
            try await call.connection.send(PlayedUpstream.streamHead + PlayedUpstream.token("a"))
            _ = try await client.text(through: "\"a\"")
        }
        #expect(gateway.inFlight == 1)
        switch how {
        case .fin: await client.close()
        case .reset: try await client.reset()
        case .halfClose: try await client.closeOutput()
        }
        await call.connection.waitUntilClosed()
        let snapshot = gateway.pool
        #expect(snapshot.inFlight == 0)
        #expect(snapshot.deployments[0].failures == 0)
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a client that leaves while the request waits for a head cancels too`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat())
        let call = try await upstream.nextCall()
        await client.close()
        await call.connection.waitUntilClosed()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a connection is used again for the next request`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat())
        let call = try await upstream.nextCall()
        try await call.connection.send(PlayedUpstream.answer("one"))
        #expect(try await client.message().body.contains("one"))
        try await client.send(RunningGateway.chat())
        _ = try await call.connection.message()
        try await call.connection.send(PlayedUpstream.answer("two"))
        #expect(try await client.message().body.contains("two"))
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a kept connection that dies under the next request is replaced once`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat())
        let first = try await upstream.nextCall()
        try await first.connection.send(PlayedUpstream.answer("one"))
        _ = try await client.message()
        try await client.send(RunningGateway.chat())
        _ = try await first.connection.message()
        await first.connection.close()
        let second = try await upstream.nextCall()
        try await second.connection.send(PlayedUpstream.answer("two"))
        let answer = try await client.message()
        #expect(answer.body.contains("two"))
        #expect(answer["x-litellm-attempted-retries"] == "0")
        #expect(gateway.pool.deployments[0].failures == 0)
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test(arguments: ["garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"])
    func `an upstream that answers garbage is 502, and the client's connection stays`(garbage: String) async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        for _ in 0..<2 {
            try await client.send(RunningGateway.chat())
            let call = try await upstream.nextCall()
            try await call.connection.send(garbage)
            let answer = try await client.message()
            #expect(answer.status == 502)
            #expect(answer.body.contains("\"upstream_failed\""))
            #expect(answer["x-drover-instance"] == "127.0.0.1:\(upstream.port)")
            #expect(answer["x-litellm-model-api-base"] == "http://127.0.0.1:\(upstream.port)")
            for name in [
                "x-litellm-call-id", "x-litellm-model-id", "x-litellm-model-group", "x-litellm-attempted-retries",
                "x-litellm-attempted-fallbacks", "x-litellm-response-cost", "x-litellm-key-spend",
                "x-litellm-response-duration-ms", "x-litellm-overhead-duration-ms", "x-drover-queue-ms",
                "x-drover-queue-position",
            ] { #expect(answer[name]?.isEmpty == false, "\(name)") }
        }
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `an upstream that hangs up before it answers is 502`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat())
        let call = try await upstream.nextCall()
        await call.connection.close()
        #expect(try await client.message().status == 502)
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `an upstream's answer without a length ends with its connection`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat())
        let call = try await upstream.nextCall()
        let whole = PlayedUpstream.answer("bare")
        let body = whole.split(separator: "\r\n\r\n", maxSplits: 1)[1]
        try await call.connection.send("HTTP/1.1 200 OK\r\n\r\n" + body)
        await call.connection.close()
        #expect(try await client.message().body.contains("bare"))
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `idle connections and half-sent requests are closed in time`() async throws {
        let limits = "drover: {limits: {idle_timeout: 2s, header_timeout: 500ms, body_timeout: 500ms}}\n"
        let (upstream, gateway) = try await start(more: limits)
        let whole = RunningGateway.chat()
        let cold = RunningGateway.get("/pool")
        let cases: [(sent: String, status: Int?)] = [
            ("", nil), (String(whole.prefix(60)), 408), (String(whole.dropLast(5)), 408),
            (String(cold.prefix(20)), 408),
        ]
        for (sent, status) in cases {
            let client = try await gateway.connect()
            try await client.send(sent)
            if let status {
                let answer = try? await client.message()
                #expect(answer?.status == status, "after sending \(sent.debugDescription)")
            }
            await client.waitUntilClosed()
            await client.close()
        }
        // The same on a connection that the router has had.
        let client = try await gateway.connect()
        try await client.send(cold)
        #expect(try await client.message().status == 200)
        try await client.send(String(whole.prefix(60)))
        #expect(try await client.message().status == 408)
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `an idle time-out does not cut a running stream`() async throws {
        let (upstream, gateway) = try await start(more: "drover: {limits: {idle_timeout: 2s}}\n")
        let idle = try await gateway.connect()
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat(stream: true))
        let call = try await upstream.nextCall()
        try await call.connection.send(PlayedUpstream.streamHead + PlayedUpstream.token("a"))
        // The idle one's end shows that the time has passed.
        await idle.waitUntilClosed()
        try await call.connection.send(PlayedUpstream.lastToken)
        let body = try await client.message().body
        #expect(body.contains("[DONE]"), "\(body)")
        await client.close()
        await idle.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a paused client stops the upstream, and gets everything in the end`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await RawConnection.connect(gateway.port, receiveBuffer: 65_536)
        try await client.send(RunningGateway.chat(stream: true))
        let call = try await upstream.nextCall()
        try await call.connection.send(PlayedUpstream.streamHead)
        let piece = String(repeating: PlayedUpstream.token(String(repeating: "x", count: 1000)), count: 64)
        let pieces = 600
        let sent = Counter()
        let connection = call.connection
        let sending = Task {
            for _ in 0..<pieces {
                try await connection.send(piece)
                sent.add(1)
            }
            try await connection.send(PlayedUpstream.lastToken)
        }
        // Nobody reads: the sender gets stuck well before the end, and stays so.
        await sent.settles()
        #expect(sent.value < pieces / 2, "\(sent.value) pieces of 64 KB went out")
        try await client.channel.setOption(.autoRead, value: true).get()
        let received = try await client.skip(through: "data: [DONE]\n\n\r\n0\r\n\r\n")
        try await sending.value
        #expect(received > pieces * 64 * 1000)
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `running streams finish whole after the stop signal, idle connections close at once`() async throws {
        let (upstream, gateway) = try await start()
        var clients: [RawConnection] = []
        var calls: [RawConnection] = []
        for _ in 0..<20 {
            let client = try await gateway.connect()
            try await client.send(RunningGateway.chat(stream: true))
            let call = try await upstream.nextCall()
            try await call.connection.send(PlayedUpstream.streamHead + PlayedUpstream.token("a"))
            _ = try await client.text(through: "\"a\"")
            clients.append(client)
            calls.append(call.connection)
        }
        let idle = try await gateway.connect()
        try await idle.send(RunningGateway.get("/pool"))
        _ = try await idle.message()
        await gateway.beginShutdown()
        await idle.waitUntilClosed()
        for call in calls { try await call.send(PlayedUpstream.lastToken) }
        for client in clients {
            _ = try await client.text(through: "[DONE]\n\n\r\n0\r\n\r\n")
            await client.waitUntilClosed()
        }
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `what runs longer than the grace ends with an error event`() async throws {
        let (upstream, gateway) = try await start(more: "drover: {shutdown_grace: 200ms}\n")
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat(stream: true))
        let call = try await upstream.nextCall()
        try await call.connection.send(PlayedUpstream.streamHead + PlayedUpstream.token("a"))
        _ = try await client.text(through: "\"a\"")
        await gateway.beginShutdown()
        let rest = try await client.text(through: "\r\n0\r\n\r\n")
        #expect(rest.contains("\"shutting_down\""))
        #expect(!rest.contains("[DONE]"))
        await call.connection.waitUntilClosed()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a full pool queues in order, tells the place, and 429s what is too much`() async throws {
        let upstream = try await PlayedUpstream.start()
        let gateway = try await RunningGateway.start(
            """
            model_list:
              - model_name: llama3
                litellm_params:
                  model: ollama/llama3.1:8b
                  api_base: http://127.0.0.1:\(upstream.port)
                  max_parallel_requests: 1
            drover: {queue: {max_waiting: 1, max_wait: 30s}}
            """)
        let first = try await gateway.connect()
        try await first.send(RunningGateway.chat())
        let call = try await upstream.nextCall()
        let second = try await gateway.connect()
        try await second.send(RunningGateway.chat())
        while gateway.pool.waiting == 0 { await Task.yield() }
        let third = try await gateway.connect()
        try await third.send(RunningGateway.chat())
        let refused = try await third.message()
        #expect(refused.status == 429)
        #expect(refused["retry-after"] != nil)
        try await call.connection.send(PlayedUpstream.answer("one"))
        _ = try await first.message()
        _ = try await call.connection.message()
        try await call.connection.send(PlayedUpstream.answer("two"))
        let queued = try await second.message()
        #expect(queued.body.contains("two"))
        #expect(queued["x-drover-queue-position"] == "1")
        for client in [first, second, third] { await client.close() }
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a client that leaves the queue frees its place`() async throws {
        let upstream = try await PlayedUpstream.start()
        let gateway = try await RunningGateway.start(
            """
            model_list:
              - model_name: llama3
                litellm_params:
                  {model: "ollama/llama3.1:8b", api_base: "http://127.0.0.1:\(upstream.port)", max_parallel_requests: 1}
            """)
        let first = try await gateway.connect()
        try await first.send(RunningGateway.chat())
        let call = try await upstream.nextCall()
        let second = try await gateway.connect()
        try await second.send(RunningGateway.chat())
        while gateway.pool.waiting == 0 { await Task.yield() }
        await second.close()
        while gateway.pool.waiting != 0 { await Task.yield() }
        try await call.connection.send(PlayedUpstream.answer("one"))
        #expect(try await first.message().body.contains("one"))
        await first.close()
        try await gateway.stop()
        await upstream.stop()
    }
}
