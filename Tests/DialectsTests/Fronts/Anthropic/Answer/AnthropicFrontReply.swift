import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded reply of any dialect, asked for by a client that speaks Anthropic's.
struct AnthropicFrontReply: FrontReply {
    let path: String
    let provider: String
    let tag: String
    var joins = false

    init(_ other: OllamaFrontReply) {
        path = other.path
        provider = other.provider
        tag = other.tag
        joins = other.joins
    }

    /// The file with what the client gets.
    var golden: String {
        path.prefix { $0 != "." } + (joins ? ".joined" : "") + (isWhole ? ".messages.json" : ".messages.events")
    }

    /// Chats that are read in one dialect and written in Anthropic's.
    static let translated =
        (OllamaFrontReply.translated + [
            .ollama("chat-stream.ndjson"), .ollama("chat-stream-thinking.ndjson"),
            .ollama("chat-stream-tools-no-id.ndjson"), .ollama("chat-tools.json"), .ollama("chat-thinking.json"),
        ]).filter { $0.provider != "anthropic" || $0.joins }.map(Self.init)

    /// Chats of the same dialect, which are passed on.
    static let relayed = OllamaFrontReply.translated.filter { $0.provider == "anthropic" && !$0.joins }.map(Self.init)

    static let failing = OllamaFrontReply.failing.map { (reply: Self($0.reply), kind: $0.kind) }

    func request() throws -> ClientRequest {
        let body =
            #"{"model":"ll\u0061ma3","max_tokens":9,"messages":[{"role":"user","content":"Hi there, you"}],"stream":\#(!isWhole)}"#
        return try Fixture.scan(body, .anthropicMessages).joiningStream(joins)
    }
}
