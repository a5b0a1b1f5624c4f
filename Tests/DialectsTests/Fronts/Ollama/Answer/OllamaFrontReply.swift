import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded reply of any dialect, asked for by a client that speaks Ollama's.
struct OllamaFrontReply: FrontReply {
    let path: String
    let provider: String
    let tag: String
    var joins = false

    /// The file with what the client gets.
    var golden: String {
        path.prefix { $0 != "." } + (joins ? ".joined" : "") + (isWhole ? ".ollama.json" : ".ollama.ndjson")
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

    func request() throws -> ClientRequest { try Self.request(isStream: !isWhole).joiningStream(joins) }
}
