import Balancer
import Farm
import Testing

/// Boxes that die, come back, are taken out or run full, as clients and operators see it.
@Suite(.timeLimit(.minutes(2)), .serialized) struct RecoveryScenarioTests {
    /// Probes that find out soon.
    private static let quickProbes = "{interval: 100ms, timeout: 1s, fall: 2, rise: 2}"

    @Test func `a box dies mid-stream`() async throws {
        let pool = try await FarmedGateway.start(decode: 200, tokens: 400...400, weights: [1, 0, 0])
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: true))
        _ = try await client.text(through: "box 0: ")
        try await pool.farm.inject(FarmFault(.refuse), box: 0)
        let rest = try await client.text(through: "\r\n0\r\n\r\n")
        #expect(rest.occurrences(of: "data: {\"error\":") == 1, "\(rest)")
        #expect(!rest.contains("[DONE]"))
        // The connection has not suffered, and whoever comes now sees nothing of it.
        try await client.send(FarmedGateway.chat(more: ",\"max_tokens\":3"))
        let next = try ChatAnswer(try await client.message())
        #expect(next.status == 200)
        #expect(next.instance != pool.names[0])
        for stream in [true, false] {
            let answer = try await pool.chat(stream: stream, more: ",\"max_tokens\":3")
            #expect(answer.status == 200)
            #expect(answer.retries == 0)
        }
        await client.close()
        try await pool.stop()
    }

    @Test(arguments: [false, true])
    func `a box goes silent, and what waits there moves on when the prober takes it out`(stream: Bool) async throws {
        let pool = try await FarmedGateway.start(
            weights: [1, 0, 0], router: "timeout: 60", probe: "{interval: 100ms, timeout: 300ms, fall: 2, rise: 2}")
        try await pool.farm.inject(FarmFault(.hang), box: 0)
        let answer = try await pool.chat(stream: stream)
        #expect(answer.status == 200 && answer.errors.isEmpty)
        #expect(answer.instance != pool.names[0] && answer.retries == 1)
        #expect(pool.instance(0).state == "down")
        // It was down already: the requests that waited there do not count against it again.
        #expect(pool.deployment(0).failures == 0)
        try await pool.farm.inject(FarmFault(.none), box: 0)
        try await pool.stop()
    }

    @Test(arguments: [false, true])
    func `a server of no known kind goes silent, and what waits there moves on as well`(stream: Bool) async throws {
        let silent = try await ScriptedCloud.start(tls: false) { _ in .hang }
        // It wants a key, has no list of models, and works.
        let sound = try await ScriptedCloud.start(tls: false) { request in
            request.hasPrefix("GET ")
                ? .json("{}", status: 401)
                : stream
                    ? .events("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n")
                    : .json("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}")
        }
        func member(_ port: Int, _ order: Int) -> String {
            "  - {model_name: llama3, litellm_params: {model: openai/x, api_key: k, order: \(order), "
                + "api_base: \"http://127.0.0.1:\(port)/v1\"}}\n"
        }
        let gateway = try await RunningGateway.start(
            "model_list:\n" + member(silent.port, 1) + member(sound.port, 2) + "router_settings: {timeout: 60}\n"
                + "drover: {probe: {interval: 100ms, timeout: 300ms, fall: 2, rise: 2}}")
        let client = try await gateway.connect()
        try await client.send(FarmedGateway.chat(stream: stream))
        let answer = try ChatAnswer(try await client.message())
        #expect(answer.status == 200 && answer.errors.isEmpty && answer.retries == 1)
        let instances = gateway.pool.instances
        #expect(instances.map(\.state) == ["down", "ready"])
        #expect(instances.allSatisfy { $0.lastProbe != nil })
        #expect(sound.counts.requests.contains { $0.hasPrefix("GET /v1/models ") })
        await client.close()
        try await gateway.stop()
        await silent.stop()
        await sound.stop()
    }

    @Test func `a stream that stands still hears that it lives, and its answer comes all the same`() async throws {
        let pool = try await FarmedGateway.start(
            boxes: 1, more: "litellm_settings: {sse_keepalive_ping_interval_seconds: 0.2}")
        try await pool.farm.inject(FarmFault(.slowFirstToken(.seconds(1))), box: 0)
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: true))
        let head = try await client.text(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("text/event-stream"))
        let body = try await client.text(through: "\r\n0\r\n\r\n")
        #expect(body.occurrences(of: ": ping\n\n") >= 2, "\(body)")
        #expect(body.contains("box 0: ") || body.contains("\"content\":"))
        #expect(body.contains("data: [DONE]\n\n") && !body.contains("HTTP/1.1"))
        await client.close()
        try await pool.stop()
    }

    @Test func `a killed box is out at once and comes back by itself`() async throws {
        let pool = try await FarmedGateway.start(weights: [1, 0, 0], probe: Self.quickProbes)
        #expect(try await pool.chat().instance == pool.names[0])
        try await pool.farm.inject(FarmFault(.refuse), box: 0)
        let answer = try await pool.chat()
        #expect(answer.status == 200)
        #expect(["cooling_down", "down"].contains(pool.instance(0).state))
        for _ in 0..<3 { #expect(try await pool.chat().retries == 0) }
        await eventually("the box is down") { pool.instance(0).state == "down" }
        #expect(pool.instance(0).reason?.isEmpty == false)
        #expect(pool.instance(0).lastProbe?.ok == false)
        #expect(pool.deployment(0).state == "down")

        try await pool.farm.inject(FarmFault(.none), box: 0)
        await eventually("the box is ready") { pool.deployment(0).state == "ready" }
        #expect(pool.instance(0).reason == nil)
        let again = try await pool.chat()
        #expect(again.instance == pool.names[0])
        #expect(again.retries == 0)
        try await pool.stop()
    }

    @Test func `a breaker opens, lets one trial through, and closes`() async throws {
        let pool = try await FarmedGateway.start(
            boxes: 2, weights: [1, 0], probe: "{interval: 50ms, timeout: 1s, fall: 3, rise: 1}",
            drover: "breaker: {trip_after: 3, open: 500ms, max_open: 2s}")
        try await pool.farm.inject(FarmFault(.status(500)), box: 0)
        for _ in 0..<3 {
            let answer = try await pool.chat()
            #expect(answer.instance == pool.names[1])
            #expect(answer.retries == 1)
        }
        #expect(pool.deployment(0).breaker == "open")
        #expect(pool.deployment(0).state == "cooling_down")
        #expect(pool.deployment(0).reason?.contains("500") == true)
        #expect(try await pool.chat().retries == 0)
        #expect(await pool.farm.stats(box: 0).requests == 3)

        // A trial that fails costs no client anything and opens it again.
        while await pool.farm.stats(box: 0).requests == 3 { #expect(try await pool.chat().status == 200) }
        #expect(pool.deployment(0).breaker == "open")
        #expect(pool.deployment(0).failures == 4)

        try await pool.farm.inject(FarmFault(.slowFirstToken(.milliseconds(500))), box: 0)
        async let trial = pool.firstAnswer(from: 0)
        await eventually("a trial is out") { pool.deployment(0).breaker == "half_open" }
        let body = try await pool.get("/pool").body
        #expect(try JSONNode(body)["deployments"][0]["breaker"] == .string("half_open"))
        #expect(try await trial.status == 200)
        #expect(pool.deployment(0).breaker == "closed")
        #expect(pool.deployment(0).state == "ready")
        try await pool.stop()
    }

    @Test func `a drained box ends what it has and gets nothing more until it is put back`() async throws {
        let pool = try await FarmedGateway.start(decode: 200, tokens: 100...100, weights: [1, 0, 0])
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: true))
        try await pool.farm.stats(box: 0, when: { $0.running == 1 })
        let drained = try await pool.post("/pool/\(pool.names[0])/drain")
        #expect(drained.status == 200)
        let row = try JSONNode(drained.body)
        #expect(row["instance"] == .string(pool.names[0]))
        #expect(row["draining"] == .bool(true))
        #expect(row["state"] == .string("draining"))
        #expect(row["in_flight"] == .number(1))

        let other = try await pool.chat(more: ",\"max_tokens\":3")
        #expect(other.status == 200)
        #expect(other.instance != pool.names[0])
        let stream = try ChatAnswer(try await client.message())
        #expect(stream.instance == pool.names[0])
        #expect(stream.isDone)
        #expect(stream.errors.isEmpty)

        let back = try await pool.post("/pool/\(pool.names[0])/undrain")
        #expect(try JSONNode(back.body)["state"] == .string("ready"))
        #expect(try await pool.chat(more: ",\"max_tokens\":3").instance == pool.names[0])
        await client.close()
        try await pool.stop()
    }

    @Test(arguments: ["drain", "undrain"])
    func `an instance that nobody knows cannot be drained`(verb: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        let answer = try await pool.post("/pool/gpu-9/\(verb)")
        #expect(answer.status == 404)
        let message = try JSONNode(answer.body)["error"]["message"].text ?? ""
        #expect(message.contains("`gpu-9`"))
        #expect(message.contains(pool.names[0]))
        try await pool.stop()
    }

    @Test func `a missing tag is told with who has it`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, probe: Self.quickProbes)
        try await pool.farm.inject(FarmFault(.missingTag), box: 0)
        await eventually("the tag is missed") { pool.deployment(0).state == "lacks_tag" }
        for _ in 0..<4 { #expect(try await pool.chat().instance == pool.names[1]) }
        #expect(await pool.farm.stats(box: 0).requests == 0)
        try await pool.farm.inject(FarmFault(.refuse), box: 1)
        await eventually("the other box is down") { pool.deployment(1).state == "down" }
        let answer = try await pool.chat()
        #expect(answer.status == 503)
        let message = answer.errors.first?["message"].text ?? ""
        #expect(message.contains("`llama3.1:8b`"))
        #expect(message.contains("pull it on \(pool.names[0])"))
        #expect(message.contains("\(pool.names[1]) has it but is down"))

        try await pool.farm.inject(FarmFault(.none), box: 0)
        await eventually("the tag is found") { pool.deployment(0).state == "ready" }
        #expect(try await pool.chat().instance == pool.names[0])
        try await pool.stop()
    }

    @Test func `a tag pulled nowhere is told with where to pull it`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, probe: Self.quickProbes)
        for box in 0..<2 { try await pool.farm.inject(FarmFault(.missingTag), box: box) }
        await eventually("nobody has it") { pool.gateway.pool.deployments.allSatisfy { $0.state == "lacks_tag" } }
        let answer = try await pool.chat()
        #expect(answer.status == 503)
        let message = answer.errors.first?["message"].text ?? ""
        #expect(message.contains("no instance has `llama3.1:8b`"))
        #expect(pool.names.allSatisfy { message.contains($0) })
        try await pool.stop()
    }

    @Test func `a model that is not the same on every box is a warning`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, probe: Self.quickProbes)
        #expect(pool.gateway.pool.warnings.isEmpty)
        try await pool.farm.inject(FarmFault(.wrongDigest), box: 1)
        await eventually("there is a warning") { !pool.gateway.pool.warnings.isEmpty }
        let body = try JSONNode(try await pool.get("/pool").body)
        let warning = body["warnings"][0].text ?? ""
        #expect(warning.contains("`llama3.1:8b`"))
        #expect(pool.names.allSatisfy { warning.contains($0) })
        #expect(body["deployments"][0]["digest"] != body["deployments"][1]["digest"])
        #expect(try await pool.chat().status == 200)
        try await pool.farm.inject(FarmFault(.none), box: 1)
        await eventually("the warning is gone") { pool.gateway.pool.warnings.isEmpty }
        try await pool.stop()
    }

    @Test func `a full pool queues, and a full queue says so`() async throws {
        let pool = try await FarmedGateway.start(
            boxes: 1, deployment: "max_parallel_requests: 1", drover: "queue: {max_waiting: 1, max_wait: 30s}")
        try await pool.farm.inject(FarmFault(.zombie, times: 1), box: 0)
        let first = try await pool.gateway.connect()
        try await first.send(FarmedGateway.chat())
        await eventually("one is in flight") { pool.gateway.inFlight == 1 }
        #expect(pool.deployment(0).state == "full")
        let second = try await pool.gateway.connect()
        try await second.send(FarmedGateway.chat(stream: true))
        await eventually("one waits") { pool.gateway.pool.waiting == 1 }
        let third = try await pool.chat()
        #expect(third.status == 429)
        #expect(third.errors.first?["code"] == .string("queue_full"))
        #expect(third.errors.first?["type"] == .string("rate_limit_error"))
        #expect((third.message["retry-after"].flatMap { Int($0) } ?? 0) >= 1)

        try await pool.farm.stats(box: 0, when: { $0.queued == 1 })
        await first.close()
        let served = try ChatAnswer(try await second.message())
        #expect(served.isDone)
        #expect(served.message["x-drover-queue-position"] == "1")
        #expect((served.message["x-drover-queue-ms"].flatMap { Double($0) } ?? 0) > 0)
        await second.close()
        try await pool.stop()
    }

    @Test func `with every box down a client is told when to come back`() async throws {
        let pool = try await FarmedGateway.start(probe: Self.quickProbes)
        for box in 0..<3 { try await pool.farm.inject(FarmFault(.refuse), box: box) }
        await eventually("all are down") { pool.gateway.pool.instances.allSatisfy { $0.state == "down" } }
        for stream in [true, false] {
            let answer = try await pool.chat(stream: stream)
            #expect(answer.status == 503)
            #expect(answer.errors.first?["code"] == .string("no_instance_available"))
            #expect((answer.message["retry-after"].flatMap { Int($0) } ?? 0) >= 1)
            let message = answer.errors.first?["message"].text ?? ""
            #expect(pool.names.allSatisfy { message.contains($0) }, "\(message)")
        }
        #expect(try await pool.get("/health/readiness").status == 503)
        #expect(try await pool.get("/health/liveliness").status == 200)
        let health = try JSONNode(try await pool.get("/health").body)
        #expect(health["unhealthy_count"] == .number(3))
        #expect(health["healthy_count"] == .number(0))

        try await pool.farm.inject(FarmFault(.none), box: 2)
        await eventually("one is back") { pool.deployment(2).state == "ready" }
        #expect(try await pool.chat().instance == pool.names[2])
        #expect(try await pool.get("/health/readiness").status == 200)
        try await pool.stop()
    }

    @Test func `boxes that die before any probe sees it are found out by the request`() async throws {
        let pool = try await FarmedGateway.start(probe: "{interval: 600s, timeout: 1s, fall: 100, rise: 1}")
        for box in 0..<3 { try await pool.farm.inject(FarmFault(.refuse), box: box) }
        let first = try await pool.chat()
        #expect(first.status == 502)
        #expect(first.errors.first?["code"] == .string("upstream_failed"))
        #expect(first.retries == 2)
        #expect(pool.gateway.pool.deployments.map(\.failures) == [1, 1, 1])
        let second = try await pool.chat()
        #expect(second.status == 503)
        #expect(second.message["retry-after"] != nil)
        #expect(pool.gateway.pool.deployments.map(\.failures) == [1, 1, 1])
        try await pool.stop()
    }

    @Test(arguments: [true, false])
    func `a client that leaves frees the box`(stream: Bool) async throws {
        let pool = try await FarmedGateway.start(decode: 50, tokens: 1000...1000, weights: [1, 0, 0])
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: stream))
        if stream { _ = try await client.text(through: "box 0: ") }
        try await pool.farm.stats(box: 0, when: { $0.running == 1 })
        await client.close()
        let stats = try await pool.farm.stats(box: 0, within: .seconds(1)) { $0.cancelled == 1 }
        #expect(stats.running == 0)
        await eventually("nothing is in flight") { pool.gateway.inFlight == 0 }
        #expect(pool.deployment(0).failures == 0)
        // Not the box's fault: it is as good as before.
        #expect(try await pool.chat(more: ",\"max_tokens\":1").instance == pool.names[0])
        try await pool.stop()
    }
}

extension FarmedGateway {
    /// Sends requests until that box answers one.
    fileprivate func firstAnswer(from box: Int) async throws -> ChatAnswer {
        while true {
            let answer = try await chat()
            if answer.instance == names[box] || answer.status != 200 { return answer }
        }
    }
}
