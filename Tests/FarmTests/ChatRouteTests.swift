import Testing

@testable import Farm

@Suite(.timeLimit(.minutes(1))) struct ChatRouteTests {
    @Test func `a chat is a stream unless it says otherwise: a line per chunk, then the figures`() async throws {
        try await withBox { _, client in
            try await client.send("POST", "/api/chat", chat)
            let head = try await client.head()
            #expect(head.status == 200)
            #expect(head.headers["content-type"] == "application/x-ndjson")
            #expect(head.names == ["Content-Type", "Date", "Transfer-Encoding"])
            var lines: [String] = []
            while let chunk = try await client.chunk() { lines.append(chunk) }
            #expect(lines.count == 11)
            #expect(lines.allSatisfy { $0.hasSuffix("}\n") && $0.split(separator: "\n").count == 1 })
            let objects = lines.joined().objects
            for line in objects.dropLast() {
                #expect(line.names == ["model", "created_at", "message", "done"])
                #expect(line["message"]?.names == ["role", "content"])
                #expect(line["done"] == .bool(false))
            }
            let last = try #require(objects.last)
            #expect(
                last.names == [
                    "model", "created_at", "message", "done", "done_reason", "total_duration", "load_duration",
                    "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration",
                ])
            #expect(last["done_reason"] == .string("stop"))
            #expect(last["eval_count"]?.int == 10)
            #expect(last["message"]?["content"] == .string(""))
            #expect(last["created_at"]?.string?.hasSuffix("Z") == true)
        }
    }

    @Test func `whole and streamed say the same, with the box's name first`() async throws {
        try await withBox { _, client in
            let streamed = try await client.ask("POST", "/api/chat", chat).body.objects
            let text = streamed.compactMap { $0["message"]?["content"]?.string }.joined()
            let whole = try await client.ask("POST", "/api/chat", wholeChat)
            #expect(whole.head.headers["content-type"] == "application/json; charset=utf-8")
            #expect(whole.json["message"]?["content"]?.string == text)
            #expect(whole.json["done"] == .bool(true))
            #expect(whole.body.hasSuffix("}"))
            #expect(text.hasPrefix("box 0: "))
            #expect(text.split(separator: " ").count == 11)
        }
    }

    @Test func `the same seed says the same, another one something else`() async throws {
        func text(seed: UInt64) async throws -> String? {
            var text: String?
            try await withBox(.test { $0.seed = seed }) { _, client in
                text = try await client.ask("POST", "/api/chat", wholeChat).json["message"]?["content"]?.string
            }
            return text
        }
        let (first, again, other) = try await (text(seed: 1), text(seed: 1), text(seed: 2))
        #expect(first != nil)
        #expect(again == first)
        #expect(other != first)
    }

    @Test func `num_predict cuts with the reason length, a stop text with stop`() async throws {
        try await withBox { _, client in
            let cut = try await client.ask(
                "POST", "/api/chat", request(#""stream":false,"options":{"num_predict":3}"#))
            #expect(cut.json["done_reason"] == .string("length"))
            #expect(cut.json["eval_count"]?.int == 3)
            let stop = try await client.ask(
                "POST", "/api/chat", request(#""stream":false,"options":{"stop":["box"]}"#))
            #expect(stop.json["done_reason"] == .string("stop"))
            #expect(stop.json["message"]?["content"] == .string(""))
        }
    }

    @Test func `the model is echoed as written and found regardless of case`() async throws {
        try await withBox { _, client in
            for name in ["LLAMA3.1:8B", "library/llama3.1:8b"] {
                let answer = try await client.ask(
                    "POST", "/api/chat",
                    #"{"model":"\#(name)","stream":false,"messages":[{"role":"user","content":"x"}]}"#)
                #expect(answer.json["model"] == .string(name))
            }
        }
    }

    @Test func `no messages only load, and with a keep-alive of zero unload`() async throws {
        try await withBox { farm, client in
            let load = try await client.ask("POST", "/api/chat", #"{"model":"plain","messages":[]}"#)
            #expect(load.head.headers["content-type"] == "application/json; charset=utf-8")
            #expect(load.json.names == ["model", "created_at", "message", "done", "done_reason"])
            #expect(load.json["done_reason"] == .string("load"))
            let loaded = try await client.ask("GET", "/api/ps")
            #expect(loaded.json["models"]?.array?.count == 1)
            let unload = try await client.ask("POST", "/api/chat", #"{"model":"plain","keep_alive":0}"#)
            #expect(unload.json["done_reason"] == .string("unload"))
            let unloaded = try await client.ask("GET", "/api/ps")
            #expect(unloaded.json["models"]?.array?.count == 0)
            let stats = await farm.stats(box: 0)
            #expect(stats.completed == 2 && stats.loads == 1 && stats.evictions == 0)
        }
    }

    @Test func `a thinking model thinks first unless told not to`() async throws {
        try await withBox { _, client in
            let ask = #""messages":[{"role":"user","content":"x"}]"#
            let lines = try await client.ask("POST", "/api/chat", #"{"model":"qwen3:8b",\#(ask)}"#).body.objects
            let thoughts = lines.prefix { $0["message"]?["thinking"] != nil }
            #expect(!thoughts.isEmpty)
            #expect(thoughts.allSatisfy { $0["message"]?["content"] == .string("") })
            #expect(lines.dropFirst(thoughts.count).allSatisfy { $0["message"]?["thinking"] == nil })
            let off = try await client.ask("POST", "/api/chat", #"{"model":"qwen3:8b","think":false,\#(ask)}"#)
            #expect(off.body.objects.allSatisfy { $0["message"]?["thinking"] == nil })
            let whole = try await client.ask(
                "POST", "/api/chat", #"{"model":"qwen3:8b","think":"low","stream":false,\#(ask)}"#)
            #expect(whole.json["message"]?.names == ["role", "content", "thinking"])
        }
    }

    @Test func `naming a tool calls it, on a line of its own or on the last`() async throws {
        let tools = """
            "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":\
            {"city":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":5},\
            "unit":{"enum":["C","F"]}}}}},{"type":"function","function":{"name":"other"}}],\
            "messages":[{"role":"user","content":"use get_weather please"}]
            """
        try await withBox { _, client in
            let own = try await client.ask("POST", "/api/chat", #"{"model":"llama3.1:8b",\#(tools)}"#).body.objects
            #expect(own.count == 2)
            #expect(own[0]["done"] == .bool(false) && own[1]["done"] == .bool(true))
            let calls = try #require(own[0]["message"]?["tool_calls"]?.array)
            #expect(calls.count == 1)
            #expect(calls[0]["id"]?.string?.hasPrefix("call_") == true)
            #expect(calls[0]["function"]?.names == ["index", "name", "arguments"])
            let arguments = try #require(calls[0]["function"]?["arguments"])
            #expect(arguments["city"]?.string?.hasPrefix("box 0: ") == true)
            #expect((1...5).contains(arguments["days"]?.int ?? 0))
            #expect(["C", "F"].contains(arguments["unit"]?.string))
            #expect(own[1]["message"]?["tool_calls"] == nil)
            #expect(own[1]["done_reason"] == .string("stop"))

            let last = try await client.ask(
                "POST", "/api/chat", #"{"model":"qwen3:8b","think":false,\#(tools)}"#
            ).body.objects
            #expect(last.count == 1)
            #expect(last[0]["message"]?["tool_calls"]?[0]?["function"]?["name"] == .string("get_weather"))

            let whole = try await client.ask("POST", "/api/chat", #"{"model":"llama3.1:8b","stream":false,\#(tools)}"#)
            #expect(whole.json["message"]?.names == ["role", "content", "tool_calls"])
        }
    }

    @Test func `a tool's result is answered with text`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask(
                "POST", "/api/chat",
                #"""
                {"model":"llama3.1:8b","stream":false,"tools":[{"function":{"name":"look"}}],"messages":[
                {"role":"user","content":"look"},
                {"role":"assistant","content":"","tool_calls":[{"function":{"name":"look","arguments":{"a":1}}}]},
                {"role":"tool","tool_name":"look","content":"nothing"}]}
                """#)
            #expect(answer.json["message"]?["content"]?.string?.hasPrefix("box 0: ") == true)
        }
    }

    @Test func `a format is kept to`() async throws {
        try await withBox { _, client in
            let json = try await client.ask("POST", "/api/chat", request(#""format":"json","stream":false"#))
            let content = try JSONParser.parse(try #require(json.json["message"]?["content"]?.string))
            #expect(content["box"]?.int == 0)
            let schema = """
                {"type":"object","properties":{"name":{"type":"string","minLength":40},"sheep":{"type":"array",\
                "minItems":2,"items":{"$ref":"#/$defs/sheep"}}},"required":["name","sheep"],\
                "$defs":{"sheep":{"type":"object","properties":{"age":{"type":"number","minimum":3,"maximum":4},\
                "black":{"type":"boolean"}}}}}
                """
            let lines = try await client.ask("POST", "/api/chat", request(#""format":\#(schema)"#)).body.objects
            let text = lines.compactMap { $0["message"]?["content"]?.string }.joined()
            let value = try JSONParser.parse(text)
            #expect(value["name"]!.string!.count >= 40)
            #expect(value["sheep"]?.array?.count == 2)
            #expect((3...4).contains(value["sheep"]?[0]?["age"]?.double ?? 0))
            #expect(value["sheep"]?[1]?["black"]?.bool != nil)
            #expect(lines.count > 3)
        }
    }

    @Test func `images are taken, log probabilities given`() async throws {
        try await withBox { _, client in
            let image = try await client.ask(
                "POST", "/api/chat",
                #"{"model":"plain","stream":false,"messages":[{"role":"user","content":"x","images":["iVBORw0KGgo="]}]}"#
            )
            #expect(image.head.status == 200)
            let lines = try await client.ask(
                "POST", "/api/chat", request(#""logprobs":true,"top_logprobs":2"#)
            ).body.objects
            let entry = try #require(lines[0]["logprobs"]?[0])
            #expect(entry.names == ["token", "logprob", "bytes", "top_logprobs"])
            #expect(entry["token"] == .string("box 0: "))
            #expect(entry["bytes"]?.array?.count == 7)
            #expect(entry["top_logprobs"]?.array?.count == 2)
            let whole = try await client.ask("POST", "/api/chat", request(#""logprobs":true,"stream":false"#))
            #expect(whole.json["logprobs"]?.array?.count == 10)
        }
    }

    @Test(arguments: [
        ("", 400, "missing request body"),
        ("{", 400, "unexpected EOF"),
        ("xyz", 400, "invalid character 'x' looking for beginning of value"),
        (
            #"{"model":"llama3.1:8b","messages":"hi"}"#, 400,
            "json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message"
        ),
        (
            #"{"model":"llama3.1:8b","messages":[{"role":"user","content":[]}]}"#, 400,
            "json: cannot unmarshal array into Go struct field Alias.content of type string"
        ),
        (#"{"messages":[]}"#, 400, "model is required"),
        (#"{"model":"a b","messages":[]}"#, 400, "invalid model name"),
        (#"{"model":"x","messages":[]}"#, 404, "model 'x' not found"),
        (#"{"model":"nomic-embed-text","messages":[{}]}"#, 400, #""nomic-embed-text" does not support chat"#),
        (#"{"model":"llama3.1:8b","think":true,"messages":[{}]}"#, 400, #""llama3.1:8b" does not support thinking"#),
        (
            #"{"model":"llama3.1:8b","think":7,"messages":[{}]}"#, 400,
            #"think must be a boolean or string ("high", "medium", "low", "max", true, or false)"#
        ),
        (#"{"model":"llama3.1:8b","top_logprobs":21,"messages":[{}]}"#, 400, "top_logprobs must be between 0 and 20"),
        (
            #"{"model":"llama3.1:8b","keep_alive":"300","messages":[{}]}"#, 400,
            #"time: missing unit in duration "300""#
        ),
        (
            #"{"model":"llama3.1:8b","options":{"num_ctx":"8k"},"messages":[{}]}"#, 500,
            #"option "num_ctx" must be of type integer"#
        ),
        (
            #"{"model":"llama3.1:8b","options":{"stop":"x"},"messages":[{}]}"#, 500,
            #"option "stop" must be of type array"#
        ),
        (
            #"{"model":"llama3.1:8b","options":{"temperature":"hot"},"messages":[{}]}"#, 500,
            #"option "temperature" must be of type float32"#
        ),
        (
            #"{"model":"llama3.1:8b","format":"xml","messages":[{}]}"#, 500,
            #"invalid format: "xml"; expected "json" or a valid JSON Schema object"#
        ),
    ])
    func `refuses in a real box's words`(body: String, status: Int, message: String) async throws {
        try await withBox { farm, client in
            let answer = try await client.ask("POST", "/api/chat", body)
            #expect(answer.head.status == status)
            #expect(answer.json.names == ["error"])
            #expect(answer.error == message)
            #expect(answer.body.last == "}")
            let stats = await farm.stats(box: 0)
            #expect(stats.requests == 1 && stats.failed == 1)
        }
    }

    @Test func `a model that cannot use tools says so with its full name`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask(
                "POST", "/api/chat", #"{"model":"plain","messages":[{}],"tools":[{"function":{"name":"x"}}]}"#)
            #expect(answer.error?.hasSuffix("ollama.ai/library/plain:latest does not support tools") == true)
        }
    }

    @Test func `stamps end each token with the clock`() async throws {
        try await withBox(.test { $0.stamps = true }) { _, client in
            let lines = try await client.ask("POST", "/api/chat", chat).body.objects.dropLast()
            let stamps = lines.compactMap { line -> Int? in
                guard let text = line["message"]?["content"]?.string, let mark = text.ranges(of: " t=").last else {
                    return nil
                }
                return Int(text[mark.upperBound...])
            }
            #expect(stamps.count == 10)
            #expect(stamps == stamps.sorted())
        }
    }

    private func request(_ fields: String) -> String {
        #"{"model":"llama3.1:8b","messages":[{"role":"user","content":"Where do they graze?"}],\#(fields)}"#
    }
}
