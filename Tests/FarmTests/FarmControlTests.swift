import NIOCore
import Testing

@testable import Farm

@Suite(.timeLimit(.minutes(1))) struct FarmControlTests {
    static func two() -> FarmConfiguration {
        .test { $0.boxes.append($0.boxes[0]) }
    }

    @Test func `stats of the box whose port it is, of another, of all`() async throws {
        try await withFarm(Self.two()) { farm in
            var box = try await RawClient(port: farm.ports[1])
            _ = try await box.ask("POST", "/api/chat", wholeChat)
            let own = try await box.ask("GET", "/farm/stats")
            #expect(
                own.body
                    == #"{"box":1,"requests":1,"completed":1,"cancelled":0,"running":0,"max_running":1,"queued":0,"#
                    + #""loads":1,"evictions":0,"tokens":10,"failed":0,"pulling":0}"#)
            let other = try await box.ask("GET", "/farm/stats?box=0")
            #expect(other.json["requests"]?.int == 0)
            var control = try await RawClient(port: try #require(farm.controlPort))
            let all = try await control.ask("GET", "/farm/stats")
            #expect(all.json["boxes"]?.array?.map { $0["requests"]?.int } == [0, 1])
            let one = try await control.ask("GET", "/farm/stats?box=1")
            #expect(one.body == own.body)
            let none = try await control.ask("GET", "/api/tags")
            #expect(none.head.status == 404)
        }
    }

    @Test func `a box that refuses is brought back through another`() async throws {
        try await withFarm(Self.two()) { farm in
            var other = try await RawClient(port: farm.ports[1])
            let answer = try await other.ask("POST", "/farm/fault?box=0", #"{"kind":"refuse"}"#)
            #expect(answer.body == #"{"box":0,"ok":true}"#)
            await #expect(throws: (any Error).self) { _ = try await RawClient(port: farm.ports[0]) }
            _ = try await other.ask("POST", "/farm/reset?box=0")
            var back = try await RawClient(port: farm.ports[0])
            let root = try await back.ask("GET", "/")
            #expect(root.head.status == 200)
        }
    }

    @Test func `models say what they are told, as often as they are told, and then what they would`() async throws {
        try await withBox { farm, client in
            let told = try await client.ask(
                "POST", "/farm/script",
                #"{"text":"Hello","tool_calls":[{"name":"f","arguments":{"a":1}},{"name":"g"}],"times":2}"#)
            #expect(told.body == #"{"box":0,"ok":true}"#)
            let own = try await client.ask("POST", "/api/chat", wholeChat).json
            #expect(own["message"]?["content"]?.string == "Hello")
            #expect(
                own["message"]?["tool_calls"]?.array?.map { $0["function"]?["arguments"]?.text } == [#"{"a":1}"#, "{}"])
            let openAI = try await client.ask("POST", "/v1/chat/completions", wholeChat).json
            #expect(
                openAI["choices"]?[0]?["message"]?["tool_calls"]?.array?.map { $0["function"]?["name"]?.string } == [
                    "f", "g",
                ])
            let third = try await client.ask("POST", "/api/chat", wholeChat).json
            #expect(third["message"]?["content"]?.string?.hasPrefix("box 0: ") == true)
        }
    }

    @Test func `arguments that are no JSON are the parser's failure on Ollama's routes, and pass on OpenAI's`()
        async throws
    {
        try await withBox { farm, client in
            try await farm.tell(FarmScript(calls: [.init(name: "f", arguments: #"{"a":1"#)]), box: 0)
            let own = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(own.head.status == 500)
            #expect(own.error == #"error parsing tool call: raw='{"a":1', err=unexpected end of JSON input"#)
            let openAI = try await client.ask("POST", "/v1/chat/completions", wholeChat).json
            let call = openAI["choices"]?[0]?["message"]?["tool_calls"]?[0]?["function"]
            #expect(call?["arguments"]?.string == #"{"a":1"#)
            _ = try await client.ask("POST", "/farm/script", "{}")
            #expect(try await client.ask("POST", "/api/chat", wholeChat).head.status == 200)
        }
    }

    @Test(arguments: [
        (#"{"texts":"a"}"#, "script.texts: unknown field; there are text, times, tool_calls"),
        (#"{"tool_calls":[{"arguments":{}}]}"#, "script.tool_calls[0].name: is missing"),
        (#"{"text":1}"#, "script.text: expected a text, not 1"),
    ])
    func `a script that says nothing clear is refused`(body: String, words: String) async throws {
        try await withBox { farm, client in
            let answer = try await client.ask("POST", "/farm/script", body)
            #expect(answer.head.status == 400 && answer.error == words)
        }
    }

    @Test func `reset forgets the counters and the fault`() async throws {
        try await withBox(fault: FarmFault(.status(500))) { farm, client in
            _ = try await client.ask("POST", "/api/chat", chat)
            _ = try await client.ask("POST", "/farm/reset")
            #expect(await farm.stats(box: 0) == FarmStats())
            let answer = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(answer.head.status == 200)
        }
    }

    @Test(arguments: [
        (#"{"kind":"none"}"#, FarmFault(.none)),
        (#"{"kind":"refuse","for":1.5}"#, FarmFault(.refuse, for: .seconds(1.5))),
        (#"{"kind":"status","code":503,"retry_after":300}"#, FarmFault(.status(503), retryAfter: 300)),
        (#"{"kind":"status","code":503,"times":3,"rate":0.5}"#, FarmFault(.status(503), times: 3, rate: 0.5)),
        (#"{"kind":"hang","for":0}"#, FarmFault(.hang)),
        (#"{"kind":"hang","path":"/api/tags"}"#, FarmFault(.hang, path: "/api/tags")),
        (#"{"kind":"slow_first_token","seconds":2}"#, FarmFault(.slowFirstToken(.seconds(2)))),
        (#"{"kind":"stall_after","tokens":5}"#, FarmFault(.stallAfter(tokens: 5))),
        (#"{"kind":"cut_after","tokens":5}"#, FarmFault(.cutAfter(tokens: 5, end: .reset))),
        (#"{"kind":"cut_after","tokens":5,"end":"half_close"}"#, FarmFault(.cutAfter(tokens: 5, end: .halfClose))),
        (#"{"kind":"no_done","tokens":5}"#, FarmFault(.noDone(tokens: 5))),
        (#"{"kind":"error_line"}"#, FarmFault(.errorLine(tokens: 0))),
        (#"{"kind":"bad_json"}"#, FarmFault(.badJSON(tokens: 0))),
        (#"{"kind":"zombie"}"#, FarmFault(.zombie)),
        (#"{"kind":"wrong_digest"}"#, FarmFault(.wrongDigest)),
        (#"{"kind":"missing_tag","model":"x"}"#, FarmFault(.missingTag, model: "x")),
        (#"{"kind":"slow_tokens","factor":4}"#, FarmFault(.slowTokens(factor: 4))),
    ])
    func `every fault can be written`(json: String, fault: FarmFault) throws {
        #expect(try FarmFault(json: .init(string: json)) == fault)
    }

    @Test(arguments: [
        (#"{"kind":"explode"}"#, "fault.kind: no fault named \"explode\""),
        (#"{"kind":"status","code":42}"#, "fault.code: expected a whole number from 200 to 599, not 42"),
        (#"{"kind":"hang","tokens":3}"#, "fault.tokens: unknown field"),
        (#"{"kind":"hang","rate":2}"#, "fault.rate: expected a number"),
        (#"{"kind":"cut_after","end":"gently"}"#, "fault.end: no way to end named \"gently\""),
        ("hang", "the fault is not JSON: invalid character 'h' looking for beginning of value"),
    ])
    func `a fault that is none is refused with its field`(json: String, message: String) async throws {
        try await withBox { farm, client in
            let answer = try await client.ask("POST", "/farm/fault", json)
            #expect(answer.head.status == 400)
            #expect(answer.error?.hasPrefix(message) == true)
            let fine = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(fine.head.status == 200)
        }
    }

    @Test func `no such box`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask("GET", "/farm/stats?box=7")
            #expect(answer.head.status == 400)
            #expect(answer.error == "no box 7; there are 0 to 0")
        }
    }
}
