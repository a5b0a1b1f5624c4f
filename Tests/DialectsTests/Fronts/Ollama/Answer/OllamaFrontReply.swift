import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded reply of any dialect, asked for by a client that speaks Ollama's.
struct OllamaFrontReply: Sendable, CustomTestStringConvertible {
    /// In `Fixtures`: `mistral/chat.json`.
    let path: String
    let provider: String
    let tag: String
    /// The client gets one whole answer of a stream.
    var joins = false

    var testDescription: String { path + (joins ? " joined" : "") }

    /// The upstream was asked for a stream.
    var isStream: Bool { !path.hasSuffix(".json") }

    /// The file with what the client gets.
    var golden: String {
        path.prefix { $0 != "." } + (joins ? ".joined" : "") + (isStream && !joins ? ".ollama.ndjson" : ".ollama.json")
    }

    private static func openAI(_ path: String) -> OllamaFrontReply {
        OllamaFrontReply(path: path, provider: "openai", tag: "gpt-4o")
    }

    private static func anthropic(_ name: String) -> OllamaFrontReply {
        OllamaFrontReply(path: "anthropic/\(name)", provider: "anthropic", tag: "claude-sonnet-4-5")
    }

    private static func gemini(_ name: String) -> OllamaFrontReply {
        OllamaFrontReply(path: "gemini/\(name)", provider: "gemini", tag: "gemini-2.5-flash")
    }

    private static func bedrock(_ name: String) -> OllamaFrontReply {
        OllamaFrontReply(path: "bedrock/\(name)", provider: "bedrock", tag: BedrockFixture.claude)
    }

    static func ollama(_ name: String) -> OllamaFrontReply {
        OllamaFrontReply(path: "ollama/\(name)", provider: "ollama", tag: "llama3.1:8b")
    }

    /// Chats that are read in one dialect and written in Ollama's.
    static let translated: [OllamaFrontReply] = {
        let plain =
            Relayed.all.filter { $0.front == .openAIChat }.map { openAI($0.reply) }
            + AnthropicRecording.all.filter { $0.front == .openAIChat }.map { anthropic($0.reply) }
            + GeminiRecording.all.filter { $0.front == .openAIChat }.map { gemini($0.reply) }
            + BedrockRecording.all.filter { $0.front == .openAIChat }.map { bedrock($0.reply) }
        var met = Set<String>()
        let joined = [
            openAI("openai/chat-stream-tools.sse"), anthropic("stream-thinking.events"),
            gemini("chat-stream-image.sse"), bedrock("tools.eventstream"), ollama("chat-stream-thinking.ndjson"),
            ollama("chat-stream-tools-no-id.ndjson"), ollama("chat-stream-logprobs.ndjson"),
        ].map { OllamaFrontReply(path: $0.path, provider: $0.provider, tag: $0.tag, joins: true) }
        return plain.filter { met.insert($0.path).inserted } + joined
    }()

    /// Chats that fail, and how.
    static let failing: [(reply: OllamaFrontReply, kind: UpstreamFault.Kind)] =
        // A second choice that is cut is none of this client's, who cannot ask for one.
        Relayed.failing.filter { $0.reply != "compatible/two-choices-cut.sse" }.map { (openAI($0.reply), $0.kind) }
        + AnthropicRecording.failing.compactMap { recording in
            recording.kind.map { (anthropic(recording.reply), $0) }
        }
        + GeminiRecording.failing.filter { $0.front == .openAIChat }.compactMap { recording in
            guard case .fails(let kind, _) = recording.expected else { return nil }
            return (gemini(recording.reply), kind)
        }
        + BedrockRecording.failing.compactMap { recording in
            guard case .fails(let kind, _) = recording.expected else { return nil }
            return (bedrock(recording.reply), kind)
        }
        + Recording.failing.filter { $0.front == .openAIChat }.compactMap { recording in
            guard case .fails(let kind, _) = recording.expected else { return nil }
            return (ollama(recording.reply), kind)
        }

    static func request(isStream: Bool) throws -> ClientRequest {
        try Fixture.scan(
            #"{"model":"ll\u0061ma3","messages":[{"role":"user","content":"Hi"}],"stream":\#(isStream)}"#, .ollamaChat)
    }

    func bytes() throws -> ByteBuffer { try OpenAIFixture.reply(path) }

    func translator() throws -> AnswerTranslator {
        var request = try Self.request(isStream: isStream && !joins)
        request = request.joiningStream(joins)
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: tag, pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
        return AnswerTranslator(
            request: request, target: target, responseID: 0xfeed_0123_4567_89ab, created: 1_795_366_482)
    }

    /// Feeds pieces; what the client gets, and how it ended.
    ///
    /// - Parameter fresh: a translator that has read nothing; nil: one is made.
    func translate(
        _ pieces: [ByteBuffer], with fresh: AnswerTranslator? = nil
    ) throws -> (text: String, end: AnswerTranslator.Progress, translator: AnswerTranslator) {
        var translator = try fresh ?? translator()
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces {
            progress = translator.feed(piece, into: &out)
            if !isStream || joins, case .more = progress {
                #expect(out.readableBytes == 0, "nothing is written before the end")
            }
        }
        if case .more = progress { progress = translator.end(into: &out) }
        return (String(buffer: out), progress, translator)
    }
}
