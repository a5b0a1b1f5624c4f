import Balancer
import Config
import Locking
import Testing

@testable import CLI

/// Another configuration while requests run.
@Suite(.timeLimit(.minutes(2)), .serialized) struct ReloadScenarioTests {
    private static let drover = "drover: {probe: {interval: 200ms, timeout: 1s, fall: 2, rise: 1}}\n"

    private func lines(_ node: JSONNode) -> [String] { node.elements.compactMap(\.text) }

    @Test(arguments: ["least-busy", "simple-shuffle", "soonest"])
    func `boxes come and go under load, and no stream sees it`(strategy: String) async throws {
        let pool = try await ReloadedGateway.start(boxes: 4, decode: 400, tokens: 60...120) { ports in
            ReloadedGateway.pool(ports.prefix(3), strategy: strategy, more: Self.drover)
        }
        let load = Load()
        let served = try await withThrowingTaskGroup(of: [String].self) { tasks in
            for number in 0..<16 {
                tasks.addTask {
                    var instances: [String] = []
                    while load.goesOn {
                        let answer = try await pool.chat(stream: number % 2 == 0)
                        #expect(answer.status == 200 && answer.errors.isEmpty, "\(answer.message)")
                        #expect(number % 2 == 1 || answer.isDone)
                        instances.append(answer.instance ?? "")
                    }
                    return instances
                }
            }
            for kept in [[0, 2, 3], [1, 3], [0, 1, 2]] {
                pool.write(ReloadedGateway.pool(kept.map { pool.ports[$0] }, strategy: strategy, more: Self.drover))
                let (status, answer) = try await pool.reload()
                #expect(status == 200, "\(answer)")
                // Whatever runs on the box that has gone ends there, and nothing new begins.
                await eventually("only those that are configured are shown") {
                    pool.gateway.pool.instances.map(\.instance).sorted()
                        == kept.map { "127.0.0.1:\(pool.ports[$0])" }.sorted()
                }
            }
            load.end()
            return try await tasks.reduce(into: [String]()) { $0 += $1 }
        }
        // That strategy keeps to boxes which have the model in memory.
        #expect(
            strategy == "soonest" || Set(served) == Set(pool.ports.map { "127.0.0.1:\($0)" }), "every box had its turn")
        let end = pool.gateway.pool
        #expect(end.inFlight == 0 && end.deployments.allSatisfy { $0.inFlight == 0 && $0.failures == 0 })
        try await pool.stop()
    }

    @Test func `a stream on a box that has gone goes on to its end`() async throws {
        let pool = try await ReloadedGateway.start(boxes: 2, decode: 200, tokens: 200...200) { ports in
            ReloadedGateway.pool(ports.prefix(1), more: Self.drover)
        }
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: true))
        _ = try await client.text(through: "box 0: ")
        pool.write(ReloadedGateway.pool(pool.ports.suffix(1), more: Self.drover))
        let (status, answer) = try await pool.reload()
        #expect(status == 200)
        #expect(lines(answer["added"]).contains("instance 127.0.0.1:\(pool.ports[1])"))
        #expect(lines(answer["removed"]).contains("instance 127.0.0.1:\(pool.ports[0])"))
        let gone = pool.gateway.pool.instances.first { $0.instance == "127.0.0.1:\(pool.ports[0])" }
        #expect(gone?.state == "draining" && gone?.inFlight == 1)
        #expect(try await pool.chat().instance == "127.0.0.1:\(pool.ports[1])")
        let rest = try await client.text(through: "\r\n0\r\n\r\n")
        #expect(rest.contains("[DONE]") && !rest.contains("error"))
        await client.close()
        #expect(pool.gateway.pool.instances.count == 1)
        try await pool.stop()
    }

    @Test func `a model that is renamed is shown until its requests have ended, so that the rows add up`() async throws
    {
        let pool = try await ReloadedGateway.start(boxes: 1, decode: 200, tokens: 200...200) {
            ReloadedGateway.pool($0, more: Self.drover)
        }
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: true))
        _ = try await client.text(through: "box 0: ")
        pool.write(
            ReloadedGateway.pool(pool.ports, more: Self.drover)
                .replacing("model_name: llama3", with: "model_name: other"))
        #expect(try await pool.reload().status == 200)
        func names(_ rows: String) async throws -> [String] {
            try JSONNode(await pool.call(RunningGateway.get("/pool")).body)[rows].elements
                .compactMap { $0["model_name"].text }.sorted()
        }
        #expect(pool.gateway.pool.inFlight == 1)
        #expect(try await names("deployments") == ["llama3", "other"])
        #expect(try await names("models") == ["other"])
        #expect(try await client.text(through: "\r\n0\r\n\r\n").contains("[DONE]"))
        await client.close()
        await eventually("its last request has ended") { pool.gateway.pool.inFlight == 0 }
        #expect(try await names("deployments") == ["other"])
        try await pool.stop()
    }

    @Test func `a faulty file changes nothing, and the answer says each fault`() async throws {
        let pool = try await ReloadedGateway.start(boxes: 1, key: "sk-master") { ReloadedGateway.pool($0) }
        let key = "Authorization: Bearer sk-master\r\n"
        pool.write("model_list:\n  - {litellm_params: {model: \"ollama/a\"}}\nrouter_settings: {num_retries: many}\n")
        let (status, answer) = try await pool.reload(headers: key)
        let message = try #require(answer["error"]["message"].text)
        #expect(status == 400 && answer["error"]["type"].text == "invalid_request_error")
        #expect(message.contains("nothing was changed") && message.contains("test.yaml:2:5: model_list[0]"))
        #expect(message.contains("router_settings.num_retries"))
        #expect(try await pool.chat(headers: key).status == 200)
        #expect(try await pool.reload().status == 401)
        try await pool.stop()
    }

    @Test func `what changes is said by name, and what cannot change needs a restart`() async throws {
        let pool = try await ReloadedGateway.start(boxes: 1) { ReloadedGateway.pool($0) }
        pool.write(
            ReloadedGateway.pool(
                pool.ports, strategy: "simple-shuffle",
                more: "drover: {store: off, decisions: 7, queue: {max_waiting: 9}}\n"
                    + "litellm_settings: {drop_params: true}\n"))
        let (_, answer) = try await pool.reload()
        #expect(lines(answer["needs_restart"]) == ["drover.store", "drover.decisions"])
        let changed = lines(answer["changed"])
        #expect(changed.contains("routing_strategy: least-busy to simple-shuffle"), "\(changed)")
        #expect(changed.contains("model llama3") && changed.contains("queue.max_waiting: 512 to 9"))
        #expect(lines(answer["added"]).isEmpty && lines(answer["removed"]).isEmpty)
        #expect(answer["message"].text?.contains("needs a restart: drover.store, drover.decisions") == true)
        let again = try await pool.reload().answer
        #expect(lines(again["changed"]).isEmpty && lines(again["needs_restart"]).count == 2)
        #expect(pool.gateway.pool.models[0].strategy == "simple-shuffle")
        try await pool.stop()
    }

    @Test func `names, aliases and fallbacks act for new requests`() async throws {
        let pool = try await ReloadedGateway.start(boxes: 1) { ReloadedGateway.pool($0) }
        #expect(try await pool.chat(model: "short").status == 404)
        pool.write(
            ReloadedGateway.pool(pool.ports)
                .replacing("num_retries: 2", with: "num_retries: 2, model_group_alias: {short: llama3}"))
        #expect(try await pool.reload().status == 200)
        #expect(try await pool.chat(model: "short").status == 200)
        pool.write(ReloadedGateway.pool(pool.ports).replacing("model_name: llama3", with: "model_name: other"))
        #expect(try await pool.reload().status == 200)
        #expect(try await pool.chat(model: "llama3").status == 404)
        #expect(try await pool.chat(model: "other").status == 200)
        let list = try await pool.call(RunningGateway.get("/v1/models"))
        #expect(!list.body.contains("\"llama3\"") && list.body.contains("\"other\""))
        let metrics = try await pool.call(RunningGateway.get("/metrics")).body
        #expect(metrics.contains("gateway_requests_total{model=\"other\""))
        try await pool.stop()
    }

    @Test func `tags go on being models, and do so on a box that is new`() async throws {
        func yaml(_ ports: some Sequence<Int>) -> String {
            "drover: {expose_tags: true, probe: {interval: 200ms, timeout: 1s, fall: 2, rise: 1}, instances: {"
                + ports.map { "box-\($0): \"http://127.0.0.1:\($0)\"" }.joined(separator: ", ") + "}}\n"
        }
        let pool = try await ReloadedGateway.start(boxes: 2) { yaml($0.prefix(1)) }
        await eventually("the first box's tags are models") {
            pool.gateway.pool.models.contains { $0.modelName == "llama3.1:8b" && $0.ready == 1 }
        }
        let before = pool.gateway.pool.deployments.count
        pool.write(yaml(pool.ports))
        #expect(try await pool.reload().status == 200)
        // They were there at once, before any probe.
        #expect(pool.gateway.pool.deployments.count >= before)
        #expect(try await pool.chat(model: "llama3.1:8b").status == 200)
        await eventually("the second box's tags are models") {
            pool.gateway.pool.models.contains { $0.modelName == "llama3.1:8b" && $0.ready == 2 }
        }
        pool.write(yaml(pool.ports.suffix(1)))
        #expect(try await pool.reload().status == 200)
        #expect(try await pool.chat(model: "llama3.1:8b").instance == "box-\(pool.ports[1])")
        try await pool.stop()
    }

    @Test func `many at once are each answered, and the last text is in force`() async throws {
        let pool = try await ReloadedGateway.start(boxes: 2) { ReloadedGateway.pool($0.prefix(1)) }
        pool.write(ReloadedGateway.pool(pool.ports))
        let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<20 { tasks.addTask { try await pool.reload().status } }
            return try await tasks.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 20))
        #expect(pool.gateway.pool.instances.count == 2)
        try await pool.stop()
    }

    @Test func `a configuration that stands in no file says so`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        let answer = try await pool.post("/config/reload")
        #expect(answer.status == 400 && answer.body.contains("not read from a file"))
        try await pool.stop()
    }
}

/// Goes on until it is told to end.
private final class Load: Sendable {
    private let isOver = Locked(false)
    var goesOn: Bool { !isOver.withLock { $0 } }
    func end() { isOver.withLock { $0 = true } }
}
