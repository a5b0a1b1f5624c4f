import Balancer
import Farm
import Testing

/// Time limits, and what a box says no to: who is told what, and who is to blame.
@Suite(.timeLimit(.minutes(1)), .serialized) struct LimitScenarioTests {
    @Test(arguments: [true, false])
    func `boxes that all hang are a time-out`(stream: Bool) async throws {
        let pool = try await FarmedGateway.start(boxes: 2, retries: 1, router: "timeout: 0.3")
        for box in 0..<2 { try await pool.farm.inject(FarmFault(.zombie), box: box) }
        let answer = try await pool.chat(stream: stream)
        #expect(answer.status == 504)
        #expect(answer.errors.first?["code"] == .string("upstream_timeout"))
        #expect(answer.retries == 1)
        #expect(pool.gateway.pool.deployments.map(\.failures) == [1, 1])
        for box in 0..<2 { try await pool.farm.stats(box: box, when: { $0.cancelled == 1 }) }
        try await pool.stop()
    }

    @Test func `one connection more than allowed takes the place of the longest idle one`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, drover: "limits: {max_connections: 2}")
        let request = FarmedGateway.chat(more: ",\"max_tokens\":1")
        let first = try await pool.gateway.connect()
        let second = try await pool.gateway.connect()
        for client in [first, second] {
            try await client.send(request)
            #expect(try await client.message().status == 200)
        }
        let third = try await pool.gateway.connect()
        for client in [third, second] {
            try await client.send(request)
            #expect(try await client.message().status == 200)
        }
        await first.waitUntilClosed()
        for client in [first, second, third] { await client.close() }
        let metrics = try PrometheusReading(try await metrics(pool.gateway))
        #expect(metrics.sum("gateway_limit_events_total") == 1)
        try await pool.stop()
    }

    @Test func `where no connection is idle a new one is told to come back, and operators are answered`() async throws {
        let upstream = try await PlayedUpstream.start()
        let gateway = try await RunningGateway.inFrontOf(
            [upstream.port], more: "drover: {limits: {max_connections: 2}}\n", threads: 2)
        var busy: [RawConnection] = []
        var calls: [RawConnection] = []
        for _ in 0..<2 {
            let client = try await gateway.connect()
            try await client.send(RunningGateway.chat())
            calls.append(try await upstream.nextCall().connection)
            busy.append(client)
        }
        let late = try await gateway.connect()
        try await late.send(RunningGateway.chat())
        let refused = try await late.message()
        #expect(refused.status == 503 && refused["retry-after"] == "1" && refused.body.contains("\"overloaded\""))
        await late.waitUntilClosed()
        let operators = try await gateway.connect()
        try await operators.send(RunningGateway.get("/health/liveliness"))
        let answer = try await operators.message()
        #expect(answer.status == 200 && answer["connection"] == "close")
        for client in busy + [late, operators] { await client.close() }
        for call in calls { await call.close() }
        try await gateway.stop()
        await upstream.stop()
    }

    @Test func `ten times as many idle connections as allowed shut nobody out`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, drover: "limits: {max_connections: 20}")
        var idle: [RawConnection] = []
        for _ in 0..<200 { idle.append(try await pool.gateway.connect()) }
        #expect(try await pool.chat().status == 200)
        #expect(try await pool.get("/health/readiness").status == 200)
        for client in idle { await client.close() }
        try await pool.stop()
    }

    @Test func `a body for which there is no room is told to come back, in either lane, and small ones are served`()
        async throws
    {
        let pool = try await FarmedGateway.start(boxes: 1, drover: "limits: {memory: 1MiB}")
        let large = String(repeating: "word ", count: 600_000)
        for headers in ["", "Connection: keep-alive, x\r\n"] {
            let client = try await pool.gateway.connect()
            try await client.send(RunningGateway.chat(text: large, headers: headers))
            let answer = try await client.message()
            #expect(answer.status == 503 && answer["retry-after"] == "1" && answer.body.contains("\"overloaded\""))
            await client.close()
            #expect(try await pool.chat().status == 200)
        }
        let metrics = try PrometheusReading(try await metrics(pool.gateway))
        #expect(metrics.sum("gateway_limit_events_total") == 2 && metrics.sum("gateway_held_bytes") == 0)
        try await pool.stop()
    }

    @Test func `a whole answer for which there is no room ends with 503, and no box is blamed`() async throws {
        let upstream = try await PlayedUpstream.start()
        let gateway = try await RunningGateway.inFrontOf([upstream.port], more: "drover: {limits: {memory: 1MiB}}\n")
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat())
        let box = try await upstream.nextCall().connection
        try await box.send("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n{\"message\":{\"content\":\"")
        // The gateway ends the call before it has all of it.
        try? await box.send(String(repeating: "x", count: 8_000_000))
        let answer = try await client.message()
        #expect(answer.status == 503 && answer.body.contains("drover.limits.memory"))
        #expect(gateway.pool.deployments.allSatisfy { $0.failures == 0 && $0.inFlight == 0 })
        await client.close()
        await box.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test(arguments: ["header", "body"])
    func `a limit that the caller sets is no fault of the box`(place: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1, retries: 0)
        try await pool.farm.inject(FarmFault(.zombie), box: 0)
        let answer = try await pool.chat(
            more: place == "body" ? ",\"timeout\":0.2" : "",
            headers: place == "header" ? "x-litellm-timeout: 0.2\r\n" : "")
        #expect(answer.status == 504)
        #expect(pool.deployment(0).failures == 0)
        #expect(pool.deployment(0).state == "ready")
        try await pool.stop()
    }

    @Test(arguments: ["nan", "inf", "-inf", "-1", "0", "1e300", "1e12", "soon", ""])
    func `a limit that is none does no harm`(limit: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        // Through both lanes: the second connection has asked for something else before.
        let cold = try await pool.gateway.connect()
        try await cold.send(RunningGateway.get("/v1/models"))
        _ = try await cold.message()
        let hot = try await pool.gateway.connect()
        for client in [hot, cold] {
            for name in ["x-litellm-timeout", "x-litellm-stream-timeout", "x-litellm-num-retries"] {
                for stream in [true, false] {
                    try await client.send(FarmedGateway.chat(stream: stream, headers: "\(name): \(limit)\r\n"))
                    #expect(try await client.message().status == 200, "\(name): \(limit)")
                }
            }
            await client.close()
        }
        try await pool.stop()
    }

    @Test(arguments: ["-1", "0", "1e300", "1e12", "\"soon\"", "true"])
    func `a limit in the body is a number of seconds or an error`(limit: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        for field in ["timeout", "num_retries"] {
            let answer = try await pool.chat(more: ",\"\(field)\":\(limit)")
            #expect([200, 400].contains(answer.status), "\(field): \(limit): \(answer.message)")
            if answer.status == 400 { #expect(answer.errors.first?["param"] == .string(field)) }
        }
        try await pool.stop()
    }

    @Test func `boxes that are all busy are no time to give up for good`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, retries: 1)
        for box in 0..<2 { try await pool.farm.inject(FarmFault(.status(503)), box: box) }
        let answer = try await pool.chat()
        #expect(answer.status == 503)
        #expect((answer.message["retry-after"].flatMap { Int($0) } ?? 0) >= 1)
        #expect(pool.gateway.pool.deployments.allSatisfy { $0.breaker == "closed" })
        for box in 0..<2 { try await pool.farm.inject(FarmFault(.none), box: box) }
        await eventually("one is ready again") { pool.gateway.pool.deployments.contains { $0.state == "ready" } }
        #expect(try await pool.chat().status == 200)
        try await pool.stop()
    }

    @Test(arguments: [true, false])
    func `what two boxes refuse is the client's to know, and not tried again`(stream: Bool) async throws {
        let pool = try await FarmedGateway.start(boxes: 3)
        let answer = try await pool.chat(stream: stream, more: ",\"reasoning_effort\":\"high\"")
        #expect(answer.status == 400)
        #expect(answer.errors.first?["message"].text?.contains("does not support thinking") == true)
        // The other one might have had another build of the tag.
        #expect(answer.retries == 1)
        #expect(pool.gateway.pool.deployments.allSatisfy { $0.failures == 0 })
        #expect(pool.gateway.pool.deployments.map(\.requests).reduce(0, +) == 2)
        try await pool.stop()
    }

    @Test(arguments: [true, false])
    func `figures that no box can have do no harm`(stream: Bool) async throws {
        let upstream = try await PlayedUpstream.start()
        let gateway = try await RunningGateway.inFrontOf([upstream.port], strategy: "latency-based", retries: 0)
        let client = try await gateway.connect()
        for figure in ["9223372036854775807", "-9223372036854775808", "1e308", "99999999999999999999999", "0.5"] {
            try await client.send(RunningGateway.chat(stream: stream))
            let call = try await upstream.nextCall()
            let last =
                "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"},\"done\":true,"
                + "\"total_duration\":\(figure),\"load_duration\":\(figure),\"prompt_eval_count\":\(figure),"
                + "\"prompt_eval_duration\":\(figure),\"eval_count\":\(figure),\"eval_duration\":\(figure)}\n"
            try await call.connection.send(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(last.utf8.count)\r\n\r\n\(last)")
            let answer = try ChatAnswer(try await client.message())
            #expect(answer.text == "a", "\(figure): \(answer.message)")
            await call.connection.close()
        }
        #expect(try PrometheusReading(try await metrics(gateway)).sum("gateway_requests_total") == 5)
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    @Test(arguments: ["99999999999999999999", "9223372036854775807", "-5", "soon"])
    func `a box that is busy for longer than clocks can hold does no harm`(seconds: String) async throws {
        let upstream = try await PlayedUpstream.start()
        let gateway = try await RunningGateway.inFrontOf([upstream.port], retries: 0)
        let client = try await gateway.connect()
        try await client.send(RunningGateway.chat())
        let call = try await upstream.nextCall()
        let body = "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}"
        try await call.connection.send(
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: \(seconds)\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Connection: close\r\n\r\n\(body)")
        let answer = try await client.message()
        #expect(answer.status == 503)
        #expect((answer["retry-after"].flatMap { Int($0) } ?? 0) >= 1)
        try await client.send(RunningGateway.get("/pool"))
        #expect(try await client.message().status == 200)
        await call.connection.close()
        await client.close()
        try await gateway.stop()
        await upstream.stop()
    }

    private func metrics(_ gateway: RunningGateway) async throws -> String {
        let client = try await gateway.connect()
        try await client.send(RunningGateway.get("/metrics"))
        let answer = try await client.message()
        await client.close()
        return answer.body
    }
}
