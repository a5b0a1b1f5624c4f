import Balancer
import Farm
import Foundation
import NIOPosix
import PostgreSQL
import Testing

/// The server of scripts/with-postgresql, without a database.
private let postgresql = getenv("DROVER_TEST_POSTGRESQL").map { String(cString: $0) }

/// Responses that several gateways, each a process of its own, keep in one PostgreSQL.
@Suite(
    .timeLimit(.minutes(2)), .serialized,
    .enabled(if: postgresql != nil && Program.isThere, "run by scripts/with-postgresql, with the program built"))
struct SharedResponsesScenarioTests {
    private static func id(_ answer: RawConnection.Message) throws -> String {
        try #require(try JSONNode(answer.body)["id"].text)
    }

    /// Two gateways over one database; its address.
    ///
    /// - Parameter isInside: whether the gateways are sure that the database is inside.
    private func withTwo(
        key: String? = nil, general: Bool = false, isInside: Bool = true,
        _ body: (_ first: ProgramGateway, _ second: ProgramGateway, _ address: String, _ file: String) async throws ->
            Void
    ) async throws {
        let server = try #require(postgresql)
        let database = "responses_\(UInt64.random(in: .min ... .max))"
        try Session("\(server)/postgres").execute(script: "CREATE DATABASE \(database)")
        let address = "\(server)/\(database)" + (isInside ? "" : "?hostaddr=127.0.0.1")
        let farm = BoxFarm(.instant(boxes: 1), group: MultiThreadedEventLoopGroup.singleton)
        let port = try await farm.start()[0]
        try await TemporaryFolder.lend { folder in
            let file = "\(folder)/config.yaml"
            let place =
                general
                ? "general_settings: {database_url: \"\(address)\"}\ndrover: {keep_responses: store}"
                : "drover: {store: \"\(address)\", keep_responses: store}"
            try Data(
                """
                model_list:
                  - {model_name: llama3, litellm_params: {model: "ollama/llama3.1:8b", api_base: "http://127.0.0.1:\(port)"}}
                  - {model_name: cloud, litellm_params: {model: openai/gpt-4o, api_key: sk-1, api_base: "http://cloud.invalid/v1"}}
                \(place)
                """.utf8
            ).write(to: URL(filePath: file))
            let gateways = [try await ProgramGateway(file, key: key), try await ProgramGateway(file, key: key)]
            try await body(gateways[0], gateways[1], address, file)
            for gateway in gateways {
                gateway.program.terminate()
                _ = try await gateway.program.exitStatus()
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/drover.db-kept"))
        }
        await farm.shutdown()
    }

    @Test(arguments: [false, true])
    func `a conversation goes on at whichever gateway, turn by turn, and at one that begins later`(
        general: Bool
    ) async throws {
        try await withTwo(general: general) { first, second, _, file in
            var answer = try await first.respond()
            var tokens = 0.0
            for turn in 0..<6 {
                // At once, at the other one.
                let gateway = turn % 2 == 0 ? second : first
                answer = try await gateway.respond(
                    #","previous_response_id":"\#(try Self.id(answer))","stream":false"#)
                #expect(answer.status == 200, "\(answer)")
                let input = try JSONNode(answer.body)["usage"]["input_tokens"].number ?? 0
                #expect(input > tokens)
                tokens = input
            }
            let id = try Self.id(answer)
            let list = try JSONNode(try await second.get("\(id)/input_items?limit=100").body)
            #expect(list["data"].elements.count == 13)
            let streamed = try await first.respond(#","stream":true"#)
            let name = "resp_" + (streamed.body.split(separator: "resp_").dropFirst().first ?? "").prefix { $0 != "\"" }
            #expect(try await second.get("\(name)?stream=true").body == streamed.body)
            let third = try await ProgramGateway(file, key: nil)
            #expect(try await third.get(id).body == answer.body)
            // Forgotten by one, gone for all.
            #expect(try await third.delete(id) == 200)
            for gateway in [first, second, third] { #expect(try await gateway.get(id).status == 404) }
            #expect(try await first.respond(#","previous_response_id":"\#(id)""#).status == 400)
            #expect(try await second.delete(id) == 404)
            third.program.send(SIGKILL)
            _ = try await third.program.exitStatus()
        }
    }

    @Test func `each key has its own at every gateway`() async throws {
        let master = "sk-master-1"
        try await withTwo(key: master) { first, second, _, _ in
            let admin = "Authorization: Bearer \(master)\r\n"
            var keys: [String] = []
            for _ in 0..<2 {
                let made = try await first.ask(RunningGateway.post("/key/generate", "{}", admin))
                keys.append("Authorization: Bearer \(try JSONNode(made.body)["key"].text ?? "")\r\n")
            }
            // The other gateway hears of keys in its own time.
            for key in keys { while try await second.get("resp_1", key).status == 401 { await Task.yield() } }
            let id = try Self.id(try await first.respond("", keys[0]))
            for (key, status) in [(keys[0], 200), (keys[1], 404), (admin, 404)] {
                #expect(try await second.get(id, key).status == status)
                let next = try await second.respond(#","previous_response_id":"\#(id)""#, key)
                #expect(next.status == (status == 200 ? 200 : 400))
            }
        }
    }

    @Test func `what must stay inside does so at the other gateway`() async throws {
        try await withTwo { first, second, address, _ in
            for (header, isConfined) in [("x-drover-local-only: true\r\n", true), ("", false)] {
                let id = try Self.id(try await first.respond("", header))
                // Without a word of it, to a model that is outside.
                let next = try await second.respond(#","previous_response_id":"\#(id)""#, model: "cloud")
                #expect((next.status == 403) == isConfined && next.body.contains("local_only") == isConfined, "\(next)")
                #expect(try await second.respond(#","previous_response_id":"\#(id)""#).status == 200)
            }
            #expect(try Self.kept(in: address, confined: true) > 0 && Self.kept(in: address, confined: false) > 0)
        }
    }

    @Test func `what must stay inside goes to no database that may be outside`() async throws {
        try await withTwo(isInside: false) { first, second, address, _ in
            let inside = try Self.id(try await first.respond("", "x-drover-local-only: true\r\n"))
            let other = try Self.id(try await first.respond())
            #expect(try await second.get(other).status == 200)
            #expect(try await second.get(inside).status == 404)
            #expect(try await first.respond(#","previous_response_id":"\#(inside)""#).status == 200)
            #expect(try await first.respond(#","previous_response_id":"\#(inside)""#, model: "cloud").status == 403)
            // All that goes on from it stays, too.
            #expect(try Self.kept(in: address, confined: true) == 0 && Self.kept(in: address, confined: false) == 1)
        }
    }

    private static func kept(in address: String, confined: Bool) throws -> Int {
        let rows = try Session(address).rows(
            "SELECT id FROM drover.answers WHERE (confinement <> 0) = CAST($1 AS BOOLEAN)", [.text("\(confined)")]
        ) { $0.text(0) }
        return rows.count
    }

    @Test func `a database that is lost fails what is there alone, and all of it is there again with it`() async throws
    {
        try await withTwo { first, second, address, _ in
            let (old, name) = (try Self.id(try await first.respond()), address.split(separator: "/").last ?? "")
            #expect(try await second.get(old).status == 200)
            let admin = try Session("\(postgresql ?? "")/postgres")
            try admin.execute(script: "ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
            _ = try admin.rows(
                "SELECT pg_terminate_backend(pid)::TEXT FROM pg_stat_activity WHERE datname = $1", [.text("\(name)")]
            ) { $0.text(0) }
            let answer = try await first.respond()
            let new = try Self.id(answer)
            #expect(answer.status == 200)
            #expect(try await first.respond(#","previous_response_id":"\#(new)""#).status == 200)
            let lost = try await first.respond(#","previous_response_id":"\#(old)""#)
            #expect(lost.status == 503 && lost["retry-after"] != nil, "\(lost)")
            #expect(try await second.get(old).status == 503)
            try admin.execute(script: "ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
            let (time, limit) = (TimeSource.live, TimeSource.live.now() + .seconds(10))
            while try await second.get(new).status != 200 {
                try #require(time.now() < limit, "never written")
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try await first.respond(#","previous_response_id":"\#(old)""#).status == 200)
        }
    }
}

/// `/v1/responses`.
extension ProgramGateway {
    fileprivate func respond(
        _ more: String = "", _ headers: String = "", model: String = "llama3"
    ) async throws -> RawConnection.Message {
        try await ask(
            RunningGateway.post(
                "/v1/responses", #"{"model":"\#(model)","input":"hi","max_output_tokens":20\#(more)}"#, headers))
    }

    fileprivate func get(_ path: String, _ headers: String = "") async throws -> RawConnection.Message {
        try await ask(RunningGateway.get("/v1/responses/\(path)", headers))
    }

    fileprivate func delete(_ id: String, _ headers: String = "") async throws -> Int {
        try await ask("DELETE /v1/responses/\(id) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n").status
    }
}
