import Balancer
import BoxModel
import Farm
import Foundation
import Ledger
import NIOPosix
import PostgreSQL
import Testing

/// The server of scripts/with-postgresql, without a database.
private let postgresql = getenv("DROVER_TEST_POSTGRESQL").map { String(cString: $0) }

/// Three gateways, each a process of its own, over one PostgreSQL and one pool of boxes.
@Suite(
    .timeLimit(.minutes(4)), .serialized,
    .enabled(
        if: postgresql != nil && Program.isThere,
        "run by scripts/with-postgresql, with the program built"))
struct SharedScenarioTests {
    private static let master = "sk-master-0001"
    private static let admin = "Authorization: Bearer \(master)\r\n"

    /// A gateway's process.
    private struct Gateway {
        let program: Program
        let port: Int

        func call(_ request: String) async throws -> RawConnection.Message {
            let client = try await RawConnection.connect(port)
            defer { Task { await client.close() } }
            try await client.send(request)
            return try await client.message()
        }

        func make(_ body: String) async throws -> String {
            let made = try await call(RunningGateway.post("/key/generate", body, admin))
            #expect(made.status == 200, "\(made.body)")
            return try #require(try JSONNode(made.body)["key"].text)
        }

        func chat(_ key: String, tokens: Int = 100) async throws -> ChatAnswer {
            try ChatAnswer(
                try await call(
                    FarmedGateway.chat(
                        more: #","max_tokens":\#(tokens)"#, headers: "Authorization: Bearer \(key)\r\n")
                ))
        }

        func snapshot() async throws -> JSONNode {
            try JSONNode(try await call(RunningGateway.get("/pool", admin)).body)
        }

        /// What it has in flight itself, and the others.
        func inFlight() async throws -> (own: Double, others: Double) {
            let pool = try await snapshot()
            return (pool["in_flight"].number ?? -1, pool["others_in_flight"].number ?? -1)
        }

        func status(_ key: String) async throws -> Int {
            try await call(RunningGateway.get("/v1/models", "Authorization: Bearer \(key)\r\n")).status
        }

        func spend(_ key: String) async throws -> Money {
            let info = try await call(RunningGateway.get("/key/info?key=\(key)", admin))
            return try #require(try JSONNode(info.body)["info"]["spend"].number.flatMap { Money("\($0)") })
        }
    }

    private struct Pool {
        let farm: BoxFarm
        var gateways: [Gateway]
        let database: String
        let file: TemporaryFile

        /// - Parameter decode: tokens per second of one stream.
        static func start(decode: Double) async throws -> Pool {
            let server = try #require(postgresql)
            let database = "shared_\(UInt64.random(in: .min ... .max))"
            try Session("\(server)/postgres").execute(script: "CREATE DATABASE \(database)")
            var configuration = FarmConfiguration.instant(boxes: 2)
            for index in configuration.boxes.indices {
                configuration.boxes[index].gpu.decodeTokensPerSecond = decode
                configuration.boxes[index].gpu.decodeSlowdown = 0
                configuration.boxes[index].answerTokens = 100...100
                configuration.boxes[index].gpu.slots = 400
            }
            let farm = BoxFarm(configuration, group: MultiThreadedEventLoopGroup.singleton)
            let list = try await farm.start().map { port in
                """
                  - {model_name: llama3, litellm_params: {model: "ollama/llama3.1:8b", api_base: "http://127.0.0.1:\(port)",
                     input_cost_per_token: 0.001, output_cost_per_token: 0.002}}

                """
            }
            let file = try TemporaryFile(
                """
                model_list:
                \(list.joined())router_settings: {routing_strategy: least-busy}
                drover: {store: "\(server)/\(database)"}

                """)
            var pool = Pool(farm: farm, gateways: [], database: database, file: file)
            for _ in 0..<3 { pool.gateways.append(try await pool.gateway()) }
            return pool
        }

        /// One more gateway.
        func gateway() async throws -> Gateway {
            let program = try Program(
                [
                    "serve", "--config", file.path, "--port", "0", "--host", "127.0.0.1", "--threads", "1",
                    "--log-level",
                    "error",
                ], environment: ["LITELLM_MASTER_KEY": master])
            return Gateway(program: program, port: try await program.listeningPort(host: "127.0.0.1"))
        }

        /// The server throws everybody out, and lets nobody in for a while.
        func loseServer(for duration: Duration) async throws {
            let session = try Session("\(postgresql ?? "")/postgres")
            try session.execute(script: "ALTER DATABASE \(database) ALLOW_CONNECTIONS false")
            _ = try session.rows(
                "SELECT pg_terminate_backend(pid)::TEXT FROM pg_stat_activity WHERE datname = $1", [.text(database)]
            ) { $0.text(0) }
            try await Task.sleep(for: duration)
            try session.execute(script: "ALTER DATABASE \(database) ALLOW_CONNECTIONS true")
        }

        func rows(_ sql: String) throws -> [Int64] {
            try Session("\(postgresql ?? "")/\(database)").rows(sql) { $0.integer(0) }
        }

        func stop() async throws {
            for gateway in gateways { gateway.program.terminate() }
            await farm.shutdown()
        }
    }

    /// A stream; while it waits it has words that are none of the answer.
    private static func stream(_ key: String) -> String {
        FarmedGateway.chat(stream: true, more: #","max_tokens":100"#, headers: "Authorization: Bearer \(key)\r\n")
    }

    /// Asks until it is so, for a second at most.
    private func withinASecond(_ what: String, _ condition: () async throws -> Bool) async throws {
        try await within(.seconds(1), what, condition)
    }

    private func within(_ time: Duration, _ what: String, _ condition: () async throws -> Bool) async throws {
        let limit = TimeSource.live.now() + time
        while try await !condition() {
            guard TimeSource.live.now() < limit else {
                Issue.record("not within \(time): \(what)")
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func `what one gateway is told of keys holds on the others within a second`() async throws {
        let pool = try await Pool.start(decode: .infinity)
        let (first, second, third) = (pool.gateways[0], pool.gateways[1], pool.gateways[2])
        let key = try await first.make(#"{"max_budget": 5}"#)
        for gateway in [second, third] {
            try await withinASecond("the key is known") { try await gateway.status(key) == 200 }
        }
        #expect(try await second.chat(key).status == 200)
        let spent = try await second.spend(key)
        try await withinASecond("the spend is shown") { try await third.spend(key) == spent }
        #expect(
            try await third.call(RunningGateway.post("/key/block", #"{"key": "\#(key)"}"#, Self.admin)).status == 200)
        #expect(try await third.status(key) == 401)
        try await withinASecond("the key is blocked") { try await first.status(key) == 401 }
        try await withinASecond("the key is blocked") { try await second.status(key) == 401 }
        try await pool.stop()
    }

    @Test func `200 streams on three gateways, one of which is killed, never spend more than the budget`() async throws
    {
        let pool = try await Pool.start(decode: 200)
        let first = pool.gateways[0]
        let trial = try await first.make("{}")
        #expect(try await first.chat(trial).status == 200)
        let budget = try await first.spend(trial) * 50
        let key = try await first.make(#"{"max_budget": \#(budget)}"#)
        for gateway in pool.gateways {
            try await withinASecond("the key is known") { try await gateway.status(key) == 200 }
        }
        let statuses = try await withThrowingTaskGroup(of: (Int, Int).self) { tasks in
            for number in 0..<200 {
                tasks.addTask {
                    let status = try? await pool.gateways[number % 3].call(Self.stream(key)).status
                    return (number % 3, status ?? 0)
                }
            }
            tasks.addTask {
                // In the midst of them.
                for box in 0..<2 { try await pool.farm.stats(box: box) { $0.requests >= 15 } }
                pool.gateways[2].program.send(SIGKILL)
                return (3, 0)
            }
            var statuses: [[Int]] = [[], [], [], []]
            for try await (gateway, status) in tasks { statuses[gateway].append(status) }
            return statuses
        }
        #expect((statuses[0] + statuses[1]).allSatisfy { $0 == 200 || $0 == 422 }, "\(statuses)")
        #expect(statuses[2].contains(0))
        try await withinASecond("everything is written") {
            try await first.spend(key) == pool.gateways[1].spend(key)
        }
        let spent = try await first.spend(key)
        // What the one that was killed had in hand: it may be spent, and is not given to others.
        let lost =
            try pool.rows(
                """
                SELECT CAST(sum(ceiling - written) AS BIGINT) FROM drover.shares JOIN drover.gateways
                ON gateway = gateways.id WHERE kind = 'key' AND ceiling > written AND at < (SELECT max(at) FROM drover.gateways) - 10000000
                """
            ).first ?? 0
        #expect(spent <= budget, "\(spent) of \(budget)")
        #expect((spent + Money(picodollars: lost)) * 100 >= budget * 95, "\(spent) and \(lost) of \(budget)")
        #expect(spent + Money(picodollars: lost) <= budget)
        try await pool.stop()
    }

    @Test func `a restart of PostgreSQL is nobody's error`() async throws {
        let pool = try await Pool.start(decode: .infinity)
        let key = try await pool.gateways[0].make(#"{"max_budget": 1000}"#)
        for gateway in pool.gateways {
            try await withinASecond("the key is known") { try await gateway.status(key) == 200 }
        }
        let statuses = try await withThrowingTaskGroup(of: [Int].self) { tasks in
            for gateway in pool.gateways {
                tasks.addTask {
                    var statuses: [Int] = []
                    for _ in 0..<60 {
                        statuses.append(try await gateway.chat(key, tokens: 5).status)
                        try await Task.sleep(for: .milliseconds(40))
                    }
                    return statuses
                }
            }
            tasks.addTask {
                try await Task.sleep(for: .milliseconds(300))
                try await pool.loseServer(for: .milliseconds(800))
                return []
            }
            var statuses: [Int] = []
            for try await some in tasks { statuses += some }
            return statuses
        }
        #expect(statuses.count == 180 && Set(statuses) == [200], "\(statuses)")
        try await pool.stop()
    }

    @Test
    func `what others have in flight is shown and counted, and one that is killed is forgotten within two seconds`()
        async throws
    {
        let pool = try await Pool.start(decode: 10)
        let (first, second, third) = (pool.gateways[0], pool.gateways[1], pool.gateways[2])
        let key = try await first.make("{}")
        for gateway in [second, third] {
            try await withinASecond("the key is known") { try await gateway.status(key) == 200 }
        }
        // All of the first one's requests go to one box.
        let box = try #require(try await first.snapshot()["instances"][1]["instance"].text)
        #expect(try await first.call(RunningGateway.post("/pool/\(box)/drain", "", Self.admin)).status == 200)
        let streams = Task {
            await withTaskGroup(of: Void.self) { tasks in
                for _ in 0..<6 { tasks.addTask { _ = try? await first.call(Self.stream(key)) } }
            }
        }
        for gateway in [second, third] {
            try await within(.seconds(2), "the others' requests are seen") { try await gateway.inFlight() == (0, 6) }
        }
        let own = try await first.inFlight()
        #expect(own.own == 6 && own.others == 0)
        let rows = try await second.snapshot()["instances"].elements.map { $0["others_in_flight"].number }
        #expect(rows == [6, 0])
        // Least busy, with the others' requests counted: four go to the other box.
        await withTaskGroup(of: Int?.self) { tasks in
            for _ in 0..<4 { tasks.addTask { try? await second.chat(key, tokens: 5).status } }
            for await status in tasks { #expect(status == 200) }
        }
        #expect(await pool.farm.stats(box: 0).requests == 6)
        #expect(await pool.farm.stats(box: 1).requests == 4)
        first.program.send(SIGKILL)
        let killedAt = TimeSource.live.now()
        for gateway in [second, third] {
            try await within(.seconds(3), "it is forgotten") { try await gateway.inFlight() == (0, 0) }
        }
        // A moment for the question itself.
        #expect(TimeSource.live.now() - killedAt < .milliseconds(2_300))
        streams.cancel()
        await streams.value
        try await pool.stop()
    }

    @Test func `one killed, one begun and PostgreSQL away: clients of the others see no error, and spend is exact`()
        async throws
    {
        var pool = try await Pool.start(decode: 1_000)
        let (first, second, third) = (pool.gateways[0], pool.gateways[1], pool.gateways[2])
        let (key, other) = (try await first.make(#"{"max_budget": 1000}"#), try await first.make("{}"))
        for gateway in [second, third] {
            for key in [key, other] {
                try await withinASecond("the key is known") { try await gateway.status(key) == 200 }
            }
        }
        func answers(_ gateway: Gateway, _ count: Int) async throws -> [Int] {
            var statuses: [Int] = []
            for _ in 0..<count {
                statuses.append(try await gateway.chat(key, tokens: 10).status)
                try await Task.sleep(for: .milliseconds(20))
            }
            return statuses
        }
        let price = try await first.chat(other, tokens: 10).status
        #expect(price == 200)
        var one = Money.zero
        try await within(.seconds(2), "its price is known") {
            one = try await first.spend(other)
            return one > .zero
        }
        let running = pool
        let statuses = try await withThrowingTaskGroup(of: [Int].self) { tasks in
            for gateway in [first, second] { tasks.addTask { try await answers(gateway, 150) } }
            tasks.addTask {
                for _ in 0..<20 { _ = try? await third.chat(other, tokens: 10) }
                third.program.send(SIGKILL)
                return []
            }
            tasks.addTask {
                try await Task.sleep(for: .milliseconds(1_500))
                try await running.loseServer(for: .milliseconds(800))
                return []
            }
            var all: [Int] = []
            for try await some in tasks { all += some }
            return all
        }
        #expect(statuses.count == 300 && Set(statuses) == [200], "\(Set(statuses))")
        let fourth = try await pool.gateway()
        pool.gateways.append(fourth)
        #expect(Set(try await answers(fourth, 20)) == [200])
        for gateway in [first, second, fourth] {
            try await within(.seconds(8), "all that was answered is spent, once") {
                try await gateway.spend(key) == one * 320
            }
        }
        let written = try pool.rows("SELECT money FROM drover.spend WHERE kind = 'key' AND requests = 320")
        #expect(written == [(one * 320).picodollars])
        #expect(try await first.call(RunningGateway.get("/health/readiness")).body.contains("\"db\":\"connected\""))
        try await pool.stop()
    }

    @Test func `a gateway without its store is ready, and says that it does not answer`() async throws {
        let pool = try await Pool.start(decode: .infinity)
        let first = pool.gateways[0]
        func standing() async throws -> String {
            let answer = try await first.call(RunningGateway.get("/health/readiness"))
            #expect(answer.status == 200)
            return try JSONNode(answer.body)["db"].text ?? ""
        }
        #expect(try await standing() == "connected")
        let away = Task { try await pool.loseServer(for: .seconds(2)) }
        try await within(.seconds(2), "it is noticed") { try await standing() == "disconnected" }
        try await away.value
        try await within(.seconds(6), "it is back") { try await standing() == "connected" }
        try await pool.stop()
    }
}
