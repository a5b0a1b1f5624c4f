import NIOCore
import Testing

@testable import Dialects

/// Where each field of each route goes, at every kind of upstream: docs/COMPATIBILITY.md, made from the code.
///
/// Serialized, since with `DROVER_WRITE_TABLES=1` all write one file.
@Suite(.serialized) struct CompatibilityTests {
    typealias Column = FieldFateTests.Column

    static let columns = ["Ollama", "vLLM", "gpt-4o", "Mistral", "Claude", "Bedrock's Claude", "Nova", "Gemini"].map {
        name in
        FieldFateTests.columns.first { $0.name == name }!
    }

    /// A field's fate in one letter.
    private func cell(_ field: String, _ value: String, of route: RouteFields, at column: Column) throws -> String {
        let target = column.target()
        guard sent(try Fixture.scan("{\(route.base)}", route.front), to: target) != nil else { return "·" }
        let request: ClientRequest
        do { request = try Fixture.scan(route.body(field, value), route.front) } catch { return "×" }
        // A front that drops by itself, and one that refuses, are told apart by what becomes of the request.
        if RequestParts(answersOf: request) != nil, !target.answersSeveral(request) { return "+" }
        guard let sent = sent(request, to: target) else { return "×" }
        if Provider.fieldsLeftOut(of: request, to: target).contains(field) { return "–" }
        var found = JSONText(sent)
        for name in field.split(separator: ".") { found = found?.members.last { $0.name == name }?.value }
        return found.map { String(decoding: $0.bytes, as: UTF8.self) } == value ? "=" : "~"
    }

    /// The body; nil where it is refused.
    private func sent(_ request: ClientRequest, to target: UpstreamTarget) -> String? {
        var out = ByteBuffer()
        do {
            try Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &out)
        } catch { return nil }
        return String(buffer: out).split(separator: "\r\n\r\n", maxSplits: 1).last.map(String.init)
    }

    @Test(arguments: RouteFields.all) func `the document says where each field of the route goes`(_ route: RouteFields)
        throws
    {
        var rows = [
            CompatibilityDocument.row(["field"] + Self.columns.map(\.name)),
            CompatibilityDocument.line(Self.columns.count + 1),
        ]
        for (field, value) in route.rows {
            let cells = try Self.columns.map { try cell(field, value, of: route, at: $0) }
            rows.append(CompatibilityDocument.row(["`\(field)`"] + cells))
        }
        #expect(Set(route.rows.map(\.field)).count == route.rows.count)
        try CompatibilityDocument.expect(rows, behind: route.heading)
    }

    @Test func `every route has a table, that of chats in the document of the providers`() {
        #expect(Set(RouteFields.all.map(\.front)) == Set(Front.allCases).subtracting([.openAIChat]))
    }

    // MARK: Fronts and backs

    typealias Answers = [(path: String, word: String)]

    /// A back with recorded answers of its own: texts, calls, completions and vectors, whole and streamed.
    struct Recorded: Sendable {
        let name: String
        let provider: String
        let tag: String
        var isLocal = false
        /// By work, whole and streamed; with a word of each.
        var text: Answers
        var calls: Answers = []
        var completion: Answers = []
        var vectors: (path: String, word: String)?
        /// Of routes of its own, where their answers have another shape.
        var own: [Front: Answers] = [:]

        var target: UpstreamTarget {
            UpstreamTarget(
                UpstreamPlace(
                    provider: Providers.named(provider)!, tag: tag, pathPrefix: "", hostHeader: "h", isLocal: isLocal),
                account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
        }
    }

    private static let openAIText: Answers = [
        ("openai/chat.json", "How can I help?"), ("openai/chat-stream.sse", "Hello"),
    ]
    private static let openAICalls: Answers = [
        ("openai/chat-tools.json", "get_current_weather"), ("openai/chat-stream-tools.sse", "get_weather"),
    ]
    private static let openAICompletion: Answers = [
        ("openai/completions.json", "indeed a test"), ("openai/completions-stream.sse", "This"),
    ]
    private static let claude: Answers = [
        ("anthropic/text.json", "is Claude"), ("anthropic/stream-text.events", "Hello"),
    ]
    private static let bedrock: Answers = [("bedrock/chat.json", "there"), ("bedrock/text.eventstream", "Hel")]
    private static let gemini: Answers = [("gemini/chat.json", "The sky "), ("gemini/chat-stream.sse", "")]

    static let backs = [
        Recorded(
            name: "Ollama", provider: "ollama", tag: "llama3", isLocal: true,
            text: [("ollama/chat.json", "Hello"), ("ollama/chat-stream.ndjson", "Hel")],
            calls: [
                ("ollama/chat-tools.json", "get_weather"), ("ollama/chat-stream-tools-own-line.ndjson", "get_weather"),
            ],
            completion: [("ollama/generate.json", "Once upon"), ("ollama/generate-stream.ndjson", "Once ")],
            vectors: ("ollama/embed.json", "0.010071029"),
            own: [.ollamaEmbeddings: [("ollama/embeddings.json", "0.5")]]),
        Recorded(
            name: "vLLM, llama.cpp", provider: "hosted_vllm", tag: "q", isLocal: true, text: openAIText,
            calls: openAICalls,
            completion: openAICompletion, vectors: ("openai/embeddings.json", "0.0023064255")),
        Recorded(
            name: "OpenAI", provider: "openai", tag: "gpt-4o", text: openAIText, calls: openAICalls,
            completion: openAICompletion,
            vectors: ("openai/embeddings.json", "0.0023064255"),
            own: [.openAIResponses: [("openai/response.json", "Hi "), ("openai/response-stream.sse", "Hi")]]),
        Recorded(
            name: "Azure", provider: "azure", tag: "gpt-4o", text: openAIText, calls: openAICalls,
            completion: openAICompletion,
            vectors: ("openai/embeddings.json", "0.0023064255"),
            own: [.openAIResponses: [("openai/response.json", "Hi "), ("openai/response-stream.sse", "Hi")]]),
        Recorded(
            name: "Mistral", provider: "mistral", tag: "mistral-large", text: openAIText, calls: openAICalls,
            completion: openAICompletion, vectors: ("openai/embeddings.json", "0.0023064255")),
        Recorded(
            name: "Groq", provider: "groq", tag: "llama-3.3-70b", text: openAIText, calls: openAICalls,
            completion: openAICompletion,
            vectors: ("openai/embeddings.json", "0.0023064255")),
        Recorded(
            name: "DeepSeek", provider: "deepseek", tag: "deepseek-chat", text: openAIText, calls: openAICalls,
            completion: openAICompletion, vectors: ("openai/embeddings.json", "0.0023064255")),
        Recorded(
            name: "OpenRouter", provider: "openrouter", tag: "m", text: openAIText, calls: openAICalls,
            completion: openAICompletion, vectors: ("openai/embeddings.json", "0.0023064255")),
        Recorded(
            name: "Anthropic", provider: "anthropic", tag: "claude-sonnet-4-5", text: claude,
            calls: [("anthropic/tools.json", "get_weather"), ("anthropic/stream-tools.events", "get_weather")],
            completion: claude),
        Recorded(
            name: "Bedrock", provider: "bedrock", tag: "amazon.nova-lite-v1:0", text: bedrock,
            calls: [("bedrock/tools.json", "weather"), ("bedrock/tools.eventstream", "weather")], completion: bedrock),
        Recorded(
            name: "Gemini", provider: "gemini", tag: "gemini-2.5-flash", text: gemini,
            calls: [("gemini/chat-tools.json", "get_weather"), ("gemini/chat-stream-tools.sse", "get_weather")],
            completion: gemini, vectors: ("gemini/embed.json", "0.013168523")),
    ]

    /// What one front's client gets of one back.
    private func verdict(_ front: Front, _ back: Recorded) throws -> String {
        let target = back.target
        let base =
            RouteFields.all.first { $0.front == front }?.base
            ?? #""model":"m","messages":[{"role":"user","content":"Hi"}]"#
        guard sent(try Fixture.scan("{\(base)}", front), to: target) != nil else { return "×" }
        var recorded: [(path: String, word: String, isStream: Bool)]
        if let own = back.own[front] {
            recorded = own.enumerated().map { ($1.path, $1.word, $0 == 1) }
        } else {
            switch front.work {
            case .chat: recorded = (back.text + back.calls).enumerated().map { ($1.path, $1.word, $0 % 2 == 1) }
            // Asked as a chat where a prompt is no text to go on from.
            case .completion where asksChat(front, base, of: target):
                recorded = back.text.enumerated().map { ($1.path, $1.word, $0 == 1) }
            case .completion: recorded = back.completion.enumerated().map { ($1.path, $1.word, $0 == 1) }
            case .embedding: recorded = [back.vectors].compactMap { $0.map { ($0.path, $0.word, false) } }
            }
        }
        try #require(!recorded.isEmpty, "\(back.name) has no recorded answer for \(front)")
        var failed: [String] = []
        for (path, word, isStream) in recorded {
            let request = try Fixture.scan("{\(base),\"stream\":\(isStream)}", front)
            var translator = AnswerTranslator(request: request, target: target, responseID: 1, created: 1)
            var out = ByteBuffer()
            var progress = translator.feed(try Self.reply(path), into: &out)
            if case .more = progress { progress = translator.end(into: &out) }
            let isWhole = progress == .complete && String(buffer: out).contains(word)
            if !isWhole { failed.append("\(path): \(progress)") }
        }
        #expect(failed.isEmpty, "\(front) before \(back.name): \(failed)")
        return failed.isEmpty ? (target.speaks(front) ? "=" : "~") : "!"
    }

    private func asksChat(_ front: Front, _ base: String, of target: UpstreamTarget) -> Bool {
        var out = ByteBuffer()
        guard let request = try? Fixture.scan("{\(base)}", front) else { return false }
        try? Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &out)
        return String(buffer: out).prefix { $0 != "\r\n" }.contains("/chat/completions")
    }

    private static func reply(_ path: String) throws -> ByteBuffer {
        // The one answer of a route that is nobody's but Ollama's, and old.
        if path == "ollama/embeddings.json" { return ByteBuffer(string: #"{"embedding":[0.5,-1]}"#) }
        return try OpenAIFixture.reply(path)
    }

    @Test func `the document has the verdict of a run of every front before every back`() throws {
        var rows = [
            CompatibilityDocument.row(["route"] + Self.backs.map(\.name)),
            CompatibilityDocument.line(Self.backs.count + 1),
        ]
        for front in Front.allCases {
            rows.append(
                CompatibilityDocument.row(["`\(front.paths[0])`"] + (try Self.backs.map { try verdict(front, $0) })))
        }
        try CompatibilityDocument.expect(rows, behind: "## Every route before every provider")
    }
}
