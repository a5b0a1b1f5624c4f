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
        let gateways: [Gateway]
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
                "model_list:\n\(list.joined())drover: {store: \"\(server)/\(database)\"}\n")
            var gateways: [Gateway] = []
            for _ in 0..<3 {
                let program = try Program(
                    [
                        "serve", "--config", file.path, "--port", "0", "--host", "127.0.0.1", "--threads", "1",
                        "--log-level", "error",
                    ], environment: ["LITELLM_MASTER_KEY": master])
                gateways.append(Gateway(program: program, port: try await program.listeningPort(host: "127.0.0.1")))
            }
            return Pool(farm: farm, gateways: gateways, database: database, file: file)
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
        let limit = TimeSource.live.now() + .seconds(1)
        while try await !condition() {
            guard TimeSource.live.now() < limit else {
                Issue.record("not within a second: \(what)")
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
                let session = try Session("\(postgresql ?? "")/postgres")
                try session.execute(script: "ALTER DATABASE \(pool.database) ALLOW_CONNECTIONS false")
                _ = try session.rows(
                    "SELECT pg_terminate_backend(pid)::TEXT FROM pg_stat_activity WHERE datname = $1",
                    [.text(pool.database)]
                ) { $0.text(0) }
                try await Task.sleep(for: .milliseconds(800))
                try session.execute(script: "ALTER DATABASE \(pool.database) ALLOW_CONNECTIONS true")
                return []
            }
            var statuses: [Int] = []
            for try await some in tasks { statuses += some }
            return statuses
        }
        #expect(statuses.count == 180 && Set(statuses) == [200], "\(statuses)")
        try await pool.stop()
    }
}
