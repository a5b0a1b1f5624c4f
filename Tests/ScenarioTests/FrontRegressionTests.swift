import Balancer
import NIOCore
import Testing

/// One named test per bug that the front once had.
@Suite(.timeLimit(.minutes(2))) struct FrontRegressionTests {
    private func start(
        more: String = "", host: String = "127.0.0.1"
    ) async throws -> (PlayedUpstream, RunningGateway) {
        let upstream = try await PlayedUpstream.start()
        let gateway = try await RunningGateway.start(
            """
            model_list:
              - {model_name: llama3, litellm_params: {model: "ollama/llama3.1:8b", api_base: "http://\(host):\(upstream.port)"}}
            router_settings: {num_retries: 0}
            \(more)
            """)
        return (upstream, gateway)
    }

    @Test(arguments: ["nan", "inf", "1e19", "-1", "0"])
    func `a time limit that is no number of seconds does not end the process`(limit: String) async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        let headers = "x-litellm-timeout: \(limit)\r\nx-litellm-stream-timeout: \(limit)\r\n"
        try await client.send(RunningGateway.chat(stream: true, headers: headers))
        let call = try await upstream.nextCall()
        try await call.connection.send(
            PlayedUpstream.streamHead + PlayedUpstream.token("a") + PlayedUpstream.lastToken)
        #expect(try await client.message().body.contains("[DONE]"))
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `thousands of bad requests behind a cold one do not overflow the stack`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        let bad = "POST /embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n{"
        let count = 9000
        try await client.send(RunningGateway.get("/pool") + String(repeating: bad, count: count))
        #expect(try await client.message().status == 200)
        for _ in 0..<count { #expect(try await client.message().status == 400) }
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a host name whose first address refuses is reached by its second`() async throws {
        let (upstream, gateway) = try await start(host: "localhost")
        let client = try await gateway.connect()
        for _ in 0..<3 {
            try await client.send(RunningGateway.chat(headers: "x-litellm-timeout: 10\r\n"))
            let call = try await upstream.nextCall()
            try await call.connection.send(PlayedUpstream.answer("there", connection: "close"))
            await call.connection.close()
            #expect(try await client.message().body.contains("there"))
        }
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a client that sends and never reads is not read either`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await RawConnection.connect(gateway.port, receiveBuffer: 16_384)
        let bad = RunningGateway.post("/v1/chat/completions", "{")
        let batch = String(repeating: bad, count: 500)
        let batches = 400
        let sent = Counter()
        let sending = Task {
            for _ in 0..<batches {
                try await client.send(batch)
                sent.add(1)
            }
        }
        await sent.settles()
        #expect(sent.value < batches / 2, "\(sent.value) of \(batches) batches were taken")
        await client.close()
        _ = try? await sending.value
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `a slow client gets the whole of an answer that ends its connection`() async throws {
        // Whole, as it is played: no line of a stream is so long.
        let (upstream, gateway) = try await start(
            more: "drover: {first_token: {deadline: off}, limits: {header_timeout: 2600ms}}\n")
        let client = try await RawConnection.connect(gateway.port, receiveBuffer: 65_536)
        try await client.send(RunningGateway.chat(headers: "Connection: close\r\n"))
        let call = try await upstream.nextCall()
        let text = String(repeating: "x", count: 20_000_000)
        try await call.connection.send(PlayedUpstream.answer(text))
        // The end of a half-sent request shows that more time has passed than a closed connection may linger.
        let slow = try await gateway.connect()
        try await slow.send("POST /v1/chat")
        #expect(try await slow.message().status == 408)
        try await client.channel.setOption(.autoRead, value: true).get()
        #expect(try await client.message().body.utf8.count > text.utf8.count)
        await client.close()
        await slow.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `garbage on a used connection is a failure and is not sent twice`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat())
        let call = try await upstream.nextCall()
        try await call.connection.send(PlayedUpstream.answer("one"))
        _ = try await client.message()
        try await client.send(RunningGateway.chat())
        _ = try await call.connection.message()
        try await call.connection.send("garbage\r\n\r\n")
        let answer = try await client.message()
        #expect(answer.status == 502)
        #expect(answer.body.contains("not valid HTTP"))
        #expect(gateway.pool.deployments[0].failures == 1)
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `an answer to HEAD has no body`() async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        for path in ["/health/liveliness", "/v1/models", "/v1/chat/completions", "/nope"] {
            try await client.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let head = try await client.text(through: "\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 "))
        }
        try await client.send(RunningGateway.get("/health/liveliness"))
        #expect(try await client.message().body == "\"I'm alive!\"")
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `the limit on heads holds on a connection that the router has had`() async throws {
        let (upstream, gateway) = try await start(more: "drover: {limits: {max_header: 2KiB}}\n")
        let client = try await gateway.connect()
        try await client.send(RunningGateway.get("/pool"))
        _ = try await client.message()
        try await client.send(RunningGateway.get("/pool", "X-Long: \(String(repeating: "a", count: 3000))\r\n"))
        #expect(try await client.message().status == 431)
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test(arguments: [
        "GET /pool HTTP/1.0\r\nHost: localhost\r\n\r\n",
        "GET /pool HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n",
    ])
    func `a route's answer ends the connection where the client says so`(request: String) async throws {
        let (upstream, gateway) = try await start()
        let client = try await gateway.connect()
        try await client.send(request)
        let answer = try await client.message()
        #expect(answer.status == 200)
        #expect(answer["connection"] == "close")
        await client.waitUntilClosed()
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `nobody's body is read who may not call`() async throws {
        let upstream = try await PlayedUpstream.start()
        let gateway = try await RunningGateway.inFrontOf([upstream.port], key: "sk-master")
        for path in ["/v1/chat/completions", "/v1/chat/completions?x=1"] {
            let client = try await gateway.connect()
            try await client.send(
                "POST \(path) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n")
            #expect(try await client.message().status == 401)
            await client.waitUntilClosed()
            await client.close()
        }
        let client = try await gateway.connect()
        try await client.send(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
        #expect(try await client.message().status == 401)
        await client.waitUntilClosed()
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }
}
