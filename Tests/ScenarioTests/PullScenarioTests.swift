import Balancer
import Farm
import Testing

@testable import CLI

/// `/api/pull` over several boxes, over real sockets.
@Suite(.timeLimit(.minutes(2)), .serialized) struct PullScenarioTests {
    @Test func `a pull brings the model to every box, in one stream of Ollama's own lines`() async throws {
        let pool = try await LibraryPool.start()
        let answer = try await pool.ask("POST", "/api/pull", #"{"model":"phi3"}"#)
        #expect(answer.status == 200 && answer["content-type"] == "application/x-ndjson", "\(answer)")
        let lines = try answer.body.split(separator: "\n").map { try JSONNode(String($0)) }
        #expect(lines.first?["status"].text == "pulling manifest")
        #expect(lines.last == .object(["status": .string("success")]))
        // A bar is drawn once: a layer's size is the same on all of its lines, and in the end all of it is there.
        let layers = Dictionary(grouping: lines.filter { $0["digest"] != .null }) { $0["digest"].text ?? "" }
        #expect(layers.count == 5)
        for (digest, states) in layers {
            #expect(Set(states.compactMap { $0["total"].number }).count == 1, "\(digest)")
            #expect(states.last?["completed"].number == states.last?["total"].number)
            #expect(states[0]["status"].text == "pulling \(digest.dropFirst(7).prefix(12))")
        }
        let steps = lines.filter { $0["digest"] == .null }.compactMap { $0["status"].text }
        #expect(steps == ["pulling manifest", "verifying sha256 digest", "writing manifest", "success"])
        // The next request finds it.
        #expect(try await pool.holders("phi3:latest") == [1, 2, 3])
        try await pool.stop()
    }

    @Test func `a pull without a stream answers once, with the older name too`() async throws {
        let pool = try await LibraryPool.start()
        let answer = try await pool.ask("POST", "/api/pull", #"{"name":"phi3","stream":false}"#)
        #expect(answer.status == 200 && answer.body == #"{"status":"success"}"#, "\(answer)")
        #expect(try await pool.holders("phi3:latest") == [1, 2, 3])
        try await pool.stop()
    }

    @Test func `deployments, the placement and the request say which boxes pull`() async throws {
        let pool = try await LibraryPool.start(drover: ", placement: {phi3: [gpu-1, gpu-3]}")
        // By the deployments: under the name that clients ask for its tag is pulled.
        _ = try await pool.pull(#"{"model":"big"}"#)
        #expect(try await pool.holders("llama3.1:70b") == [3])
        _ = try await pool.pull(#"{"model":"phi3:latest"}"#)
        #expect(try await pool.holders("phi3:latest") == [1, 3])
        _ = try await pool.pull(#"{"model":"qwen3:8b","boxes":["gpu-2"]}"#)
        #expect(try await pool.holders("qwen3:8b") == [2])
        let unknown = try await pool.ask("POST", "/api/pull", #"{"model":"phi3","boxes":["gpu-9"]}"#)
        #expect(unknown.status == 400)
        #expect(
            try JSONNode(unknown.body)["error"].text
                == "no box is named `gpu-9`; there are `gpu-1`, `gpu-2`, `gpu-3`")
        try await pool.stop()
    }

    @Test func `a box that fails is named, and the others have the model all the same`() async throws {
        let faults: [(FarmFault.Kind, String)] = [
            (.status(500), "gpu-2: model runner"), (.errorLine(tokens: 2), "gpu-2: max retries exceeded"),
            (.cutAfter(tokens: 2, end: .reset), "gpu-2: "), (.noDone(tokens: 2), "gpu-2: its answer ended without"),
            (.badJSON(tokens: 0), "gpu-2: its answer is not an Ollama's"), (.refuse, "gpu-2: connection refused"),
        ]
        for (kind, words) in faults {
            let pool = try await LibraryPool.start()
            try await pool.farm.inject(FarmFault(kind, path: kind == .refuse ? nil : "/api/pull"), box: 1)
            let lines = try await pool.pull(#"{"model":"phi3"}"#)
            #expect(lines.last?["error"].text?.hasPrefix(words) == true, "\(kind): \(lines.last ?? .null)")
            #expect(lines.count { $0["error"] != .null } == 1)
            let whole = try await pool.ask("POST", "/api/pull", #"{"model":"phi3","stream":false}"#)
            #expect(whole.status == 500 && whole.body.hasPrefix("{\"error\":\"gpu-2: "), "\(kind): \(whole)")
            try await pool.farm.inject(FarmFault(.none), box: 1)
            // They are probed at once, and nobody waits for that where the pull has failed.
            await eventually("the pool sees the others") {
                let instances = pool.gateway.process.balancer.library().instances
                return [0, 2].allSatisfy { instances[$0].tag("phi3:latest") != nil }
            }
            try await pool.stop()
        }
    }

    @Test func `a model that the registry lacks is an error that names every box`() async throws {
        let pool = try await LibraryPool.start(registry: [])
        let lines = try await pool.pull(#"{"model":"nobody","boxes":["gpu-1","gpu-3"]}"#)
        let words = "pull model manifest: file does not exist"
        #expect(lines.last?["error"].text == "gpu-1, gpu-3: \(words)")
        for name in ["", "a b"] {
            let answer = try await pool.ask("POST", "/api/pull", #"{"model":"\#(name)"}"#)
            #expect(answer.status == 400 && answer.body == #"{"error":"invalid model name"}"#)
        }
        try await pool.stop()
    }

    @Test func `boxes that hold other contents afterwards are no success`() async throws {
        let pool = try await LibraryPool.start()
        try await pool.farm.inject(FarmFault(.wrongDigest), box: 2)
        let lines = try await pool.pull(#"{"model":"phi3"}"#)
        let error = lines.last?["error"].text ?? ""
        #expect(error.hasPrefix("the boxes hold other contents of `phi3:latest`: gpu-1 has "), "\(error)")
        #expect(error.hasSuffix("; pull again"))
        try await pool.stop()
    }

    @Test(arguments: ["true", "false"])
    func `a client that leaves ends the pulls on every box`(stream: String) async throws {
        let pool = try await LibraryPool.start(pace: 1_000)
        let client = try await pool.gateway.connect()
        try await client.send(LibraryPool.request("POST", "/api/pull", #"{"model":"phi3","stream":\#(stream)}"#))
        for box in 0..<3 { try await pool.farm.stats(box: box) { $0.pulling == 1 } }
        await client.close()
        for box in 0..<3 { try await pool.farm.stats(box: box) { $0.pulling == 0 } }
        #expect(try await pool.holders("phi3:latest").isEmpty)
        try await pool.stop()
    }

    @Test func `a client that closes its own side ends the pulls too, as with Ollama itself`() async throws {
        let pool = try await LibraryPool.start(pace: 1_000)
        let client = try await pool.gateway.connect()
        try await client.send(LibraryPool.request("POST", "/api/pull", #"{"model":"phi3"}"#))
        for box in 0..<3 { try await pool.farm.stats(box: box) { $0.pulling == 1 } }
        try await client.closeOutput()
        for box in 0..<3 { try await pool.farm.stats(box: box) { $0.pulling == 0 } }
        await client.close()
        try await pool.stop()
    }

    @Test(arguments: ["true", "false"])
    func `a connection serves the next request after a pull`(stream: String) async throws {
        let pool = try await LibraryPool.start()
        let client = try await pool.gateway.connect()
        for _ in 0..<3 {
            try await client.send(LibraryPool.request("POST", "/api/pull", #"{"model":"phi3","stream":\#(stream)}"#))
            #expect(try await client.message().body.contains("success"))
            try await client.send(LibraryPool.request("GET", "/api/version", ""))
            #expect(try await client.message().status == 200)
        }
        await client.close()
        try await pool.stop()
    }

    @Test func `more pulls at once than there may be are refused, and one that has ended makes room`() async throws {
        let pool = try await LibraryPool.start(pace: 1_000)
        var clients: [RawConnection] = []
        for index in 0..<8 {
            let client = try await pool.gateway.connect()
            try await client.send(
                LibraryPool.request("POST", "/api/pull", #"{"model":"m\#(index)","boxes":"gpu-1"}"#))
            clients.append(client)
        }
        try await pool.farm.stats(box: 0) { $0.pulling == 8 }
        let refused = try await pool.ask("POST", "/api/pull", #"{"model":"phi3"}"#)
        #expect(refused.status == 429 && refused["retry-after"] == "30", "\(refused)")
        #expect(try JSONNode(refused.body)["error"].text?.hasPrefix("8 pulls are under way already") == true)
        for client in clients { await client.close() }
        try await pool.farm.stats(box: 0) { $0.pulling == 0 }
        var last = 429
        while last == 429 {
            last = try await pool.ask("POST", "/api/pull", #"{"model":"llama3","stream":false}"#).status
        }
        #expect(last == 200)
        try await pool.stop()
    }

    @Test func `lines per box are told to whoever asks for them`() async throws {
        let pool = try await LibraryPool.start()
        let lines = try await pool.pull(#"{"model":"llama3","progress":"boxes"}"#)
        #expect(Set(lines.compactMap { $0["box"].text }) == ["gpu-1", "gpu-2"])
        for box in ["gpu-1", "gpu-2"] {
            let last = lines.last { $0["box"].text == box } ?? .null
            #expect(last["status"].text == "success" && last["total"].number == last["completed"].number, "\(last)")
        }
        #expect(lines.last == .object(["status": .string("success")]))
        let other = try await pool.ask("POST", "/api/pull", #"{"model":"llama3","progress":"x"}"#)
        #expect(other.status == 400)
        try await pool.stop()
    }
}
