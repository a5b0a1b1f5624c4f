import NIOCore
import Testing

@testable import Dialects

/// A recorded reply of the Gemini API, how it was asked for, and what the client must get (or the fault).
struct GeminiRecording: Sendable, CustomTestStringConvertible {
    enum Expectation: Sendable {
        case golden(String)
        case fails(UpstreamFault.Kind, after: String?)
    }

    let reply: String
    var front = Front.openAIChat
    var more = ""
    /// The client gets one whole answer of a stream.
    var joins = false
    let expected: Expectation

    var testDescription: String { "\(reply) \(more)\(joins ? " joined" : "")" }

    private static func golden(
        _ reply: String, _ more: String = "", _ front: Front = .openAIChat, joins: Bool = false, as name: String
    ) -> GeminiRecording {
        GeminiRecording(reply: reply, front: front, more: more, joins: joins, expected: .golden(name))
    }

    static let all: [GeminiRecording] = {
        let stream = #""stream":true"#
        let streams = [
            "chat-stream", "chat-stream-bare-end", "chat-stream-early-reason", "chat-stream-thinking",
            "chat-stream-tools", "chat-stream-tools-no-id", "chat-stream-image", "chat-stream-logprobs",
            "chat-stream-length", "chat-stream-safety", "chat-stream-malformed-call",
        ].map { golden("\($0).sse", stream, as: "\($0).openai.sse") }
        let wholes = [
            "chat", "chat-thinking", "chat-tools", "chat-image", "chat-search", "chat-thoughts-inside",
            "chat-logprobs",
        ].map { golden("\($0).json", as: "\($0).openai.json") }
        return streams + wholes + [
            golden(
                "chat-stream-early-reason.sse", stream + #","stream_options":{"include_usage":true}"#,
                as: "chat-stream-usage.openai.sse"),
            golden("chat-stream-tools.sse", joins: true, as: "chat-stream-tools.openai.json"),
            golden("chat-stream.sse", stream, .openAICompletions, as: "completion-stream.openai.sse"),
            golden("chat-stream-logprobs.sse", stream, .openAICompletions, as: "completion-stream-logprobs.openai.sse"),
            golden("chat.json", "", .openAICompletions, as: "completion.openai.json"),
            golden("embed.json", "", .openAIEmbeddings, as: "embed.openai.json"),
            golden("embed.json", #""encoding_format":"base64""#, .openAIEmbeddings, as: "embed-base64.openai.json"),
        ]
    }()

    static let failing: [GeminiRecording] = {
        func fails(
            _ reply: String, _ kind: UpstreamFault.Kind, after text: String? = nil, _ front: Front = .openAIChat
        ) -> GeminiRecording {
            GeminiRecording(
                reply: reply, front: front, more: reply.hasSuffix(".sse") ? #""stream":true"# : "",
                expected: .fails(kind, after: text))
        }
        return [
            fails("chat-stream-cut.sse", .incomplete, after: "Hel"),
            fails("chat-stream-blocked.sse", .contentPolicy),
            fails("chat-stream-error-first.sse", .saturated),
            fails("chat-stream-error-later.sse", .server, after: "Hel"),
            fails("chat-stream-bad-json.sse", .malformed, after: "Hel"),
            fails("chat-stream-no-signature.sse", .client),
            fails("chat-blocked.json", .contentPolicy), fails("chat-no-candidates.json", .incomplete),
            fails("chat.json", .malformed, .openAIEmbeddings),
            fails("embed-broken.json", .malformed, .openAIEmbeddings),
        ]
    }()

    /// The request that asked for it.
    func request() throws -> ClientRequest {
        let prompt =
            switch front {
            case .openAIChat, .ollamaChat, .anthropicMessages: #""messages":[{"role":"user","content":"Hi"}]"#
            case .openAICompletions, .ollamaGenerate, .ollamaEmbeddings: #""prompt":"Hi""#
            case .openAIEmbeddings, .openAIResponses, .ollamaEmbed: #""input":["a","b"]"#
            }
        let fields = [#""model":"gemini""#, prompt, more].filter { !$0.isEmpty }
        var request = try Fixture.scan("{" + fields.joined(separator: ",") + "}", front)
        request = request.joiningStream(joins)
        return request
    }

    /// Feeds the reply in pieces; what the client gets and how it ended.
    func translate(_ pieces: [ByteBuffer]) throws -> (text: String, end: AnswerTranslator.Progress, AnswerTranslator) {
        var translator = AnswerTranslator(
            request: try request(), target: GeminiFixture.target(), responseID: 0xfeed_0123_4567_89ab,
            created: 1_795_366_482)
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces { progress = translator.feed(piece, into: &out) }
        if case .more = progress { progress = translator.end(into: &out) }
        return (String(buffer: out), progress, translator)
    }
}
