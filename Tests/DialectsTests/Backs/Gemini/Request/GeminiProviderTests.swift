import Dialects
import Testing

@Suite struct GeminiProviderTests {
    private func config(_ more: String, to target: UpstreamTarget = GeminiFixture.target()) throws -> String {
        try GeminiFixture.member("generationConfig", more, to: target)
    }

    @Test func `writes a whole HTTP request with the key in a header`() throws {
        let sent = try Sent(Fixture.chat(), to: GeminiFixture.target())
        let lines = sent.head.split(separator: "\r\n").map(String.init)
        #expect(lines[0] == "POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1")
        #expect(
            Set(lines[1...].dropLast()) == [
                "host: generativelanguage.googleapis.com", "user-agent: drover/0.1.0",
                "content-type: application/json", "accept: application/json, text/event-stream",
                "x-goog-api-key: AIza-secret", "accept-encoding: identity",
            ])
        #expect(Int(lines.last!.split(separator: ":")[1].drop { $0 == " " }) == sent.body.utf8.count)
        #expect(sent.body == #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"#)
    }

    @Test func `asks for events where the answer is a stream`() throws {
        let sent = try Sent(Fixture.chat(#""stream":true"#), to: GeminiFixture.target())
        #expect(
            sent.head.hasPrefix("POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1\r\n"))
        #expect(!sent.body.contains("stream"))
    }

    @Test(arguments: [
        ("", "gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:"), ("/v1beta", "g", "/v1beta/models/g:"),
        ("/v1", "g", "/v1/models/g:"), ("/proxy/v1alpha/", "g", "/proxy/v1alpha/models/g:"),
        ("/proxy", "g", "/proxy/v1beta/models/g:"), ("/vault", "g", "/vault/v1beta/models/g:"),
        ("", "tunedModels/mine-1", "/v1beta/tunedModels/mine-1:"), ("", "models/g", "/v1beta/models/g:"),
        ("", "g ?#\r\n%é", "/v1beta/models/g%20%3f%23%0d%0a%25%c3%a9:"),
    ])
    func `makes the path of base and model`(_ prefix: String, _ tag: String, _ path: String) throws {
        let sent = try Sent(Fixture.chat(), to: GeminiFixture.target(tag, prefix: prefix))
        #expect(sent.head.hasPrefix("POST \(path)generateContent HTTP/1.1\r\n"))
    }

    @Test func `sends a token of OAuth as a bearer, and no key at all where there is none`() throws {
        let token = try Sent(Fixture.chat(), to: GeminiFixture.target(key: "ya29.token\n")).head
        #expect(token.contains("\r\nauthorization: Bearer ya29.token\r\n"))
        #expect(!token.contains("x-goog-api-key"))
        let none = try Sent(Fixture.chat(), to: GeminiFixture.target(key: nil)).head
        #expect(!none.contains("authorization") && !none.contains("x-goog-api-key"))
    }

    @Test(arguments: [
        (#""temperature":0.5,"top_p":0.9,"seed":7"#, #"{"temperature":0.5,"topP":0.9,"seed":7}"#),
        (#""max_tokens":5"#, #"{"maxOutputTokens":5}"#),
        (#""max_tokens":5,"max_completion_tokens":6"#, #"{"maxOutputTokens":6}"#),
        (#""stop":"END""#, #"{"stopSequences":["END"]}"#), (#""stop":["a","b"]"#, #"{"stopSequences":["a","b"]}"#),
        (#""presence_penalty":1,"frequency_penalty":-1"#, #"{"presencePenalty":1,"frequencyPenalty":-1}"#),
        (#""top_k":40"#, #"{"topK":40}"#), (#""topK":40,"num_ctx":8,"min_p":0.1"#, #"{"topK":40}"#),
        (#""n":1,"logit_bias":{},"user":"u","keep_alive":5,"options":{"num_ctx":9},"think":true"#, "null"),
        (#""logprobs":true,"top_logprobs":3"#, #"{"responseLogprobs":true,"logprobs":3}"#),
        (#""logprobs":true"#, #"{"responseLogprobs":true}"#), (#""logprobs":false,"top_logprobs":3"#, "null"),
        (#""response_format":{"type":"text"}"#, "null"),
        (#""response_format":{"type":"json_object"}"#, #"{"responseMimeType":"application/json"}"#),
        (
            #""response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object","additionalProperties":false,"$defs":{"a":{"const":1}}}}}"#,
            #"{"responseMimeType":"application/json","responseJsonSchema":{"type":"object","additionalProperties":false,"$defs":{"a":{"const":1}}}}"#
        ),
        (#""modalities":["text"]"#, "null"),
        (#""modalities":["text","image"]"#, #"{"responseModalities":["TEXT","IMAGE"]}"#),
        (#""modalities":["image"]"#, #"{"responseModalities":["IMAGE"]}"#),
        (
            #""image_config":{"aspectRatio":"1:1"},"mediaResolution":"MEDIA_RESOLUTION_LOW""#,
            #"{"imageConfig":{"aspectRatio":"1:1"},"mediaResolution":"MEDIA_RESOLUTION_LOW"}"#
        ),
        (
            #""temperature":1,"generationConfig":{"temperature":0,"topK":3}"#, #"{"temperature":1,"topK":3}"#
        ),
    ])
    func `translates parameters`(_ more: String, _ expected: String) throws {
        #expect(try config(more) == canonical(expected))
    }

    @Test func `passes what is Google's beside the contents`() throws {
        let more = #"""
            "safety_settings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],
            "cachedContent":"cachedContents/1","labels":{"a":"b"},"contents":[],"system_instruction":"no"
            """#
        let sent = try Sent(Fixture.chat(more), to: GeminiFixture.target()).body
        #expect(
            try canonical(sent)
                == canonical(
                    #"""
                    {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
                     "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],
                     "cachedContent":"cachedContents/1","labels":{"a":"b"}}
                    """#))
    }

    @Test func `a deployment's parameters stand in for what the request leaves out`() throws {
        let target = GeminiFixture.target(defaults: [
            "temperature": .double(0.2), "max_tokens": .integer(100), "top_k": .integer(5), "seed": .null,
            "reasoning_effort": .string("low"), "num_ctx": .integer(9), "timeout": .integer(3),
            "safety_settings": .array([]),
        ])
        let thinking = #""thinkingConfig":{"thinkingBudget":1024,"includeThoughts":true}"#
        #expect(
            try config("", to: target)
                == canonical(#"{"temperature":0.2,"maxOutputTokens":100,\#(thinking),"topK":5}"#))
        #expect(
            try config(#""temperature":1,"max_completion_tokens":7,"topK":6"#, to: target)
                == canonical(#"{"temperature":1,"maxOutputTokens":7,\#(thinking),"topK":6}"#))
        #expect(
            try config(#""thinking_config":{"thinkingBudget":5},"max_output_tokens":8"#, to: target)
                == canonical(
                    #"{"temperature":0.2,"maxOutputTokens":8,"thinkingConfig":{"thinkingBudget":5},"topK":5}"#))
        #expect(try GeminiFixture.member("safetySettings", to: target) == "[]")
    }

    @Test(arguments: [
        ("gemini-2.5-flash", #""reasoning_effort":"none""#, #"{"thinkingBudget":0,"includeThoughts":false}"#),
        ("gemini-2.5-pro", #""reasoning_effort":"none""#, #"{"thinkingBudget":128,"includeThoughts":false}"#),
        ("gemini-2.5-flash", #""reasoning_effort":"minimal""#, #"{"thinkingBudget":0,"includeThoughts":false}"#),
        ("gemini-2.5-flash-lite", #""reasoning_effort":"minimal""#, #"{"thinkingBudget":0,"includeThoughts":false}"#),
        ("gemini-2.5-pro", #""reasoning_effort":"low""#, #"{"thinkingBudget":1024,"includeThoughts":true}"#),
        ("gemini-2.5-pro", #""reasoning":{"effort":"medium"}"#, #"{"thinkingBudget":2048,"includeThoughts":true}"#),
        ("gemini-2.5-pro", #""reasoning_effort":"high""#, #"{"thinkingBudget":4096,"includeThoughts":true}"#),
        ("gemini-2.5-pro", #""reasoning_effort":"max""#, #"{"thinkingBudget":16384,"includeThoughts":true}"#),
        ("gemini-3-pro-preview", #""reasoning_effort":"none""#, #"{"thinkingLevel":"low","includeThoughts":false}"#),
        (
            "gemini-3-flash-preview", #""reasoning_effort":"minimal""#,
            #"{"thinkingLevel":"minimal","includeThoughts":false}"#
        ),
        ("gemini-3.7-flash", #""reasoning_effort":"none""#, #"{"thinkingLevel":"low","includeThoughts":false}"#),
        ("gemini-3.8-flash", #""reasoning_effort":"minimal""#, #"{"thinkingLevel":"low","includeThoughts":false}"#),
        ("gemini-4-hydrogen", #""reasoning_effort":"xhigh""#, #"{"thinkingLevel":"xhigh","includeThoughts":true}"#),
        ("gemini-4-argon", #""reasoning_effort":"xhigh""#, #"{"thinkingLevel":"high","includeThoughts":true}"#),
        ("gemini-flash-latest", #""reasoning_effort":"xhigh""#, #"{"thinkingLevel":"high","includeThoughts":true}"#),
        (
            "gemini-2.5-pro", #""thinking":{"type":"enabled","budget_tokens":99}"#,
            #"{"thinkingBudget":99,"includeThoughts":true}"#
        ),
        ("gemini-2.5-flash", #""thinking":{"type":"disabled"}"#, #"{"thinkingBudget":0,"includeThoughts":false}"#),
        ("gemini-3-pro-preview", #""thinking":{"type":"enabled","budget_tokens":9}"#, #"{"includeThoughts":true}"#),
    ])
    func `says how much to think`(_ tag: String, _ more: String, _ expected: String) throws {
        #expect(
            try config(more, to: GeminiFixture.target(tag)) == canonical(#"{"thinkingConfig":\#(expected)}"#))
    }

    @Test(arguments: [
        ("gemini-2.5-flash", #""n":2"#, "n"), ("gemini-2.5-flash", #""logit_bias":{"5":1}"#, "logit_bias"),
        ("gemini-2.5-flash", #""audio":{"voice":"x"}"#, "audio"),
        ("gemini-2.5-flash", #""modalities":["text","audio"]"#, "modalities"),
        ("gemini-2.5-flash", #""functions":[{"name":"f"}]"#, "functions"),
        ("gemini-3-pro-preview", #""presence_penalty":1"#, "presence_penalty"),
        ("gemini-2.0-flash", #""reasoning_effort":"low""#, "reasoning_effort"),
        (
            "gemini-2.5-flash", #""web_search_options":{},"tools":[{"type":"function","function":{"name":"f"}}]"#,
            "web_search_options"
        ),
    ])
    func `refuses what Gemini cannot do, or leaves it out`(_ tag: String, _ more: String, _ param: String) throws {
        let fault = try #require(try GeminiFixture.fault(Fixture.chat(more), to: GeminiFixture.target(tag)))
        #expect(fault.param == param)
        #expect(fault.message.contains("`\(param)`") && fault.message.contains("`drop_params: true`"))
        #expect(try config(more, to: GeminiFixture.target(tag, dropParams: true)) == "null")
        #expect(try config(more + #","drop_params":true"#, to: GeminiFixture.target(tag)) == "null")
        let own = try GeminiFixture.fault(
            Fixture.chat(more + #","drop_params":false"#), to: GeminiFixture.target(tag, dropParams: true))
        #expect(own == fault)
    }

    @Test func `what asks nothing is never refused`() throws {
        let more = #""presence_penalty":0,"frequency_penalty":0.0,"reasoning_effort":"high","function_call":"auto""#
        #expect(try GeminiFixture.fault(Fixture.chat(more), to: GeminiFixture.target("gemini-3-pro-preview")) == nil)
        #expect(
            try config(#""reasoning_effort":"none""#, to: GeminiFixture.target("gemini-2.0-flash")) == "null")
    }

    @Test func `sends completions as the message of a user`() throws {
        let body = #"{"model":"m","prompt":["Once \u00e9"],"max_tokens":5,"logprobs":2,"suffix":""}"#
        let sent = try Sent(body, .openAICompletions, to: GeminiFixture.target())
        #expect(sent.head.hasPrefix("POST /v1beta/models/gemini-2.5-flash:generateContent "))
        #expect(
            try canonical(sent.body)
                == canonical(
                    #"""
                    {"contents":[{"role":"user","parts":[{"text":"Once é"}]}],
                     "generationConfig":{"maxOutputTokens":5,"responseLogprobs":true,"logprobs":2}}
                    """#))
        for more in [#""suffix":"x""#, #""echo":true"#, #""best_of":2"#, #""n":3"#] {
            #expect(try GeminiFixture.fault(#"{"model":"m","prompt":"a",\#(more)}"#, .openAICompletions) != nil)
        }
    }

    @Test func `sends embeddings as a batch`() throws {
        let target = GeminiFixture.target("gemini-embedding-001", defaults: ["task_type": .string("CLUSTERING")])
        let body = #"{"model":"m","input":["a","b\n"],"dimensions":64,"encoding_format":"base64","truncate":true}"#
        let sent = try Sent(body, .openAIEmbeddings, to: target)
        #expect(sent.head.hasPrefix("POST /v1beta/models/gemini-embedding-001:batchEmbedContents HTTP/1.1\r\n"))
        func one(_ text: String) -> String {
            #"""
            {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"\#(text)"}]},
             "outputDimensionality":64,"taskType":"CLUSTERING"}
            """#
        }
        #expect(try canonical(sent.body) == canonical(#"{"requests":[\#(one("a")),\#(one(#"b\n"#))]}"#))
        let single = try Sent(#"{"model":"m","input":"a"}"#, .openAIEmbeddings, to: GeminiFixture.target("e")).body
        #expect(single == #"{"requests":[{"model":"models/e","content":{"parts":[{"text":"a"}]}}]}"#)
    }
}
