import Balancer
import Farm
import Foundation
import NIOPosix
import SQLite
import Testing

/// What outlives a gateway that is killed.
@Suite(.timeLimit(.minutes(2)), .serialized, .enabled(if: Program.isThere, "the program was not built"))
struct KeptScenarioTests {
    private func withFarm(_ more: String, _ body: (_ file: String, _ folder: String) async throws -> Void) async throws
    {
        let farm = BoxFarm(.instant(boxes: 1), group: MultiThreadedEventLoopGroup.singleton)
        let port = try await farm.start()[0]
        try await TemporaryFolder.lend { folder in
            let file = "\(folder)/config.yaml"
            try Data(
                """
                model_list:
                  - {model_name: llama3, litellm_params: {model: "ollama/llama3.1:8b", api_base: "http://127.0.0.1:\(port)"}}
                \(more)
                """.utf8
            ).write(to: URL(filePath: file))
            try await body(file, folder)
        }
        await farm.shutdown()
    }

    /// Returns as soon as the file beside the ledger has so many answers.
    private func written(_ count: Int, in folder: String) async throws {
        let time = TimeSource.live
        let limit = time.now() + .seconds(10)
        while try Self.answers("\(folder)/drover.db-kept") != count {
            try #require(time.now() < limit, "never written")
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    private static func answers(_ path: String) throws -> Int {
        let file = try Connection(path: path, access: .readOnly, busyMilliseconds: 2_000)
        return Int(try file.integer("SELECT count(*) FROM answers") ?? 0)
    }

    @Test func `a response is gone on from after kill -9, and one that was deleted stays so`() async throws {
        try await withFarm("drover: {keep_responses: store}") { file, folder in
            var gateway = try await ProgramGateway(file)
            let (first, second) = (try await gateway.respond(), try await gateway.respond())
            let ids = try [first, second].map { try JSONNode($0.body)["id"].text ?? "" }
            try await written(2, in: folder)
            #expect(try await gateway.delete(ids[1]).status == 200)
            try await written(1, in: folder)
            try await gateway.kill()

            gateway = try await ProgramGateway(file)
            let got = try await gateway.get(ids[0])
            #expect(got.status == 200 && got.body == first.body)
            #expect(try await gateway.get(ids[1]).status == 404)
            let next = try await gateway.respond(#","previous_response_id":"\#(ids[0])""#)
            #expect(next.status == 200)
            #expect(
                try JSONNode(next.body)["usage"]["input_tokens"].number ?? 0
                    > JSONNode(first.body)["usage"]["input_tokens"].number ?? 0)
            #expect(try await gateway.delete(ids[0]).status == 200)
            try await gateway.kill()
        }
    }

    @Test func `after a restart each key has its own responses and nobody else's`() async throws {
        let (master, store) = ("sk-master-1", "drover: {store: 'sqlite:drover.db', keep_responses: store}")
        try await withFarm(store) { file, folder in
            var gateway = try await ProgramGateway(file, key: master)
            var keys: [String] = []
            for _ in 0..<2 {
                let made = try await gateway.ask(
                    RunningGateway.post("/key/generate", "{}", "Authorization: Bearer \(master)\r\n"))
                keys.append(try JSONNode(made.body)["key"].text ?? "")
            }
            let answer = try await gateway.respond(key: keys[0])
            #expect(answer.status == 200)
            let id = try JSONNode(answer.body)["id"].text ?? ""
            try await written(1, in: folder)
            try await gateway.kill()

            gateway = try await ProgramGateway(file, key: master)
            for (key, status) in [(keys[0], 200), (keys[1], 404), (master, 404)] {
                #expect(try await gateway.get(id, key: key).status == status)
                let next = try await gateway.respond(#","previous_response_id":"\#(id)""#, key: key)
                #expect(next.status == (status == 200 ? 200 : 400))
            }
            try await gateway.kill()
        }
    }

    @Test func `a file that cannot be used fails no request, and what is kept is in memory`() async throws {
        try await withFarm("drover: {keep_responses: store}") { file, folder in
            try Data("no database, and long enough to be one: \(String(repeating: "x", count: 5_000))".utf8)
                .write(to: URL(filePath: "\(folder)/drover.db-kept"))
            let gateway = try await ProgramGateway(file)
            let answer = try await gateway.respond()
            #expect(answer.status == 200)
            let id = try JSONNode(answer.body)["id"].text ?? ""
            #expect(try await gateway.get(id).status == 200)
            #expect(try await gateway.respond(#","previous_response_id":"\#(id)""#).status == 200)
            try await gateway.kill()
            #expect(gateway.program.output().contains("are in memory alone until their file can be read and written"))
        }
    }

    @Test func `by default no file is made, and with off nothing is kept at all`() async throws {
        for (more, status) in [("", 200), ("drover: {keep_responses: off}", 404)] {
            try await withFarm(more) { file, folder in
                let gateway = try await ProgramGateway(file)
                let answer = try await gateway.respond()
                let id = try JSONNode(answer.body)["id"].text ?? ""
                #expect(answer.status == 200 && answer.body.contains(#""store":\#(status == 200)"#))
                #expect(try await gateway.get(id).status == status)
                try await gateway.kill()
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/drover.db-kept"))
            }
        }
    }

    @Test func `the last day of a box goes on over a restart`() async throws {
        try await withFarm("drover: {store: 'sqlite:drover.db'}") { file, _ in
            var looks: [Double] = []
            for _ in 0..<3 {
                let gateway = try await ProgramGateway(file)
                let pool = try JSONNode(try await gateway.ask(RunningGateway.get("/pool")).body)
                let name = try #require(pool["instances"][0]["instance"].text)
                let answer = try await gateway.ask(RunningGateway.get("/pool/history?instance=\(name)"))
                looks.append(try JSONNode(answer.body)["spans"].elements.compactMap { $0["looks"].number }.reduce(0, +))
                // In good order: what it has seen is written at the end.
                gateway.program.terminate()
                #expect(try await gateway.program.exitStatus() == 0)
            }
            #expect(looks[0] >= 1 && looks[1] > looks[0] && looks[2] > looks[1], "\(looks)")
        }
    }
}

/// `/v1/responses`.
extension ProgramGateway {
    fileprivate func respond(_ more: String = "", key: String = "") async throws -> RawConnection.Message {
        let headers = key.isEmpty ? "" : "Authorization: Bearer \(key)\r\n"
        return try await ask(
            RunningGateway.post(
                "/v1/responses", #"{"model":"llama3","input":"hi","max_output_tokens":500\#(more)}"#, headers))
    }

    fileprivate func get(_ id: String, key: String = "") async throws -> RawConnection.Message {
        try await ask(
            RunningGateway.get("/v1/responses/\(id)", key.isEmpty ? "" : "Authorization: Bearer \(key)\r\n"))
    }

    fileprivate func delete(_ id: String) async throws -> RawConnection.Message {
        try await ask("DELETE /v1/responses/\(id) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }
}
