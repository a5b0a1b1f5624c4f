import Dialects
import Foundation
import NIOCore
import Testing

/// What goes to Ollama for a client's body: the head apart from the JSON.
struct Sent {
    let head: String
    let body: String

    init(_ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget = Fixture.target()) throws {
        var out = ByteBuffer()
        try Provider.encode(try Fixture.scan(body, front), with: Fixture.permit(target), unixSeconds: 0, into: &out)
        let text = String(buffer: out)
        let end = try #require(text.range(of: "\r\n\r\n"))
        head = String(text[..<end.lowerBound])
        self.body = String(text[end.upperBound...])
    }

    /// The body without what every chat has: the model, the messages and `stream`.
    var rest: String {
        get throws {
            var object = try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
            for name in ["model", "messages", "stream", "prompt", "input"] { object[name] = nil }
            let data = try JSONSerialization.data(
                withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
            return String(decoding: data, as: UTF8.self)
        }
    }
}

@Suite struct OllamaProviderTests {
    /// The fault of encoding; nil when there is none.
    private func fault(
        _ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget = Fixture.target()
    ) throws -> RequestFault? {
        do {
            _ = try Sent(body, front, to: target)
            return nil
        } catch let fault as RequestFault {
            return fault
        }
    }

    @Test func `writes a whole HTTP request`() throws {
        let sent = try Sent(
            Fixture.chat(#""stream":true"#), to: Fixture.target(prefix: "/lab/", key: "k"))
        let lines = sent.head.split(separator: "\r\n").map(String.init)
        #expect(lines[0] == "POST /lab/api/chat HTTP/1.1")
        #expect(
            Set(lines[1...].dropLast()) == [
                "host: gpu-1:11434", "user-agent: drover/0.1.0", "content-type: application/json",
                "accept: application/json, application/x-ndjson", "authorization: Bearer k",
                "accept-encoding: identity",
            ])
        let length = try #require(lines.last?.split(separator: ":"))
        #expect(length[0] == "content-length")
        #expect(Int(length[1].drop { $0 == " " }) == sent.body.utf8.count)
        #expect(
            sent.body
                == #"{"model":"llama3.1:8b","messages":[{"role":"user","content":"Hi"}],"stream":true}"#)
    }

    @Test func `writes behind what the buffer holds, and leaves it as it was on a fault`() throws {
        var out = ByteBuffer(string: "before")
        let request = try Fixture.scan(Fixture.chat())
        try Provider.encode(request, with: Fixture.permit(Fixture.target()), unixSeconds: 0, into: &out)
        try Provider.encode(request, with: Fixture.permit(Fixture.target()), unixSeconds: 0, into: &out)
        let text = String(buffer: out)
        #expect(text.hasPrefix("beforePOST /api/chat"))
        let length = try Sent(Fixture.chat()).body.utf8.count
        #expect(text.components(separatedBy: "content-length:         \(length)\r\n\r\n{").count == 3)
        let refused = try Fixture.scan(Fixture.chat(#""n":2"#))
        #expect(throws: RequestFault.self) {
            try Provider.encode(refused, with: Fixture.permit(Fixture.target()), unixSeconds: 0, into: &out)
        }
        #expect(String(buffer: out) == text)
    }

    @Test func `has no authorization where none is set, and asks the right path`() throws {
        #expect(try !Sent(Fixture.chat()).head.contains("authorization"))
        #expect(
            try Sent(#"{"model":"m","prompt":"x"}"#, .openAICompletions).head.hasPrefix(
                "POST /api/generate HTTP/1.1\r\n"))
        #expect(
            try Sent(#"{"model":"m","input":"x"}"#, .openAIEmbeddings).head.hasPrefix("POST /api/embed HTTP/1.1\r\n"))
    }

    @Test func `always says whether to stream, since Ollama would`() throws {
        #expect(try Sent(Fixture.chat()).body.hasSuffix(#","stream":false}"#))
        #expect(try Sent(Fixture.chat(#""stream":false"#)).body.hasSuffix(#","stream":false}"#))
        #expect(try Sent(#"{"model":"m","prompt":"x"}"#, .openAICompletions).body.hasSuffix(#","stream":false}"#))
    }

    @Test func `asks for the target's tag, whatever the client calls it`() throws {
        let target = Fixture.target(tag: "we\"ird:1")
        #expect(try Sent(Fixture.chat(), to: target).body.hasPrefix(#"{"model":"we\"ird:1","#))
    }

    @Test(arguments: [
        (#""temperature":0.7"#, #"{"options":{"temperature":0.7}}"#), (#""top_p":0.9"#, #"{"options":{"top_p":0.9}}"#),
        (#""top_k":40"#, #"{"options":{"top_k":40}}"#), (#""min_p":0.1"#, #"{"options":{"min_p":0.1}}"#),
        (#""seed":42"#, #"{"options":{"seed":42}}"#), (#""stop":"a""#, #"{"options":{"stop":["a"]}}"#),
        (#""stop":["a","b"]"#, #"{"options":{"stop":["a","b"]}}"#),
        (#""frequency_penalty":0.5"#, #"{"options":{"frequency_penalty":0.5}}"#),
        (#""presence_penalty":-1"#, #"{"options":{"presence_penalty":-1}}"#),
        (#""repeat_penalty":1.1"#, #"{"options":{"repeat_penalty":1.1}}"#),
        (#""num_ctx":4096"#, #"{"options":{"num_ctx":4096}}"#),
        (#""num_predict":5"#, #"{"options":{"num_predict":5}}"#),
        (#""mirostat":2"#, #"{"options":{"mirostat":2}}"#), (#""typical_p":1"#, #"{"options":{"typical_p":1}}"#),
        (#""max_tokens":7"#, #"{"options":{"num_predict":7}}"#),
        (#""max_completion_tokens":8"#, #"{"options":{"num_predict":8}}"#),
        (#""max_tokens":7,"max_completion_tokens":8"#, #"{"options":{"num_predict":8}}"#),
        (#""num_predict":5,"max_tokens":7"#, #"{"options":{"num_predict":7}}"#),
        (#""repetition_penalty":1.2"#, #"{"options":{"repeat_penalty":1.2}}"#),
        (#""repetition_penalty":1.2,"repeat_penalty":1.1"#, #"{"options":{"repeat_penalty":1.1}}"#),
        (#""max_tokens":-1"#, #"{"options":{"num_predict":-1}}"#),
        (#""max_completion_tokens":-1,"max_tokens":7"#, #"{"options":{"num_predict":-1}}"#),
        (#""options":{"top_k":3,"seed":1,"stop":"x"}"#, #"{"options":{"seed":1,"stop":["x"],"top_k":3}}"#),
        (#""options":{"top_k":3,"seed":1},"top_k":4,"seed":2"#, #"{"options":{"seed":2,"top_k":4}}"#),
        (#""options":{}"#, "{}"), (#""options":{"a":null},"top_k":null"#, "{}"),
    ])
    func `puts sampling parameters into options`(_ field: String, _ expected: String) throws {
        #expect(try Sent(Fixture.chat(field)).rest == canonical(expected))
    }

    @Test(arguments: [
        (#""keep_alive":"10m""#, #"{"keep_alive":"10m"}"#), (#""keep_alive":-1"#, #"{"keep_alive":-1}"#),
        (#""truncate":false"#, #"{"truncate":false}"#), (#""shift":true"#, #"{"shift":true}"#),
        (#""think":true"#, #"{"think":true}"#), (#""think":"high""#, #"{"think":"high"}"#),
        (#""format":"json""#, #"{"format":"json"}"#),
        (#""logprobs":true,"top_logprobs":3"#, #"{"logprobs":true,"top_logprobs":3}"#),
        (#""response_format":{"type":"text"}"#, "{}"),
        (#""response_format":{"type":"json_object"}"#, #"{"format":"json"}"#),
        (
            #""response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object","properties":{"a":{"type":"integer"}}}}}"#,
            #"{"format":{"type":"object","properties":{"a":{"type":"integer"}}}}"#
        ),
        (#""format":{"type":"object"},"response_format":{"type":"json_object"}"#, #"{"format":{"type":"object"}}"#),
    ])
    func `puts Ollama's own fields beside the model`(_ field: String, _ expected: String) throws {
        #expect(try Sent(Fixture.chat(field)).rest == canonical(expected))
    }

    @Test(arguments: [
        ("none", "false", "false"), ("disable", "false", "false"), ("minimal", "false", "false"),
        ("low", "true", "\"low\""),
        ("medium", "true", "\"medium\""), ("high", "true", "\"high\""), ("xhigh", "true", "\"high\""),
        ("max", "true", "\"high\""),
    ])
    func `turns effort into think`(_ effort: String, _ plain: String, _ gptOSS: String) throws {
        let words = Fixture.target(tag: "library/GPT-OSS:20b")
        for field in [#""reasoning_effort":"\#(effort)""#, #""reasoning":{"effort":"\#(effort)"}"#] {
            #expect(try Sent(Fixture.chat(field)).rest == #"{"think":\#(plain)}"#)
            #expect(try Sent(Fixture.chat(field), to: words).rest == #"{"think":\#(gptOSS)}"#)
        }
        let both = #""think":false,"reasoning_effort":"\#(effort)""#
        #expect(try Sent(Fixture.chat(both)).rest == #"{"think":false}"#)
    }

    @Test(arguments: [
        (#""thinking":{"type":"disabled"}"#, "false", "false"),
        (#""thinking":{"type":"enabled"}"#, "true", "\"medium\""),
        (#""thinking":{"type":"enabled","budget_tokens":1024}"#, "true", "\"low\""),
        (#""thinking":{"type":"adaptive","budget_tokens":9000}"#, "true", "\"high\""),
        (#""thinking":false"#, "false", "false"),
        (#""chat_template_kwargs":{"enable_thinking":false}"#, "false", "false"),
        (#""chat_template_kwargs":{"enable_thinking":true}"#, "true", "\"medium\""),
        (#""chat_template_kwargs":{"thinking":false,"x":1}"#, "false", "false"),
        (#""chat_template_kwargs":{"reasoning_effort":"high"}"#, "true", "\"high\""),
        (#""enable_thinking":false"#, "false", "false"), (#""thinking_budget":0"#, "false", "false"),
        (#""reasoning":{"enabled":false}"#, "false", "false"),
        (#""reasoning":{"max_tokens":5000}"#, "true", "\"high\""),
        (#""extra_body":{"chat_template_kwargs":{"enable_thinking":false}}"#, "false", "false"),
        (#""reasoning_effort":"high","enable_thinking":false"#, "true", "\"high\""),
    ])
    func `understands the ways in which others' clients say how much to think`(
        _ field: String, _ plain: String, _ gptOSS: String
    ) throws {
        #expect(try Sent(Fixture.chat(field)).rest == #"{"think":\#(plain)}"#)
        #expect(try Sent(Fixture.chat(field), to: Fixture.target(tag: "gpt-oss:20b")).rest == #"{"think":\#(gptOSS)}"#)
        // A deployment's own word for it gives way.
        let usual = Fixture.target(defaults: ["think": .string("low")])
        #expect(try Sent(Fixture.chat(field), to: usual).rest == #"{"think":\#(plain)}"#)
    }

    @Test(arguments: [
        #""chat_template_kwargs":{"custom":1}"#, #""thinking":{"type":"odd"}"#, #""thinking_budget":-1"#,
        #""reasoning":{"exclude":true}"#, #""enable_thinking":"perhaps""#,
    ])
    func `says nothing of thinking where a client has not`(_ field: String) throws {
        #expect(try Sent(Fixture.chat(field)).rest == "{}")
        let usual = Fixture.target(defaults: ["think": .bool(false)])
        #expect(try Sent(Fixture.chat(field), to: usual).rest == #"{"think":false}"#)
    }

    @Test(arguments: [
        (#""reasoning_effort":"high""#, Front.openAIChat), (#""think":true"#, .openAIChat),
        (#""think":"high""#, .ollamaChat),
        (#""thinking":{"type":"enabled"}"#, .openAIChat),
    ])
    func `a model that cannot think is not asked to, where parameters may be dropped`(_ more: String, _ front: Front)
        throws
    {
        func asks(_ more: String, drops: Bool, lacks: Bool) throws -> Bool {
            var out = ByteBuffer()
            let target = Fixture.target(dropParams: drops)
            try Provider.encode(
                Fixture.scan(Fixture.chat(more), front), with: Fixture.permit(target),
                listing: ModelListing(lacksThinking: lacks),
                unixSeconds: 0,
                into: &out)
            return String(buffer: out).contains(#""think":"#)
        }
        #expect(try !asks(more, drops: true, lacks: true))
        #expect(try asks(more, drops: true, lacks: false))
        #expect(try asks(more, drops: false, lacks: true))
        #expect(try asks(#""think":false"#, drops: true, lacks: true))
    }

    @Test(arguments: [Front.openAIChat, .openAICompletions, .openAIEmbeddings, .ollamaChat])
    func `a box is asked for a model in its own spelling, where a place has two names`(_ front: Front) throws {
        let target = Fixture.target(tag: "huggingface.co/Maker/X:Q4")
        let body =
            front == .openAICompletions
            ? #"{"model":"m","prompt":"x"}"#
            : front == .openAIEmbeddings ? #"{"model":"m","input":"x"}"# : Fixture.chat()
        let request = try Fixture.scan(body, front)
        #expect(target.needsListing(request))
        func model(_ spelling: String?, of other: UpstreamTarget? = nil) throws -> String {
            let target = other ?? target
            var out = ByteBuffer()
            try Provider.encode(
                request, with: Fixture.permit(target), listing: ModelListing(spelling: spelling), unixSeconds: 0,
                into: &out)
            let text = String(buffer: out)
            let length = text.components(separatedBy: "\r\n\r\n")[1].utf8.count
            #expect(text.contains("content-length: ") && text.contains(" \(length)\r\n"))
            return text.components(separatedBy: #"{"model":""#)[1].components(separatedBy: "\"")[0]
        }
        #expect(try model(nil) == "huggingface.co/Maker/X:Q4")
        #expect(try model("hf.co/Maker/X:Q4") == "hf.co/Maker/X:Q4")
        #expect(!Fixture.target().needsListing(request))
        // A name without a host may be listed with one; one that is listed without is asked for as the deployment spells it.
        for (tag, spelling, asked) in [
            ("x", "ollama.com/library/x:latest", "ollama.com/library/x:latest"),
            ("Maker/X", "maker/x:latest", "Maker/X"),
            ("maker/x", "ollama.com/Maker/X:latest", "ollama.com/Maker/X:latest"),
            ("ollama.com/library/x", "x:latest", "x:latest"),
        ] {
            #expect(try model(spelling, of: Fixture.target(tag: tag)) == asked)
        }
    }

    @Test(
        arguments: [
            "think", "reasoning_effort", "thinking", "chat_template_kwargs", "enable_thinking", "thinking_budget",
        ],
        [Front.openAIChat, .openAICompletions, .ollamaChat])
    func `a deployment's own wish to think is not told to a model that cannot`(_ name: String, _ front: Front) throws {
        let values = [
            "think": "true", "reasoning_effort": #""high""#, "thinking": #"{"type":"enabled"}"#,
            "chat_template_kwargs": #"{"enable_thinking":true}"#, "enable_thinking": "true", "thinking_budget": "5000",
        ]
        let body = front == .openAICompletions ? #"{"model":"m","prompt":"x"}"# : Fixture.chat()
        for drops in [true, false] {
            let target = Fixture.target(
                defaults: [name: try #require(values[name].flatMap { JSONText($0) })], dropParams: drops)
            let request = try Fixture.scan(body, front)
            #expect(target.needsListing(request))
            for lacks in [true, false] {
                var out = ByteBuffer()
                try Provider.encode(
                    Fixture.scan(body, front), with: Fixture.permit(target),
                    listing: ModelListing(lacksThinking: lacks), unixSeconds: 0,
                    into: &out)
                #expect(String(buffer: out).contains(#""think":true"#) != lacks)
            }
        }
        // That it is not to think can be said to every model.
        let quiet = Fixture.target(defaults: ["think": .bool(false)])
        let request = try Fixture.scan(body, front)
        #expect(!quiet.needsListing(request))
        var out = ByteBuffer()
        try Provider.encode(
            Fixture.scan(body, front), with: Fixture.permit(quiet), listing: ModelListing(lacksThinking: true),
            unixSeconds: 0, into: &out)
        #expect(String(buffer: out).contains(#""think":false"#))
    }

    @Test func `a deployment may say in any of these ways how much to think`() throws {
        for (name, value) in [
            ("thinking", #"{"type":"disabled"}"#), ("chat_template_kwargs", #"{"enable_thinking":false}"#),
            ("extra_body", #"{"enable_thinking":false}"#), ("reasoning_effort", #""disable""#),
        ] {
            let target = Fixture.target(defaults: [name: try #require(JSONText(value))])
            #expect(try Sent(Fixture.chat(), to: target).rest == #"{"think":false}"#, "\(name)")
        }
    }

    @Test func `unknown fields stand beside the model, where a younger box may know them`() throws {
        #expect(
            try Sent(Fixture.chat(#""foo_bar":{"a":[1]},"top_k":3"#)).rest
                == #"{"foo_bar":{"a":[1]},"options":{"top_k":3}}"#)
        #expect(
            try Sent(#"{"model":"m","prompt":"x","images":["AA=="],"raw":true}"#, .openAICompletions).rest
                == #"{"images":["AA=="],"raw":true}"#)
        #expect(try Sent(#"{"model":"m","input":"x","foo":1}"#, .openAIEmbeddings).rest == #"{"foo":1}"#)
        let target = Fixture.target(defaults: ["foo": .integer(1), "bar": .integer(2)])
        #expect(try Sent(Fixture.chat(#""foo":3"#), to: target).rest == #"{"bar":2,"foo":3}"#)
    }

    @Test(arguments: [
        "Model", "MESSAGES", "Options", "Stream", "\u{17f}tream", "thin\u{212a}", "Keep_Alive", "_debug_render_only",
    ])
    func `an unknown field is no way past what is written for a box`(_ name: String) throws {
        let sent = try Sent(Fixture.chat("\"\(name)\":\"x\""))
        #expect(try sent.rest == "{}")
        #expect(sent.body == #"{"model":"llama3.1:8b","messages":[{"role":"user","content":"Hi"}],"stream":false}"#)
    }

    @Test func `never passes on what is not Ollama's`() throws {
        let field =
            #""user":"u","metadata":{"a":1},"store":true,"service_tier":"auto","parallel_tool_calls":false,"tags":["x"],"#
            + #""fallbacks":["y"],"timeout":5,"num_retries":2,"drop_params":true,"api_key":"k","api_base":"http://x","#
            + #""litellm_session_id":"s","mock_response":"m","extra_body":{},"stream_options":{},"prediction":{},"#
            + #""safety_identifier":"x","prompt_cache_key":"x","verbosity":"low","dimensions":5,"encoding_format":"float""#
        #expect(try Sent(Fixture.chat(field)).rest == "{}")
    }

    @Test(arguments: [
        (#""n":2"#, "n"), (#""logit_bias":{"5":1}"#, "logit_bias"), (#""modalities":["text","audio"]"#, "modalities"),
        (#""audio":{"voice":"a"}"#, "audio"), (#""web_search_options":{}"#, "web_search_options"),
        (#""functions":[{"name":"f"}]"#, "functions"), (#""function_call":{"name":"f"}"#, "function_call"),
    ])
    func `refuses what Ollama cannot do, unless such parameters are dropped`(_ field: String, _ param: String) throws {
        let refused = try #require(try fault(Fixture.chat(field)))
        #expect(refused.param == param)
        #expect(refused.message.contains("drop_params"))
        #expect(try fault(Fixture.chat(field), to: Fixture.target(dropParams: true)) == nil)
        #expect(try fault(Fixture.chat(field + #","drop_params":true"#)) == nil)
        let own = Fixture.chat(field + #","drop_params":false"#)
        #expect(try fault(own, to: Fixture.target(dropParams: true)) != nil)
        let body = try Sent(Fixture.chat(field), to: Fixture.target(dropParams: true)).body
        #expect(param == "modalities" || !body.contains("\"\(param)\""))
    }

    @Test(arguments: [
        #""n":1"#, #""logit_bias":{}"#, #""modalities":["text"]"#, #""functions":[]"#, #""function_call":"auto""#,
    ])
    func `lets pass what asks for nothing`(_ field: String) throws {
        #expect(try Sent(Fixture.chat(field)).rest == "{}")
    }

    static let tools =
        #"[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}},"#
        + #"{"type":"function","function":{"name":"g","description":"G \"q\""}}]"#

    @Test(arguments: [
        ("", tools), (#","tool_choice":"auto""#, tools), (#","tool_choice":"none""#, ""),
        (#","tool_choice":{"type":"whatever"}"#, tools),
    ])
    func `sends the tools that may be called`(_ choice: String, _ expected: String) throws {
        let rest = try Sent(Fixture.chat(#""tools":\#(Self.tools)"# + choice)).rest
        #expect(rest == (expected.isEmpty ? "{}" : try canonical(#"{"tools":\#(expected)}"#)))
    }

    @Test func `refuses the choice of a tool there is not, and leaves out an empty list`() throws {
        let choice = #","tool_choice":{"type":"function","function":{"name":"h"}}"#
        #expect(try fault(Fixture.chat(#""tools":\#(Self.tools)"# + choice))?.param == "tool_choice.function.name")
        #expect(try Sent(Fixture.chat(#""tools":[]"#)).rest == "{}")
    }

    @Test func `sends completions as they are`() throws {
        let sent = try Sent(
            #"{"model":"m","prompt":"Once\n","suffix":"end","max_tokens":5,"temperature":0,"logprobs":2,"raw":true,"user":"u"}"#,
            .openAICompletions)
        #expect(
            try canonical(sent.body)
                == canonical(
                    #"{"model":"llama3.1:8b","prompt":"Once\n","suffix":"end","stream":false,"raw":true,"logprobs":true,"top_logprobs":2,"options":{"num_predict":5,"temperature":0}}"#
                ))
        #expect(try Sent(#"{"model":"m","prompt":["one"]}"#, .openAICompletions).body.contains(#""prompt":"one""#))
    }

    @Test(arguments: [(#""n":2"#, "n"), (#""best_of":2"#, "best_of"), (#""echo":true"#, "echo")])
    func `refuses completions that Ollama cannot do`(_ field: String, _ param: String) throws {
        let body = #"{"model":"m","prompt":"x",\#(field)}"#
        #expect(try fault(body, .openAICompletions)?.param == param)
        #expect(try fault(body, .openAICompletions, to: Fixture.target(dropParams: true)) == nil)
    }

    @Test func `sends embeddings`() throws {
        let sent = try Sent(
            #"{"model":"m","input":["a","b"],"dimensions":64,"encoding_format":"base64","user":"u","truncate":true,"keep_alive":5,"num_ctx":512}"#,
            .openAIEmbeddings)
        #expect(
            try canonical(sent.body)
                == canonical(
                    #"{"model":"llama3.1:8b","input":["a","b"],"dimensions":64,"truncate":true,"keep_alive":5,"options":{"num_ctx":512}}"#
                ))
    }

    @Test func `an empty text has a vector, as of Ollama's own route of OpenAI's`() throws {
        #expect(
            try Sent(#"{"model":"m","input":"","keep_alive":0}"#, .ollamaEmbed).body.contains(#""input":"","#), "a load"
        )
        let sent = try Sent(#"{"model":"m","input":""}"#, .openAIEmbeddings)
        #expect(sent.body == #"{"model":"llama3.1:8b","input":[""]}"#)
        #expect(try Sent(#"{"model":"m","input":["",""]}"#, .openAIEmbeddings).body.contains(#""input":["",""]"#))
    }
}
