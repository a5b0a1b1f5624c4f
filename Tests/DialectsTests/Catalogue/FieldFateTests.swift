import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Where each field of a client's request goes, at every kind of upstream: nothing vanishes without a word.
@Suite struct FieldFateTests {
    /// An upstream, by the name of its column.
    struct Column: Sendable, CustomStringConvertible {
        let name: String
        let provider: String
        let tag: String
        var isLocal = false

        var description: String { name }

        func target(drops: Bool = false) -> UpstreamTarget {
            UpstreamTarget(
                UpstreamPlace(
                    provider: Providers.named(provider)!, tag: tag, pathPrefix: "/v1", hostHeader: "h",
                    isLocal: isLocal),
                account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: drops, userAgent: "drover/0.1.0")
        }
    }

    static let columns = [
        Column(name: "Ollama", provider: "ollama", tag: "llama3", isLocal: true),
        Column(name: "vLLM", provider: "hosted_vllm", tag: "q", isLocal: true),
        Column(name: "llama.cpp", provider: "llamafile", tag: "q", isLocal: true),
        Column(name: "gpt-4o", provider: "openai", tag: "gpt-4o"),
        Column(name: "gpt-5", provider: "openai", tag: "gpt-5"),
        Column(name: "o3", provider: "azure", tag: "o_series/o3"),
        Column(name: "Mistral", provider: "mistral", tag: "mistral-large"),
        Column(name: "Groq", provider: "groq", tag: "openai/gpt-oss-120b"),
        Column(name: "DeepSeek", provider: "deepseek", tag: "deepseek-chat"),
        Column(name: "xAI", provider: "xai", tag: "grok-4"),
        Column(name: "Together", provider: "together_ai", tag: "m"),
        Column(name: "Fireworks", provider: "fireworks_ai", tag: "m"),
        Column(name: "OpenRouter", provider: "openrouter", tag: "m"),
        Column(name: "Claude", provider: "anthropic", tag: "claude-sonnet-4-5"),
        Column(name: "Bedrock's Claude", provider: "bedrock", tag: "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        Column(name: "Nova", provider: "bedrock", tag: "amazon.nova-lite-v1:0"),
        Column(name: "Gemini", provider: "gemini", tag: "gemini-2.5-flash"),
    ]

    /// A field with a value that asks for something.
    static let rows: [(field: String, value: String)] = [
        ("temperature", "0.5"), ("top_p", "0.5"), ("max_tokens", "77"), ("max_completion_tokens", "77"),
        ("stop", #"["x"]"#), ("seed", "5"), ("presence_penalty", "0.5"), ("frequency_penalty", "0.5"), ("n", "2"),
        ("logprobs", "true"), ("top_logprobs", "3"), ("logit_bias", #"{"5":1}"#),
        ("response_format", #"{"type":"json_object"}"#),
        ("modalities", #"["text","audio"]"#), ("audio", #"{"voice":"v"}"#), ("web_search_options", #"{"a":1}"#),
        ("tools", "T"), ("tool_choice", #""required""#), ("parallel_tool_calls", "false"),
        ("functions", #"[{"name":"f"}]"#),
        ("function_call", #"{"name":"f"}"#), ("reasoning_effort", #""high""#), ("reasoning", #"{"effort":"high"}"#),
        ("user", #""u""#), ("store", "true"), ("service_tier", #""flex""#), ("prediction", #"{"type":"content"}"#),
        ("safety_identifier", #""s""#), ("prompt_cache_key", #""p""#), ("prompt_cache_retention", #""24h""#),
        ("verbosity", #""low""#),
        ("think", "false"), ("format", #""json""#), ("keep_alive", #""5m""#), ("truncate", "false"), ("shift", "false"),
        ("options.top_k", "3"), ("options.temperature", "0.5"), ("num_ctx", "4096"), ("num_predict", "50"),
        ("top_k", "20"), ("min_p", "0.25"),
        ("repeat_penalty", "1.25"), ("repetition_penalty", "1.25"), ("mirostat", "2"), ("typical_p", "0.25"),
        ("thinking", #"{"type":"disabled"}"#), ("chat_template_kwargs", #"{"enable_thinking":false}"#),
        ("enable_thinking", "false"), ("mm_processor_kwargs", #"{"a":1}"#), ("guided_json", #"{"type":"object"}"#),
        ("guided_regex", #""a+""#), ("min_tokens", "5"), ("ignore_eos", "true"), ("best_of", "2"),
        ("cache_prompt", "true"), ("grammar", #""g""#),
        ("litellm_trace_id", #""t""#), ("api_key", #""k""#), ("foo", "1"),
    ]

    enum Fate: String {
        /// Under its own name, with its own value.
        case passed
        /// In other words.
        case said
        /// The upstream is asked several times.
        case several
        /// Nowhere, which a line of the log says.
        case left = "–"
        case refused
    }

    static func body(_ field: String, _ value: String) -> String {
        let tools = #"[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]"#
        let needsTools = field == "tool_choice" || field == "parallel_tool_calls"
        let value = value == "T" ? tools : value
        let more = field == "top_logprobs" ? ",\"logprobs\":true" : needsTools ? ",\"tools\":\(tools)" : ""
        let parts = field.split(separator: ".")
        let member = parts.count == 2 ? "\"options\":{\"\(parts[1])\":\(value)}" : "\"\(field)\":\(value)"
        return Fixture.chat(member + more)
    }

    static func fate(_ field: String, _ value: String, at column: Column, drops: Bool = false) throws -> Fate {
        let target = column.target(drops: drops)
        let request = try Fixture.scan(body(field, value))
        if RequestParts(answersOf: request) != nil, !target.answersSeveral(request) { return .several }
        var out = ByteBuffer()
        do {
            try Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &out)
        } catch {
            #expect(error.message.contains("drop_params: true"), "\(column): \(error.message)")
            return .refused
        }
        let left = Provider.fieldsLeftOut(of: request, to: target)
        if left.contains(field) { return .left }
        let name = field.split(separator: ".").last ?? ""
        let sent = String(buffer: out).split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
        let members = JSONText(String(sent))?.members ?? []
        let isPassed = members.contains { $0.name == name && String(decoding: $0.value.bytes, as: UTF8.self) == value }
        return isPassed || value == "T" && sent.contains("\"tools\":[{\"type\":\"function\"") ? .passed : .said
    }

    /// A row of the table in docs/PROVIDERS.md.
    static func row(_ field: String, _ value: String) throws -> String {
        let cells = try columns.map { column in
            switch try fate(field, value, at: column) {
            case .passed: "="
            case .said: "~"
            case .several: "+"
            case .left: "–"
            case .refused: "×"
            }
        }
        return "| `\(field)` | " + cells.joined(separator: " | ") + " |"
    }

    static let document: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        return (try? String(contentsOf: root.appending(path: "docs/PROVIDERS.md"), encoding: .utf8)) ?? ""
    }()

    /// The table behind its heading: rows that stand in another one say nothing of this.
    static var written: [String] {
        guard let heading = document.firstRange(of: "\n### Where each field goes\n") else { return [] }
        let section = document[heading.upperBound...]
        let end = section.firstRange(of: "\n#")?.lowerBound ?? section.endIndex
        return section[..<end].split(separator: "\n").filter { $0.hasPrefix("|") }.map(String.init)
    }

    @Test func `the table of the document says where each field goes`() throws {
        let head = "| field | " + Self.columns.map(\.name).joined(separator: " | ") + " |"
        let line = "|" + String(repeating: "---|", count: Self.columns.count + 1)
        let rows = try [head, line] + Self.rows.map { try Self.row($0.field, $0.value) }
        #expect(Self.written == rows, "the table should be:\n\(rows.joined(separator: "\n"))")
        #expect(rows.count == 2 + Set(Self.rows.map(\.field)).count)
    }

    @Test(arguments: columns) func `what is refused is left out with drop_params, and said to be`(_ column: Column)
        throws
    {
        for (field, value) in Self.rows where try Self.fate(field, value, at: column) == .refused {
            let dropped = try Self.fate(field, value, at: column, drops: true)
            // An effort that a model does not have is the next one that it does.
            let isEffort = field == "reasoning_effort" || field == "reasoning"
            #expect(dropped == .left || isEffort && dropped == .said, "\(field)")
        }
    }

    @Test(arguments: columns) func `a field that asks nothing is not worth a word`(_ column: Column) throws {
        let more = #""n":1,"presence_penalty":0,"logit_bias":{},"logprobs":false,"tools":[],"foo":null,"temperature":1"#
        #expect(
            try Provider.fieldsLeftOut(of: Fixture.scan(Fixture.chat(more)), to: column.target()).isEmpty)
    }

    @Test(arguments: columns) func `what the gateway reads itself is not worth a word`(_ column: Column) throws {
        let more =
            #""stream":true,"stream_options":{"include_usage":true},"timeout":5,"num_retries":1,"drop_params":false,"#
            + #""fallbacks":["x"],"tags":["t"],"metadata":{"tags":["u"]},"stream_timeout":3,"disable_fallbacks":true"#
        #expect(
            try Provider.fieldsLeftOut(of: Fixture.scan(Fixture.chat(more)), to: column.target()).isEmpty)
    }

    @Test func `of Ollama's own fields those are named that another upstream is not told`() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":false,"keep_alive":"5m","think":false,
             "options":{"temperature":0.5,"num_ctx":4096,"top_k":5,"mirostat":2}}
            """#
        let request = try Fixture.scan(body, .ollamaChat)
        func left(_ name: String) throws -> [String] {
            Provider.fieldsLeftOut(of: request, to: try #require(Self.columns.first { $0.name == name }).target())
        }
        #expect(try left("Ollama") == [])
        #expect(try left("gpt-4o") == ["keep_alive", "think", "options.num_ctx", "options.top_k", "options.mirostat"])
        #expect(try left("vLLM") == ["keep_alive", "options.num_ctx", "options.mirostat"])
        #expect(try left("Gemini") == ["keep_alive", "options.num_ctx", "options.mirostat"])
    }

    @Test func `a box is not told what its model would be loaded anew for, which is said too`() throws {
        let request = try Fixture.scan(Fixture.chat(#""num_ctx":4096,"top_k":3"#))
        let box = Self.columns[0].target()
        #expect(Provider.fieldsLeftOut(of: request, to: box) == [])
        #expect(Provider.fieldsLeftOut(of: request, to: box, load: .held(context: nil)) == ["num_ctx"])
        let thinks = try Fixture.scan(Fixture.chat(#""think":true,"drop_params":true"#))
        let listing = ModelListing(lacksThinking: true)
        #expect(Provider.fieldsLeftOut(of: thinks, to: box, listing: listing) == ["think"])
    }

    @Test(arguments: [(1, 60), (1 << 18, 15), (1 << 20, 3)])
    func `fewer fields of a long request are looked at`(_ length: Int, _ most: Int) throws {
        let options = (0..<60).map { "\"seed\($0)\":1" }.joined(separator: ",")
        let text = String(repeating: "x", count: length)
        let body = #"{"model":"m","messages":[{"role":"user","content":"\#(text)"}],"options":{\#(options)}}"#
        let left = Provider.fieldsLeftOut(of: try Fixture.scan(body), to: Fixture.claude())
        #expect(left == (0..<most).map { "options.seed\($0)" })
    }

    @Test func `in other routes too`() throws {
        let embeddings = try Fixture.scan(
            #"{"model":"m","input":"x","user":"u","dimensions":5,"foo":1}"#, .openAIEmbeddings)
        #expect(Provider.fieldsLeftOut(of: embeddings, to: Self.columns[0].target()) == ["user"])
        let completion = try Fixture.scan(
            #"{"model":"m","prompt":"x","suffix":"s","system":"y","raw":true}"#, .openAICompletions)
        #expect(Provider.fieldsLeftOut(of: completion, to: Self.columns[0].target()) == [])
        #expect(Provider.fieldsLeftOut(of: completion, to: Self.columns[1].target()) == ["system", "raw"])
    }
}
