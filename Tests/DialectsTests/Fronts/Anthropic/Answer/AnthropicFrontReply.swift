import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded reply of any dialect, asked for by a client that speaks Anthropic's.
struct AnthropicFrontReply: Sendable, CustomTestStringConvertible {
    /// In `Fixtures`: `mistral/chat.json`.
    let path: String
    let provider: String
    let tag: String
    /// The client gets one whole answer of a stream.
    var joins = false

    init(_ other: OllamaFrontReply) {
        path = other.path
        provider = other.provider
        tag = other.tag
        joins = other.joins
    }

    var testDescription: String { path + (joins ? " joined" : "") }

    /// The upstream was asked for a stream.
    var isStream: Bool { !path.hasSuffix(".json") }
    /// The client gets a stream.
    var isWhole: Bool { !isStream || joins }

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

    func bytes() throws -> ByteBuffer { try OpenAIFixture.reply(path) }

    func translator() throws -> AnswerTranslator {
        let body =
            #"{"model":"ll\u0061ma3","max_tokens":9,"messages":[{"role":"user","content":"Hi there, you"}],"stream":\#(!isWhole)}"#
        let request = try Fixture.scan(body, .anthropicMessages).joiningStream(joins)
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: tag, pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
        return AnswerTranslator(
            request: request, target: target, responseID: 0xfeed_0123_4567_89ab, created: 1_795_366_482)
    }

    /// Feeds pieces; what the client gets, and how it ended.
    func translate(
        _ pieces: [ByteBuffer]
    ) throws -> (text: String, end: AnswerTranslator.Progress, translator: AnswerTranslator) {
        var translator = try translator()
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces {
            progress = translator.feed(piece, into: &out)
            if isWhole, case .more = progress { #expect(out.readableBytes == 0, "nothing is written before the end") }
        }
        if case .more = progress { progress = translator.end(into: &out) }
        return (String(buffer: out), progress, translator)
    }
}
