import BoxModel
import Testing

@testable import Farm

/// Every kind of fault, streamed and not, as a client sees it.
@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    @Test func `refuse closes the port and resets what is open, until it is taken back`() async throws {
        try await withBox(fault: FarmFault(.stallAfter(tokens: 1))) { farm, client in
            try await client.send("POST", "/api/chat", chat)
            _ = try await client.head()
            _ = try await client.chunk()
            var idle = try await RawClient(port: farm.ports[0])
            _ = try await idle.ask("GET", "/")
            try await farm.inject(FarmFault(.refuse), box: 0)
            let (ended, idleEnded) = try await (client.end(), idle.end())
            #expect(ended == .reset && idleEnded == .reset)
            await #expect(throws: (any Error).self) { _ = try await RawClient(port: farm.ports[0]) }
            let stats = await farm.stats(box: 0)
            #expect(stats.failed == 1 && stats.running == 0 && stats.cancelled == 0)

            try await farm.inject(FarmFault(.none), box: 0)
            var again = try await RawClient(port: farm.ports[0])
            let answer = try await again.ask("GET", "/")
            #expect(answer.head.status == 200)
        }
    }

    @Test(arguments: [
        (500, "model runner has unexpectedly stopped"), (404, "model 'llama3.1:8b' not found"),
        (503, "server busy, please try again.  maximum pending requests exceeded"), (429, "too many requests"),
    ])
    func `status answers with it, and leaves the listing alone`(code: Int, message: String) async throws {
        try await withBox(fault: FarmFault(.status(code))) { farm, client in
            for body in [chat, wholeChat] {
                let answer = try await client.ask("POST", "/api/chat", body)
                #expect(answer.head.status == code)
                #expect(answer.error?.hasPrefix(message) == true)
            }
            let compatible = try await client.ask("POST", "/v1/chat/completions", chat)
            #expect(compatible.json["error"]?["message"]?.string?.hasPrefix(message) == true)
            let tags = try await client.ask("GET", "/api/tags")
            #expect(tags.head.status == 200)
            #expect(await farm.stats(box: 0).failed == 3)
        }
    }

    @Test(arguments: [nil, 300]) func `a status says when to come back where it is told to`(seconds: Int?) async throws
    {
        try await withBox(fault: FarmFault(.status(503), retryAfter: seconds)) { _, client in
            let answer = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(answer.head.headers["retry-after"] == seconds.map { "\($0)" })
        }
    }

    @Test func `a number of times, then no more`() async throws {
        try await withBox(fault: FarmFault(.status(500), times: 2)) { _, client in
            var codes: [Int] = []
            for _ in 0..<4 { codes.append(try await client.ask("POST", "/api/chat", wholeChat).head.status) }
            #expect(codes == [500, 500, 200, 200])
        }
    }

    @Test func `a share of the requests, by the seed`() async throws {
        func failures(seed: UInt64) async throws -> [Int] {
            var codes: [Int] = []
            try await withBox(.test { $0.seed = seed }, fault: FarmFault(.status(500), rate: 0.3)) { _, client in
                for _ in 0..<200 { codes.append(try await client.ask("POST", "/api/chat", wholeChat).head.status) }
            }
            return codes
        }
        let (first, again, other) = try await (failures(seed: 3), failures(seed: 3), failures(seed: 4))
        #expect((40...80).contains(first.count { $0 == 500 }))
        #expect(first == again)
        #expect(first != other)
    }

    @Test func `for a while, then no more`() async throws {
        try await withBox { farm, client in
            let start = ContinuousClock.now
            try await farm.inject(FarmFault(.missingTag, for: .milliseconds(50)), box: 0)
            // Each round trip waits for the box; the test's time limit bounds them.
            while try await client.ask("POST", "/api/chat", wholeChat).head.status == 404 {}
            #expect(ContinuousClock.now - start >= .milliseconds(50))
        }
    }

    @Test func `hang accepts and never answers, whatever is asked`() async throws {
        try await withBox(fault: FarmFault(.hang)) { farm, client in
            try await client.send("POST", "/api/chat", wholeChat)
            try await farm.stats(box: 0) { $0.queued == 1 }
            let listing = try await RawClient(port: farm.ports[0])
            try await listing.send("GET", "/api/tags")
            var control = try await RawClient(port: farm.ports[0])
            let stats = try await control.ask("GET", "/farm/stats")
            #expect(stats.json["queued"]?.int == 1)
            #expect(stats.json["requests"]?.int == 1)
            try await farm.inject(FarmFault(.none), box: 0)
            let other = try await control.ask("POST", "/api/chat", wholeChat)
            #expect(other.head.status == 200)
            #expect(client.unread == 0 && listing.unread == 0)
            try await client.close()
            let left = try await farm.stats(box: 0) { $0.cancelled == 1 }
            #expect(left.queued == 0 && left.completed == 1)
        }
    }

    @Test func `a zombie lists its models and runs none`() async throws {
        try await withBox(fault: FarmFault(.zombie)) { farm, client in
            let tags = try await client.ask("GET", "/api/tags")
            #expect(tags.json["models"]?.array?.count == 4)
            try await client.send("POST", "/v1/chat/completions", chat)
            try await farm.stats(box: 0) { $0.queued == 1 }
            try await client.close()
            try await farm.stats(box: 0) { $0.cancelled == 1 && $0.queued == 0 }
        }
    }

    @Test func `slow_first_token is counted into the prompt's time`() async throws {
        try await withBox(fault: FarmFault(.slowFirstToken(.milliseconds(80)))) { _, client in
            for body in [chat, wholeChat] {
                let last = try #require(try await client.ask("POST", "/api/chat", body).body.objects.last)
                #expect(last["prompt_eval_duration"]!.int! >= 80_000_000)
                #expect(last["eval_duration"]!.int! < 80_000_000)
            }
        }
    }

    @Test func `slow_tokens makes each token slower`() async throws {
        let configuration = FarmConfiguration.test { $0.boxes[0].gpu.decodeTokensPerSecond = 10_000 }
        try await withBox(configuration, fault: FarmFault(.slowTokens(factor: 100))) { farm, client in
            let slow = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(slow.json["eval_duration"]!.int! >= 99_000_000)
            try await farm.inject(FarmFault(.none), box: 0)
            let quick = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(quick.json["eval_duration"]!.int! < 10_000_000)
        }
    }

    @Test func `stall_after writes so many tokens and keeps its slot until the client leaves`() async throws {
        try await withBox(fault: FarmFault(.stallAfter(tokens: 3))) { farm, client in
            try await client.send("POST", "/api/chat", chat)
            _ = try await client.head()
            for _ in 0..<3 { _ = try await client.chunk() }
            let whole = try await RawClient(port: farm.ports[0])
            try await whole.send("POST", "/api/chat", wholeChat)
            let stats = try await farm.stats(box: 0) { $0.tokens == 6 }
            #expect(stats.running == 2)
            try await farm.inject(FarmFault(.none), box: 0)
            var other = try await RawClient(port: farm.ports[0])
            _ = try await other.ask("POST", "/api/chat", chat)
            #expect(client.unread == 0 && whole.unread == 0)
            try await client.close()
            try await whole.close()
            let left = try await farm.stats(box: 0) { $0.cancelled == 2 }
            #expect(left.running == 0)
        }
    }

    @Test func `stall_after nothing sends not even the headers`() async throws {
        try await withBox(fault: FarmFault(.stallAfter(tokens: 0))) { farm, client in
            try await client.send("POST", "/api/chat", chat)
            try await farm.stats(box: 0) { $0.running == 1 }
            var other = try await RawClient(port: farm.ports[0])
            _ = try await other.ask("GET", "/")
            #expect(client.unread == 0)
        }
    }

    @Test(arguments: [(FarmFault.Cut.reset, RawClient.End.reset), (.close, .closed), (.halfClose, .closed)])
    func `cut_after ends a stream in its midst`(cut: FarmFault.Cut, end: RawClient.End) async throws {
        try await withBox(fault: FarmFault(.cutAfter(tokens: 2, end: cut))) { farm, client in
            try await client.send("POST", "/api/chat", chat)
            _ = try await client.head()
            for _ in 0..<2 { _ = try await client.chunk() }
            let ended = try await client.end()
            #expect(ended == end)
            let stats = await farm.stats(box: 0)
            #expect(stats.failed == 1 && stats.tokens == 2 && stats.running == 0 && stats.cancelled == 0)
        }
    }

    @Test func `cut_after nothing sends nothing, else half of what is not streamed`() async throws {
        try await withBox(fault: FarmFault(.cutAfter(tokens: 0, end: .reset))) { farm, client in
            try await client.send("POST", "/api/chat", chat)
            let ended = try await client.end()
            #expect(ended == .reset)
            try await farm.inject(FarmFault(.cutAfter(tokens: 4, end: .reset)), box: 0)
            var whole = try await RawClient(port: farm.ports[0])
            try await whole.send("POST", "/api/chat", wholeChat)
            let head = try await whole.head()
            let length = try #require(head.headers["content-length"].flatMap(Int.init))
            _ = try await whole.text(length / 2)
            let wholeEnded = try await whole.end()
            #expect(wholeEnded == .reset)
        }
    }

    @Test func `no_done ends without the last line`() async throws {
        try await withBox(fault: FarmFault(.noDone(tokens: 2))) { farm, client in
            let lines = try await client.ask("POST", "/api/chat", chat).body.objects
            #expect(lines.count == 2)
            #expect(lines.allSatisfy { $0["done"] == .bool(false) })
            let whole = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(whole.head.status == 200)
            #expect(whole.json["done"] == .bool(false))
            #expect(whole.json["message"]?["content"]?.string?.hasPrefix("box 0: ") == true)
            let events = try await client.ask(
                "POST", "/v1/chat/completions", chat.replacing("{\"model", with: "{\"stream\":true,\"model"))
            #expect(!events.body.contains("[DONE]"))
            #expect(await farm.stats(box: 0).failed == 3)
        }
    }

    @Test func `error_line says so in the stream, and with a status where there is none`() async throws {
        try await withBox(fault: FarmFault(.errorLine(tokens: 2))) { farm, client in
            let lines = try await client.ask("POST", "/api/chat", chat).body.objects
            #expect(lines.count == 3)
            #expect(lines[2].names == ["error"])
            #expect(lines[2]["error"] == .string("an error was encountered while running the model: unexpected EOF"))
            let whole = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(whole.head.status == 500)
            try await farm.inject(FarmFault(.errorLine(tokens: 0)), box: 0)
            let first = try await client.ask("POST", "/api/chat", chat)
            #expect(first.head.status == 200)
            #expect(first.body.objects.count == 1)
            // The compatible routes lose it.
            let events = try await client.ask(
                "POST", "/v1/chat/completions", chat.replacing("{\"model", with: "{\"stream\":true,\"model"))
            #expect(events.body.objects.last?["model"] == .string(""))
            #expect(!events.body.contains("[DONE]") && !events.body.contains("error"))
        }
    }

    @Test func `bad_json breaks a line, or the whole`() async throws {
        try await withBox(fault: FarmFault(.badJSON(tokens: 1))) { farm, client in
            let body = try await client.ask("POST", "/api/chat", chat).body
            #expect(body.split(separator: "\n").count == 2)
            #expect(body.objects.count == 1)
            let whole = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(whole.head.status == 200 && whole.json == .null)
            try await farm.inject(FarmFault(.badJSON(tokens: 0), path: "/api/tags"), box: 0)
            let tags = try await client.ask("GET", "/api/tags")
            #expect(tags.head.status == 200 && tags.json == .null)
            let fine = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(fine.json["done"] == .bool(true))
        }
    }

    @Test func `wrong_digest differs from the other boxes, for one model or all`() async throws {
        try await withBox { farm, client in
            func digests() async throws -> [JSONValue?] {
                var client = try await RawClient(port: farm.ports[0])
                return try await client.ask("GET", "/api/tags").json["models"]!.array!.map { $0["digest"] }
            }
            let before = try await digests()
            try await farm.inject(FarmFault(.wrongDigest, model: "qwen3:8b"), box: 0)
            let one = try await digests()
            #expect(zip(before, one).map { $0 == $1 } == [true, false, true, true])
            try await farm.inject(FarmFault(.wrongDigest), box: 0)
            let all = try await digests()
            #expect(!zip(before, all).contains { $0 == $1 })
            _ = client.unread
        }
    }

    @Test func `missing_tag hides a model everywhere`() async throws {
        try await withBox(fault: FarmFault(.missingTag, model: "llama3.1:8b")) { _, client in
            let tags = try await client.ask("GET", "/api/tags")
            #expect(tags.json["models"]?[0]?["name"] == .string("qwen3:8b"))
            let answer = try await client.ask("POST", "/api/chat", chat)
            #expect(answer.head.status == 404)
            #expect(answer.error == "model 'llama3.1:8b' not found")
            let other = try await client.ask(
                "POST", "/api/chat", #"{"model":"plain","stream":false,"messages":[{"role":"user","content":"x"}]}"#)
            #expect(other.head.status == 200)
        }
    }
}
