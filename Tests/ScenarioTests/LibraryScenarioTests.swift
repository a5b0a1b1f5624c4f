import ArgumentParser
import Balancer
import Farm
import Testing

@testable import CLI

/// `/api/delete` and `/api/copy` over several boxes, who may ask, and the shell's view of it.
@Suite(.timeLimit(.minutes(2)), .serialized) struct LibraryScenarioTests {
    @Test func `a model is copied and deleted on every box that has it`() async throws {
        let pool = try await LibraryPool.start()
        let copy = try await pool.ask("POST", "/api/copy", #"{"source":"llama3","destination":"mine"}"#)
        #expect(copy.status == 200 && copy.body.isEmpty, "\(copy)")
        await eventually("the pool sees the copies") { Self.listed("mine:latest", in: pool) == 2 }
        #expect(try await pool.holders("mine:latest") == [1, 2])

        let delete = try await pool.ask("DELETE", "/api/delete", #"{"name":"mine"}"#)
        #expect(delete.status == 200 && delete.body.isEmpty, "\(delete)")
        await eventually("the pool sees that they are gone") { Self.listed("mine:latest", in: pool) == 0 }
        // One box, of those that have it.
        #expect(try await pool.ask("DELETE", "/api/delete", #"{"model":"llama3","boxes":["gpu-2"]}"#).status == 200)
        await eventually("the pool sees that it is gone") { Self.listed("llama3.1:8b", in: pool) == 1 }
        #expect(try await pool.holders("llama3.1:8b") == [1])
        try await pool.stop()
    }

    private static func listed(_ tag: String, in pool: LibraryPool) -> Int {
        pool.gateway.process.balancer.library().instances.count { $0.tag(tag) != nil }
    }

    @Test func `errors are in Ollama's words`() async throws {
        let pool = try await LibraryPool.start()
        let cases: [(method: String, path: String, body: String, status: Int, text: String)] = [
            ("DELETE", "/api/delete", #"{"model":"nobody"}"#, 404, "model 'nobody' not found"),
            ("DELETE", "/api/delete", "{}", 400, "model is required"),
            ("DELETE", "/api/delete", #"{"model":"a b"}"#, 400, "name \"a b\" is invalid"),
            ("DELETE", "/api/delete", "", 400, "missing request body"),
            ("POST", "/api/copy", #"{"source":"nobody","destination":"x"}"#, 404, "model \"nobody\" not found"),
            ("POST", "/api/copy", #"{"destination":"x"}"#, 400, "source \"\" is invalid"),
            ("POST", "/api/copy", #"{"source":"llama3"}"#, 400, "destination \"\" is invalid"),
            (
                "POST", "/api/create", "{}", 403,
                "the gateway does not create models; run `ollama create` on each box that should have the model"
            ),
            (
                "POST", "/api/push", "{}", 403,
                "the gateway does not push models; run `ollama push` on a box that has the model"
            ),
        ]
        for expected in cases {
            let answer = try await pool.ask(expected.method, expected.path, expected.body)
            #expect(answer.status == expected.status, "\(expected.path): \(answer)")
            #expect(try JSONNode(answer.body) == .object(["error": .string(expected.text)]), "\(answer)")
        }
        try await pool.stop()
    }

    @Test func `a box that does not answer is named, with where it is done`() async throws {
        let pool = try await LibraryPool.start()
        try await pool.farm.inject(FarmFault(.refuse), box: 1)
        let answer = try await pool.ask("DELETE", "/api/delete", #"{"model":"llama3"}"#)
        #expect(answer.status == 502, "\(answer)")
        #expect(try JSONNode(answer.body)["error"].text == "gpu-2: connection refused; deleted on gpu-1")
        try await pool.farm.inject(FarmFault(.none), box: 1)
        try await pool.stop()
    }

    @Test func `only an admin may change what lies on the boxes`() async throws {
        let pool = try await LibraryPool.start()
        let made = try await pool.ask("POST", "/key/generate", "{}")
        let key = try #require(try JSONNode(made.body)["key"].text, "\(made)")
        for (method, path) in [("POST", "/api/pull"), ("DELETE", "/api/delete"), ("POST", "/api/copy")] {
            let body = #"{"model":"llama3","source":"llama3","destination":"x"}"#
            let refused = try await pool.ask(method, path, body, key: key)
            #expect(refused.status == 403, "\(refused)")
            #expect(
                try JSONNode(refused.body)
                    == .object([
                        "error": .string(
                            "only the master key, or the key of a proxy admin, may change the models on the boxes")
                    ]))
            let unknown = try await pool.ask(method, path, body, key: nil)
            #expect(unknown.status == 401, "\(unknown)")
        }
        #expect(try await pool.ask("GET", "/pool/models", key: key).status == 401)
        #expect(try await pool.holders("llama3.1:8b") == [1, 2])
        try await pool.stop()
    }

    @Test func `the shell pulls and shows, with a status that says whether all is there`() async throws {
        let pool = try await LibraryPool.start(registry: ["llama3.1:70b"])
        let options = ["--url", "http://127.0.0.1:\(pool.gateway.port)", "--key", LibraryPool.key]
        func status(_ body: () async throws -> Void) async throws -> Int32 {
            do {
                try await body()
                return 0
            } catch let code as ExitCode { return code.rawValue }
        }
        // `big` is expected on the third box, and not there.
        #expect(try await status { try await ModelsCommand.parse(options).run() } == 1)
        #expect(try await status { try await PullCommand.parse(["phi3"] + options).run() } == 1)
        #expect(try await status { try await PullCommand.parse(["big"] + options).run() } == 0)
        #expect(try await status { try await ModelsCommand.parse(["--json"] + options).run() } == 0)
        #expect(
            try await status { try await PullCommand.parse(["big", "--on", "gpu-1", "gpu-9"] + options).run() } == 1)
        #expect(try await status { try await PullCommand.parse(["big", "--on", "gpu-1"] + options).run() } == 0)
        #expect(try await pool.holders("llama3.1:70b") == [1, 3])
        try await pool.farm.inject(FarmFault(.wrongDigest), box: 1)
        let probed = try await pool.ask("POST", "/api/copy", #"{"source":"llama3","destination":"mine"}"#)
        #expect(probed.status == 200)
        await eventually("the pool sees the other content") { Self.listed("mine:latest", in: pool) == 2 }
        #expect(try await status { try await ModelsCommand.parse(options).run() } == 1)
        let port = pool.gateway.port
        try await pool.stop()
        let gone = ["--url", "http://127.0.0.1:\(port)"]
        #expect(try await status { try await ModelsCommand.parse(gone).run() } == 2)
        #expect(try await status { try await PullCommand.parse(["big"] + gone).run() } == 2)
    }
}
