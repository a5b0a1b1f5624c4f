import Foundation
import NIOCore
import Testing

@testable import Dialects

@Suite struct BedrockProviderTests {
    private static let older = "us.anthropic.claude-sonnet-4-20250514-v1:0"
    private static let adaptive = "anthropic.claude-opus-4-6-v1"

    /// The request's own members beside the messages, in canonical order.
    private func rest(
        _ more: String, to tag: String = BedrockFixture.claude, defaults: [String: JSONText] = [:], drops: Bool = false
    ) throws -> String {
        let target = try BedrockFixture.target(tag, defaults: defaults, dropParams: drops)
        let body = try SentToBedrock(Fixture.chat(more), to: target).body
        let messages = #"{"messages":[{"role":"user","content":[{"text":"Hi"}]}]"#
        #expect(body.hasPrefix(messages))
        return try canonical("{" + body.dropFirst(messages.count).drop { $0 == "," })
    }

    @Test(arguments: [
        ("", "{}"), (#""max_tokens":7"#, #"{"inferenceConfig":{"maxTokens":7}}"#),
        (#""max_tokens":7,"max_completion_tokens":8"#, #"{"inferenceConfig":{"maxTokens":8}}"#),
        (#""temperature":0.5,"top_p":0.9"#, #"{"inferenceConfig":{"temperature":0.5,"topP":0.9}}"#),
        (#""stop":"a""#, #"{"inferenceConfig":{"stopSequences":["a"]}}"#),
        (#""stop":["a","","b"]"#, #"{"inferenceConfig":{"stopSequences":["a","b"]}}"#),
        (#""stop":"""#, "{}"), (#""stop":[]"#, "{}"),
        (#""top_k":40"#, #"{"additionalModelRequestFields":{"top_k":40}}"#),
        (
            #""anthropic_beta":["x"],"foo":{"a":1}"#,
            #"{"additionalModelRequestFields":{"anthropic_beta":["x"],"foo":{"a":1}}}"#
        ),
        (
            #""top_k":4,"additionalModelRequestFields":{"top_k":5,"b":1},"b":2"#,
            #"{"additionalModelRequestFields":{"b":1,"top_k":4}}"#
        ),
        (
            #""guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"}"#,
            #"{"guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"}}"#
        ),
        (
            #""performanceConfig":{"latency":"optimized"},"requestMetadata":{"a":"b"}"#,
            #"{"performanceConfig":{"latency":"optimized"},"requestMetadata":{"a":"b"}}"#
        ),
        (#""additionalModelResponseFieldPaths":["/x"]"#, #"{"additionalModelResponseFieldPaths":["/x"]}"#),
        // What is none of Bedrock's business.
        (#""num_ctx":4096,"num_predict":5,"keep_alive":"5m","think":true,"options":{"top_k":1},"format":"json""#, "{}"),
        (
            #""timeout":5,"num_retries":1,"fallbacks":["x"],"metadata":{"a":1},"api_key":"k","mock_response":"x","user":"u""#,
            "{}"
        ),
        (#""aws_access_key_id":"A","aws_region_name":"r","model_id":"m","service_tier":"auto""#, "{}"),
        (#""response_format":{"type":"json_object"},"parallel_tool_calls":false"#, "{}"),
    ])
    func `puts parameters where Converse has them`(_ more: String, _ expected: String) throws {
        #expect(try rest(more) == canonical(expected))
    }

    @Test func `Nova has its own place for top_k`() throws {
        #expect(
            try rest(#""top_k":40"#, to: "us.amazon.nova-pro-v1:0")
                == #"{"additionalModelRequestFields":{"inferenceConfig":{"topK":40}}}"#)
    }

    @Test func `the deployment's parameters stand in for those that a request does not have`() throws {
        let defaults: [String: JSONText] = [
            "max_tokens": .integer(100), "temperature": .double(0.5), "top_k": .integer(3), "stop": .string("x"),
            "foo": .string("bar"), "seed": .integer(1), "num_ctx": .integer(9), "performanceConfig": .null,
            "guardrailConfig": .object([("trace", .string("enabled"))]), "timeout": .integer(3),
        ]
        #expect(
            try rest("", defaults: defaults)
                == #"{"additionalModelRequestFields":{"foo":"bar","top_k":3},"guardrailConfig":{"trace":"enabled"},"#
                + #""inferenceConfig":{"maxTokens":100,"stopSequences":["x"],"temperature":0.5}}"#)
        #expect(
            try rest(
                #""max_completion_tokens":5,"temperature":1,"top_k":4,"stop":[],"foo":2,"guardrailConfig":{}"#,
                defaults: defaults)
                == #"{"additionalModelRequestFields":{"foo":2,"top_k":4},"guardrailConfig":{},"#
                + #""inferenceConfig":{"maxTokens":5,"temperature":1}}"#)
    }

    @Test(
        arguments: [
            ("low", older, #"{"thinking":{"budget_tokens":1024,"type":"enabled"}}"#, 64_000),
            ("max", older, #"{"thinking":{"budget_tokens":16384,"type":"enabled"}}"#, 64_000),
            ("none", older, nil, nil), ("minimal", older, nil, nil), ("disable", adaptive, nil, nil),
            (
                "low", adaptive,
                #"{"output_config":{"effort":"low"},"thinking":{"display":"summarized","type":"adaptive"}}"#, nil
            ),
            (
                "xhigh", adaptive,
                #"{"output_config":{"effort":"high"},"thinking":{"display":"summarized","type":"adaptive"}}"#, nil
            ),
            (
                "max", adaptive,
                #"{"output_config":{"effort":"max"},"thinking":{"display":"summarized","type":"adaptive"}}"#, nil
            ),
            (
                "max", "anthropic.claude-opus-4-7",
                #"{"output_config":{"effort":"xhigh"},"thinking":{"display":"summarized","type":"adaptive"}}"#, nil
            ),
            ("none", adaptive, nil, nil),
            ("none", "anthropic.claude-sonnet-5", #"{"thinking":{"type":"disabled"}}"#, nil),
            ("none", "anthropic.claude-fable-5", nil, nil),
            (
                "xhigh", "us.amazon.nova-2-lite-v1:0",
                #"{"reasoningConfig":{"maxReasoningEffort":"high","type":"enabled"}}"#, nil
            ),
            ("none", "us.amazon.nova-2-lite-v1:0", nil, nil),
            ("high", "openai.gpt-oss-120b-1:0", #"{"reasoning_effort":"high"}"#, nil),
            ("none", "openai.gpt-oss-120b-1:0", #"{"reasoning_effort":"low"}"#, nil),
            ("high", "openai.gpt-5.5", #"{"reasoning":{"effort":"high"}}"#, nil),
            ("none", BedrockFixture.claude, nil, nil),
        ] as [(String, String, String?, Int?)])
    func `says how much to think in the model's own words`(
        _ effort: String, _ tag: String, _ fields: String?, _ limit: Int?
    ) throws {
        for more in [#""reasoning_effort":"\#(effort)""#, #""reasoning":{"effort":"\#(effort)"}"#] {
            let sent = try SentToBedrock(Fixture.chat(more), to: BedrockFixture.target(tag))
            #expect(try sent.member("additionalModelRequestFields") == fields)
            #expect(try sent.member("inferenceConfig") == limit.map { #"{"maxTokens":\#($0)}"# })
            // Claude alone counts its thinking, and only where it thinks.
            let thinks = (fields ?? "").contains(#""thinking":{"budget"#) || (fields ?? "").contains("adaptive")
            let asks = try sent.member("additionalModelResponseFieldPaths") != nil
            #expect(asks == (thinks || tag.contains("fable")), "\(sent.body)")
        }
    }

    @Test func `a budget fits into the answer's limit, or goes`() throws {
        func thinking(_ limit: Int) throws -> String? {
            try SentToBedrock(
                Fixture.chat(#""reasoning_effort":"high","max_tokens":\#(limit)"#),
                to: BedrockFixture.target(Self.older)
            ).member("additionalModelRequestFields")
        }
        #expect(try thinking(8_000) == #"{"thinking":{"budget_tokens":4096,"type":"enabled"}}"#)
        #expect(try thinking(2_000) == #"{"thinking":{"budget_tokens":1999,"type":"enabled"}}"#)
        #expect(try thinking(1_024) == nil)
    }

    @Test(
        arguments: [
            // A profile hides its model, and the table does not know how much it writes.
            ("arn:aws:bedrock:us-east-1:1:application-inference-profile/x", 7_000, 7_000), (older, 5_000, 5_000),
            ("arn:aws:bedrock:us-east-1:1:application-inference-profile/x", nil, 6_096), (older, nil, 64_000),
        ] as [(String, Int?, Int)])
    func `the answer beside a budget has the length that the operator's price map gives the model`(
        _ tag: String, _ limit: Int?, _ sent: Int
    ) throws {
        let given = try SentToBedrock(
            Fixture.chat(#""thinking":{"type":"enabled","budget_tokens":2000}"#),
            to: BedrockFixture.target(tag, answerLimit: limit))
        #expect(try given.member("inferenceConfig") == "{\"maxTokens\":\(sent)}")
    }

    @Test func `a budget fits into the length that the operator's price map gives the model`() throws {
        let sent = try SentToBedrock(
            Fixture.chat(#""reasoning_effort":"high""#), to: BedrockFixture.target(Self.older, answerLimit: 3_000))
        #expect(try sent.member("inferenceConfig") == #"{"maxTokens":3000}"#)
        #expect(
            try sent.member("additionalModelRequestFields") == #"{"thinking":{"budget_tokens":2999,"type":"enabled"}}"#)
        let none = try SentToBedrock(
            Fixture.chat(#""reasoning_effort":"high""#), to: BedrockFixture.target(Self.older, answerLimit: 1_000))
        #expect(try none.member("additionalModelRequestFields") == nil)
    }

    @Test func `Anthropic's own field goes as it is, and makes room for the answer`() throws {
        let sent = try SentToBedrock(
            Fixture.chat(#""thinking":{"type":"enabled","budget_tokens":2000},"reasoning_effort":"high""#),
            to: BedrockFixture.target(Self.older, defaults: ["reasoning_effort": .string("low")]))
        #expect(
            try sent.member("additionalModelRequestFields") == #"{"thinking":{"budget_tokens":2000,"type":"enabled"}}"#)
        #expect(try sent.member("inferenceConfig") == #"{"maxTokens":64000}"#)
        // Never more than the model can write, however large the budget is.
        let large = try SentToBedrock(
            Fixture.chat(#""thinking":{"type":"enabled","budget_tokens":62000}"#), to: BedrockFixture.target(Self.older)
        )
        #expect(try large.member("inferenceConfig") == #"{"maxTokens":64000}"#)
        let off = try SentToBedrock(
            Fixture.chat(#""reasoning_effort":"none""#),
            to: BedrockFixture.target(
                Self.older,
                defaults: ["thinking": .object([("type", .string("enabled")), ("budget_tokens", .integer(2000))])]))
        #expect(try off.member("additionalModelRequestFields") == nil)
    }

    @Test func `thinks no more where the thinking of the last calls did not come back`() throws {
        func fields(_ sealed: String, _ tag: String) throws -> String? {
            let body =
                #"{"model":"m","reasoning_effort":"low","tools":[\#(BedrockToolsTests.tool)],"messages":["#
                + #"{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f"}}]\#(sealed)},"#
                + #"{"role":"tool","tool_call_id":"c","content":"r"}]}"#
            return try SentToBedrock(body, to: BedrockFixture.target(tag)).member("additionalModelRequestFields")
        }
        let seal = #","thinking_blocks":[{"type":"thinking","thinking":"t","signature":"S"}]"#
        #expect(try fields("", Self.older) == nil)
        #expect(try fields(seal, Self.older) != nil)
        #expect(try fields("", Self.adaptive) != nil)
    }

    @Test(arguments: [
        (#""n":2"#, "n"), (#""seed":1"#, "seed"), (#""presence_penalty":1"#, "presence_penalty"),
        (#""frequency_penalty":-1"#, "frequency_penalty"), (#""logprobs":true"#, "logprobs"),
        (#""top_logprobs":2"#, "top_logprobs"), (#""logit_bias":{"1":2}"#, "logit_bias"),
        (#""modalities":["text","audio"]"#, "modalities"), (#""audio":{"voice":"x"}"#, "audio"),
        (#""web_search_options":{}"#, "web_search_options"), (#""functions":[{"name":"f"}]"#, "functions"),
        (#""function_call":{"name":"f"}"#, "function_call"), (#""reasoning_effort":"low""#, "reasoning_effort"),
        (#""reasoning":{"effort":"low"}"#, "reasoning"),
    ])
    func `refuses what Bedrock does not have, unless it is dropped`(_ more: String, _ field: String) throws {
        let fault = try SentToBedrock.fault(Fixture.chat(more))
        #expect(fault?.param == field)
        #expect(fault?.message.contains("`\(field)`") == true)
        #expect(fault?.message.contains("drop_params: true") == true)
        #expect(try rest(more, drops: true) == "{}")
        #expect(try rest(more + #","drop_params":true"#) == "{}")
    }

    @Test(arguments: [
        #""n":1,"presence_penalty":0,"frequency_penalty":0.0,"logprobs":false,"top_logprobs":0,"logit_bias":{}"#,
        #""modalities":["text"],"functions":[],"function_call":"auto","audio":{}"#,
    ])
    func `lets through what asks for nothing`(_ more: String) throws { #expect(try rest(more) == "{}") }

    @Test func `the newest Claudes choose their words themselves`() throws {
        let tag = "anthropic.claude-opus-4-7"
        for field in ["temperature", "top_p"] {
            #expect(
                try SentToBedrock.fault(Fixture.chat(#""\#(field)":0.5"#), to: BedrockFixture.target(tag))?.param
                    == field)
        }
        #expect(try rest(#""temperature":1,"top_p":1.0"#, to: tag) == "{}")
        #expect(try rest(#""temperature":0,"top_k":3"#, to: tag, drops: true) == "{}")
        #expect(try rest("", to: tag, defaults: ["temperature": .integer(0)]) == "{}")
    }

    @Test(arguments: [#""echo":true"#, #""best_of":2"#, #""suffix":"x""#, #""logprobs":0"#])
    func `refuses what completions cannot have`(_ more: String) throws {
        #expect(try SentToBedrock.fault(#"{"model":"m","prompt":"x",\#(more)}"#, .openAICompletions) != nil)
        #expect(
            try SentToBedrock.fault(#"{"model":"m","prompt":"x","drop_params":true,\#(more)}"#, .openAICompletions)
                == nil)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `writes JSON for whatever a scan lets through`(seed: UInt64) throws {
        var random = Generator(seed: seed)
        let bodies = [
            Fixture.chat(
                #""tools":[\#(BedrockToolsTests.tool)],"stop":["a"],"thinking":{"type":"enabled","budget_tokens":5}"#),
            #"{"model":"m",\#(BedrockToolsTests.called),"reasoning_effort":"low","top_k":1}"#,
            Fixture.chat(BedrockToolsTests.format + #","additionalModelRequestFields":{"a":[1]}"#),
        ]
        let tags = [BedrockFixture.claude, Self.older, Self.adaptive, "amazon.nova-pro-v1:0"]
        var written = 0
        for _ in 0..<2_000 {
            var body = Array(bodies.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: body.remove(at: index)
                case 1: body[index] = UInt8.random(in: 0...255, using: &random)
                default: body.insert(Array("{}[]\",:\\0n".utf8).randomElement(using: &random)!, at: index)
                }
            }
            guard let request = try? ClientRequest.scan(ByteBuffer(bytes: body), front: .openAIChat) else { continue }
            let target = try BedrockFixture.target(tags.randomElement(using: &random)!, account: UpstreamAccount())
            var out = ByteBuffer()
            do {
                try Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &out)
            } catch { continue }
            written += 1
            let text = String(buffer: out)
            let start = try #require(text.range(of: "\r\n\r\n"))
            #expect(JSONText(String(text[start.upperBound...])) != nil, "seed \(seed): \(text)")
        }
        #expect(written > 200)
    }
}
