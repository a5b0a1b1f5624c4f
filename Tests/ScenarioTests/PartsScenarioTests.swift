import Balancer
import Farm
import Testing

/// Requests that run as several, over real sockets.
@Suite(.timeLimit(.minutes(2)), .serialized) struct PartsScenarioTests {
    private static func chat(_ more: String) -> String {
        RunningGateway.post(
            "/v1/chat/completions",
            #"{"model":"llama3","messages":[{"role":"user","content":"hi"}]\#(more)}"#)
    }

    private static func ask(_ gateway: RunningGateway, _ request: String) async throws -> RawConnection.Message {
        let client = try await gateway.connect()
        try await client.send(request)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    @Test func `several answers come from several boxes, whole`() async throws {
        let pool = try await FarmedGateway.start(boxes: 3, strategy: "least-busy")
        let answer = try await Self.ask(pool.gateway, Self.chat(#","n":3"#))
        #expect(answer.status == 200)
        let body = try JSONNode(answer.body)
        #expect((0..<3).map { body["choices"][$0]["index"].number } == [0, 1, 2])
        #expect((0..<3).allSatisfy { body["choices"][$0]["message"]["content"].text?.isEmpty == false })
        #expect(body["choices"][3]["index"].number == nil)
        var served: [Int] = []
        for box in 0..<3 { served.append(await pool.farm.stats(box: box).requests) }
        #expect(served == [1, 1, 1])
        try await pool.stop()
    }

    @Test func `streams of several answers are one, which ends once`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, decode: 400, strategy: "least-busy")
        let answer = try await Self.ask(
            pool.gateway, Self.chat(#","n":4,"stream":true,"stream_options":{"include_usage":true}"#))
        #expect(answer.status == 200 && answer.body.hasSuffix("data: [DONE]\n\n"))
        let events = answer.body.split(separator: "\n\n").map(String.init)
        var order: [Double] = []
        var ids: Set<String> = []
        var ends: [Double: Int] = [:]
        var counts = 0
        for event in events where event.hasPrefix("data: {") {
            let chunk = try JSONNode(String(event.dropFirst(6)))
            ids.insert(chunk["id"].text ?? "")
            guard let index = chunk["choices"][0]["index"].number else {
                #expect((chunk["usage"]["completion_tokens"].number ?? 0) > 0)
                counts += 1
                continue
            }
            order.append(index)
            if chunk["choices"][0]["finish_reason"].text != nil { ends[index, default: 0] += 1 }
        }
        #expect(ids.count == 1 && counts == 1 && ends == [0: 1, 1: 1, 2: 1, 3: 1])
        #expect(order != order.sorted())
        try await pool.stop()
    }

    @Test func `a client that leaves in the middle leaves nothing behind on any box`() async throws {
        let pool = try await FarmedGateway.start(boxes: 3, decode: 20, tokens: 400...400, strategy: "least-busy")
        let client = try await pool.gateway.connect()
        try await client.send(Self.chat(#","n":6,"stream":true"#))
        await eventually("six answers are written") { pool.gateway.inFlight == 6 }
        await client.close()
        await eventually("nothing is written any more") { pool.gateway.inFlight == 0 }
        try await pool.stop()
    }

    @Test func `answers that wait for places in a queue come too`() async throws {
        let pool = try await FarmedGateway.start(
            boxes: 1, decode: 2000, strategy: "least-busy", deployment: "max_parallel_requests: 2")
        let answer = try await Self.ask(pool.gateway, Self.chat(#","n":5"#))
        #expect(answer.status == 200 && answer.body.contains(#"{"index":4,"#))
        try await pool.stop()
    }

    @Test(arguments: ["", #","stream":true"#])
    func `prompts of a completion have their answers in order`(stream: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 2, strategy: "least-busy")
        let answer = try await Self.ask(
            pool.gateway,
            RunningGateway.post("/v1/completions", #"{"model":"llama3","prompt":["a","b","c"],"n":2\#(stream)}"#))
        #expect(answer.status == 200)
        for index in 0..<6 { #expect(answer.body.contains(#""index":\#(index),"text":"#)) }
        try await pool.stop()
    }

    @Test func `a picture at an address of one's own is not fetched, whatever its name`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, drover: "fetch_images: true")
        for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1"] {
            let image = #"{"type":"image_url","image_url":{"url":"http://\#(host):\#(pool.farm.ports[0])/api/tags"}}"#
            let answer = try await Self.ask(
                pool.gateway,
                RunningGateway.post(
                    "/v1/chat/completions", #"{"model":"llama3","messages":[{"role":"user","content":[\#(image)]}]}"#))
            #expect(answer.status == 400 && answer.body.contains("none of the internet's"), "\(host): \(answer.body)")
        }
        try await pool.stop()
    }
}
