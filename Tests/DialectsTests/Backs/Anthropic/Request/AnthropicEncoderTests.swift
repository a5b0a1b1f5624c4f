import Dialects
import Foundation
import NIOCore
import Testing

@Suite struct AnthropicEncoderTests {
    private func rest(_ more: String, _ tag: String = "claude-sonnet-4-5", drops: Bool = false) throws -> String {
        try AnthropicSent(Fixture.chat(more), to: Fixture.claude(tag, dropParams: drops)).rest
    }

    private func param(_ more: String, _ tag: String = "claude-sonnet-4-5") throws -> String? {
        try AnthropicSent.fault(Fixture.chat(more), to: Fixture.claude(tag))?.param
    }

    @Test(arguments: [
        (#""max_tokens":7"#, #"{"max_tokens":7}"#),
        (#""max_tokens":7,"max_completion_tokens":8"#, #"{"max_tokens":8}"#),
        (#""temperature":0.5"#, #"{"temperature":0.5}"#), (#""temperature":1.7"#, #"{"temperature":1}"#),
        (#""temperature":1"#, #"{"temperature":1}"#), (#""top_p":0.5"#, #"{"top_p":0.5}"#),
        (#""temperature":0,"top_p":1"#, #"{"temperature":0}"#),
        (#""temperature":0,"top_p":0.5"#, #"{"temperature":0,"top_p":0.5}"#), (#""top_k":40"#, #"{"top_k":40}"#),
        (#""stop":"a""#, #"{"stop_sequences":["a"]}"#),
        (#""stop":["\n","a"," ","","b\n"]"#, #"{"stop_sequences":["a","b\n"]}"#), (#""stop":["\n"]"#, "{}"),
        (#""stop":" ","stop_sequences":["x"]"#, "{}"), (#""stop_sequences":["x"]"#, #"{"stop_sequences":["x"]}"#),
        (#""user":"u-1""#, #"{"metadata":{"user_id":"u-1"}}"#), (#""user":"bob@example.com""#, "{}"),
        (#""user":"+49 (30) 123456""#, "{}"), (#""user":"""#, "{}"), (#""user":5"#, "{}"),
        (
            #""container":"c","cache_control":{"type":"ephemeral"}"#,
            #"{"cache_control":{"type":"ephemeral"},"container":"c"}"#
        ),
        (#""num_ctx":4096,"min_p":0.1,"keep_alive":"5m","options":{"seed":1},"think":true,"format":"json""#, "{}"),
        (
            #""metadata":{"a":1},"tags":["x"],"litellm_trace_id":"t","timeout":5,"api_key":"sk","mock_response":"x""#,
            "{}"
        ),
        (#""stream_options":{"include_usage":true}"#, "{}"),
        (
            #""n":1,"logprobs":false,"top_logprobs":0,"logit_bias":{},"presence_penalty":0,"frequency_penalty":0.0"#,
            "{}"
        ),
        (#""functions":[],"function_call":"auto","modalities":["text"]"#, "{}"),
    ])
    func `says in Anthropic's words what a request asks`(_ more: String, _ expected: String) throws {
        #expect(try rest(more) == canonical(expected))
    }

    @Test(arguments: [
        (#""n":2"#, "n"), (#""logprobs":true"#, "logprobs"), (#""top_logprobs":2"#, "top_logprobs"),
        (#""logit_bias":{"5":1}"#, "logit_bias"), (#""presence_penalty":0.5"#, "presence_penalty"),
        (#""frequency_penalty":-1"#, "frequency_penalty"), (#""seed":0"#, "seed"),
        (#""modalities":["text","audio"]"#, "modalities"), (#""audio":{"voice":"a"}"#, "audio"),
        (#""functions":[{"name":"f"}]"#, "functions"), (#""function_call":{"name":"f"}"#, "function_call"),
    ])
    func `refuses what there is not, unless it is to be dropped`(_ more: String, _ field: String) throws {
        let fault = try AnthropicSent.fault(Fixture.chat(more), to: Fixture.claude())
        #expect(fault?.param == field)
        #expect(fault?.message.contains("`\(field)`") ?? false)
        #expect(fault?.message.contains("or set `drop_params: true`") ?? false)
        #expect(try rest(more, drops: true) == "{}")
        #expect(try rest(more + #","drop_params":true"#) == "{}")
    }

    @Test(arguments: [
        (#""n":2"#, "n"), (#""best_of":2"#, "best_of"), (#""echo":true"#, "echo"), (#""suffix":"x""#, "suffix"),
        (#""logprobs":3"#, "logprobs"), (#""seed":1"#, "seed"),
    ])
    func `refuses it in completions too`(_ more: String, _ field: String) throws {
        let body = #"{"model":"m","prompt":"x",\#(more)}"#
        #expect(try AnthropicSent.fault(body, .openAICompletions)?.param == field)
        #expect(try AnthropicSent(body, .openAICompletions, to: Fixture.claude(dropParams: true)).rest == "{}")
    }

    @Test func `asks for a stream where the upstream is to stream`() throws {
        #expect(try AnthropicSent(Fixture.chat(#""stream":true"#)).member("stream") == "true")
        #expect(try AnthropicSent(Fixture.chat()).member("stream") == "false")
    }

    @Test(arguments: ["claude-opus-4-7", "claude-sonnet-5", "claude-fable-5"])
    func `the newest models take no sampling`(_ tag: String) throws {
        for (more, field) in [
            (#""temperature":0.5"#, "temperature"), (#""top_p":0.9"#, "top_p"), (#""top_k":3"#, "top_k"),
        ] {
            #expect(try param(more, tag) == field)
            #expect(try rest(more, tag, drops: true) == "{}")
        }
        #expect(try rest(#""temperature":1,"top_p":1"#, tag) == "{}")
    }

    @Test func `of temperature and top_p one may go where a model takes but one`() throws {
        let both = #""temperature":0.5,"top_p":0.9"#
        #expect(try rest(both, drops: true) == #"{"temperature":0.5}"#)
        let deployed = Fixture.claude(defaults: ["temperature": .double(0.2), "top_p": .double(0.8)])
        #expect(try AnthropicSent(Fixture.chat(), to: deployed).rest == #"{"temperature":0.2}"#)
        #expect(try AnthropicSent(Fixture.chat(#""top_p":0.5"#), to: deployed).rest == #"{"top_p":0.5}"#)
        #expect(try AnthropicSent(Fixture.chat(#""temperature":0.5"#), to: deployed).rest == #"{"temperature":0.5}"#)
        #expect(try rest(both, "claude-3-5-sonnet-20241022", drops: true) == #"{"temperature":0.5,"top_p":0.9}"#)
    }

    @Test(arguments: [
        ("none", 0), ("minimal", 0), ("disable", 0), ("low", 1024), ("medium", 2048), ("high", 4096), ("xhigh", 8192),
        ("max", 16384),
    ])
    func `turns effort into a budget`(_ effort: String, _ budget: Int) throws {
        let expected = budget == 0 ? "{}" : #"{"thinking":{"budget_tokens":\#(budget),"type":"enabled"}}"#
        #expect(try rest(#""reasoning_effort":"\#(effort)""#) == expected)
        #expect(try rest(#""reasoning":{"effort":"\#(effort)"}"#) == expected)
        // Of another's model no limit is known, so the budget comes on top of what all take.
        let other = try AnthropicSent(
            Fixture.chat(#""reasoning_effort":"\#(effort)""#), to: Fixture.claude("glm-4.6")
        ).sent.body
        #expect(other.contains(#""max_tokens":\#(4096 + budget),"#))
        #expect(other.contains(#""budget_tokens":\#(budget)}"#) == (budget > 0))
    }

    @Test func `a model that thinks by default is told not to, where it can be`() throws {
        for word in ["none", "minimal", "disable"] {
            let effort = #""reasoning_effort":"\#(word)""#
            #expect(try rest(effort, "claude-sonnet-5") == #"{"thinking":{"type":"disabled"}}"#)
            #expect(try rest(effort, "claude-fable-5") == "{}" && rest(effort, "claude-opus-4-8") == "{}")
        }
    }

    @Test(arguments: [
        ("claude-sonnet-4-5", 64000), ("claude-opus-4-1", 32000), ("claude-opus-4-5", 64000),
        ("claude-opus-4-6", 128_000),
        ("claude-3-7-sonnet-latest", 64000), ("claude-3-5-haiku-latest", 8192), ("claude-3-haiku-20240307", 4096),
        ("claude-sonnet-4-20250514", 64000), ("claude-opus-5", 128_000), ("glm-4.6", 4096),
    ])
    func `an answer that nobody limits may be as long as the model can write`(_ tag: String, _ limit: Int) throws {
        let body = try AnthropicSent(Fixture.chat(), to: Fixture.claude(tag)).sent.body
        #expect(body.contains("\"max_tokens\":\(limit),"))
        let target = UpstreamTarget(
            { () -> UpstreamPlace in
                var place = UpstreamPlace(
                    provider: Providers.named("anthropic")!, tag: tag, pathPrefix: "", hostHeader: "h", isLocal: false)
                place.answerLimit = 777
                return place
            }(), account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "d")
        #expect(try AnthropicSent(Fixture.chat(), to: target).sent.body.contains(#""max_tokens":777,"#))
    }

    @Test(arguments: [
        ("claude-opus-4-6", "low", "low"), ("claude-opus-4-6", "medium", "medium"),
        ("claude-opus-4-6", "xhigh", "high"), ("claude-opus-4-6", "max", "max"), ("claude-opus-4-7", "xhigh", "xhigh"),
        ("claude-sonnet-5", "high", "high"),
    ])
    func `tells the newer models the effort`(_ tag: String, _ effort: String, _ word: String) throws {
        #expect(
            try rest(#""reasoning_effort":"\#(effort)","max_tokens":500"#, tag)
                == #"{"max_tokens":500,"output_config":{"effort":"\#(word)"},"thinking":{"display":"summarized","type":"adaptive"}}"#
        )
    }

    @Test func `keeps a budget below the answer's limit, and leaves it out where none fits`() throws {
        let high = #""reasoning_effort":"high","max_tokens":"#
        #expect(try rest(high + "3000") == #"{"max_tokens":3000,"thinking":{"budget_tokens":2999,"type":"enabled"}}"#)
        #expect(try rest(high + "1025") == #"{"max_tokens":1025,"thinking":{"budget_tokens":1024,"type":"enabled"}}"#)
        #expect(try rest(high + #"1024,"temperature":0"#) == #"{"max_tokens":1024,"temperature":0}"#)
    }

    @Test func `sets no temperature beside thinking`() throws {
        let more = #""reasoning_effort":"low","max_tokens":9000,"temperature":0.2,"top_k":4,"top_p":"#
        let thinking = #""thinking":{"budget_tokens":1024,"type":"enabled"}"#
        #expect(try rest(more + "0.5") == #"{"max_tokens":9000,\#(thinking)}"#)
        #expect(try rest(more + "0.95") == #"{"max_tokens":9000,\#(thinking),"top_p":0.95}"#)
    }

    @Test func `passes thinking on in Anthropic's own words`() throws {
        let given = #""thinking":{"type":"enabled","budget_tokens":2000},"temperature":0.2,"reasoning_effort":"max""#
        #expect(try rest(given) == #"{"thinking":{"budget_tokens":2000,"type":"enabled"}}"#)
        #expect(try rest(given, "claude-opus-4-6").contains(#""thinking":{"budget_tokens":2000,"type":"enabled"}"#))
        #expect(
            try rest(given, "claude-opus-4-7")
                == #"{"output_config":{"effort":"low"},"thinking":{"display":"summarized","type":"adaptive"}}"#
        )
        let off = #""thinking":{"type":"disabled"},"temperature":0.2"#
        #expect(try rest(off) == #"{"temperature":0.2,"thinking":{"type":"disabled"}}"#)
        let deep = #""thinking":{"type":"enabled","budget_tokens":9000,"display":"omitted"},"max_tokens":20000"#
        #expect(
            try rest(deep, "claude-opus-4-7")
                == #"{"max_tokens":20000,"output_config":{"effort":"xhigh"},"thinking":{"display":"omitted","type":"adaptive"}}"#
        )
    }

    @Test(arguments: [(2000, 64_000), (63_999, 64_000), (64_000, 68_096), (90_000, 94_096)])
    func `a budget of the client's own is below the limit that is written`(_ budget: Int, _ limit: Int) throws {
        let body = Fixture.chat(#""thinking":{"type":"enabled","budget_tokens":\#(budget)}"#)
        for target in [Fixture.claude(), try BedrockFixture.target("anthropic.claude-sonnet-4-5-20250929-v1:0")] {
            var out = ByteBuffer()
            try Provider.encode(Fixture.scan(body), with: Fixture.permit(target), unixSeconds: 0, into: &out)
            let sent = String(buffer: out)
            #expect(sent.contains("\"max_tokens\":\(limit),") || sent.contains("\"maxTokens\":\(limit)}"), "\(sent)")
        }
    }

    @Test func `refuses effort where a model does not think`() throws {
        let old = "claude-3-5-haiku-20241022"
        #expect(try param(#""reasoning_effort":"low""#, old) == "reasoning_effort")
        #expect(try param(#""reasoning":{"effort":"low"}"#, old) == "reasoning")
        #expect(try rest(#""reasoning_effort":"none""#, old) == "{}")
        #expect(try rest(#""reasoning_effort":"low""#, old, drops: true) == "{}")
        let target = Fixture.claude(old, defaults: ["reasoning_effort": .string("high")])
        #expect(try AnthropicSent(Fixture.chat(), to: target).rest == "{}")
    }

    @Test func `a request's effort wins over its deployment's thinking`() throws {
        let thinking = try #require(JSONText(#"{"type":"enabled","budget_tokens":4000}"#))
        let target = Fixture.claude(defaults: ["thinking": thinking])
        #expect(
            try AnthropicSent(Fixture.chat(), to: target).rest
                == #"{"thinking":{"budget_tokens":4000,"type":"enabled"}}"#)
        #expect(try AnthropicSent(Fixture.chat(#""reasoning_effort":"none""#), to: target).rest == "{}")
    }

    @Test func `joins what the client says of the output with what is made of it`() throws {
        let more = #""output_config":{"effort":"max","x":1},"reasoning_effort":"low","max_tokens":9"#
        #expect(
            try rest(more, "claude-opus-4-6")
                == #"{"max_tokens":9,"output_config":{"effort":"max","x":1},"thinking":{"display":"summarized","type":"adaptive"}}"#
        )
    }
}
