import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Whatever an upstream answers, the gateway does not trap, and what the client gets is JSON and whole events.
@Suite struct MutatedAnswerTests {
    private static let rounds: UInt64 = 20

    /// Folders of recordings, and who speaks so.
    private static let dialects = [
        ("ollama", "ollama", "llama3"), ("openai", "openai", "gpt-4o"), ("compatible", "hosted_vllm", "m"),
        ("mistral", "mistral", "mistral-large-latest"), ("anthropic", "anthropic", "claude-sonnet-4-5"),
        ("gemini", "gemini", "gemini-2.5-flash"), ("bedrock", "bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ]

    private static func target(_ provider: String, _ tag: String) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: tag, pathPrefix: "/v1", hostHeader: "h", isLocal: true),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: true, userAgent: "drover/0.1.0")
    }

    private static let bodies: [(Front, String)] = [
        (.openAIChat, Fixture.chat()), (.openAICompletions, #"{"model":"m","prompt":"Hi"}"#),
        (.openAIEmbeddings, #"{"model":"m","input":"Hi","encoding_format":"base64"}"#),
        (.openAIResponses, #"{"model":"m","input":"Hi"}"#),
        (.ollamaChat, #"{"model":"m","messages":[{"role":"user","content":"Hi"}]}"#),
    ]

    /// The same with tools: their calls are mended, and of boxes demanded.
    private static let calling: [(Front, String)] = [
        (.openAIChat, Fixture.chat(#""tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required""#)),
        (.openAIChat, Fixture.chat(#""tools":[{"type":"function","function":{"name":"f"}}]"#)),
        (
            .ollamaChat,
            #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}"#
        ),
        (
            .anthropicMessages,
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"any"}}"#
        ),
    ]

    @Test(arguments: dialects)
    func `no damage to an answer traps or reaches the client as anything but JSON`(
        _ folder: String, _ provider: String, _ tag: String
    ) throws {
        let root = try #require(Bundle.module.url(forResource: "Fixtures/\(folder)", withExtension: nil))
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().filter { name in
            !name.hasSuffix(".py") && !name.contains(".openai.") && !name.contains(".client.")
                && !name.contains(".ollama.")
        }
        let target = Self.target(provider, tag)
        for (number, name) in names.enumerated() {
            let recorded = Array(try Data(contentsOf: root.appendingPathComponent(name)))
            for seed in 0..<Self.rounds {
                var mutation = Mutation(seed: seed << 16 | UInt64(number))
                let bodies = seed % 4 == 1 ? Self.calling : Self.bodies
                for (front, body) in bodies {
                    let isOllama = front.dialect == .ollama
                    var request = try Fixture.scan(
                        isOllama ? body.dropLast() + #","stream":false}"# : body, front)
                    if name.contains("stream") || !name.hasSuffix(".json") {
                        if seed % 2 == 0, target.joinsStreams(for: front) {
                            request = request.joiningStream(true)
                        } else if front != .openAIEmbeddings {
                            request = try Fixture.scan(
                                body.dropLast() + #","stream":true,"stream_options":{"include_usage":true}}"#, front)
                        }
                    }
                    let bytes =
                        name.hasSuffix(".eventstream") && seed % 4 != 0
                        ? EventStreamFrames.damaged(recorded, &mutation) : mutation.damage(recorded)
                    try Self.check(bytes, request, target, &mutation, "\(folder)/\(name) \(front) seed \(seed)")
                }
            }
        }
    }

    private static func check(
        _ bytes: [UInt8], _ request: ClientRequest, _ target: UpstreamTarget, _ mutation: inout Mutation, _ what: String
    ) throws {
        var translator = AnswerTranslator(request: request, target: target, responseID: 1, created: 1, mendsCalls: true)
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in mutation.pieces(bytes) { progress = translator.feed(ByteBuffer(bytes: piece), into: &out) }
        progress = translator.end(into: &out)
        if case .more = progress { Issue.record("\(what): the end is no end") }
        _ = translator.usage
        if request.stream, request.front.dialect == .ollama {
            expectLines(out, what)
        } else if request.stream {
            try expectEvents(out, what)
        } else if case .complete = progress {
            #expect(out.withUnsafeReadableBytes { JSONScanner.isValid($0) }, "\(what): \(String(buffer: out))")
        } else {
            #expect(out.readableBytes == 0, "\(what)")
        }
        _ = UpstreamFault.classify(
            status: 400 + bytes.count % 130, saysWhenToRetry: false, body: ByteBuffer(bytes: bytes.prefix(5000)),
            target: target)
    }

    /// Whole lines, each an object.
    private static func expectLines(_ out: ByteBuffer, _ what: String) {
        guard out.readableBytes > 0 else { return }
        let bytes = Array(out.readableBytesView)
        #expect(bytes.last == 0x0a, "\(what)")
        for line in bytes.split(separator: 0x0a) {
            let isSound = line.first == 0x7b && line.withUnsafeBytes { JSONScanner.isValid($0) }
            #expect(isSound, "\(what): \(String(decoding: line, as: UTF8.self))")
        }
    }

    /// Whole events, each of which holds JSON or says that the stream has ended.
    private static func expectEvents(_ out: ByteBuffer, _ what: String) throws {
        guard out.readableBytes > 0 else { return }
        let bytes = Array(out.readableBytesView)
        #expect(bytes.suffix(2) == [0x0a, 0x0a], "\(what)")
        for line in bytes.split(separator: 0x0a) where line.starts(with: Array("data: ".utf8)) {
            let data = Array(line.dropFirst(6))
            let isSound = data == Array("[DONE]".utf8) || data.withUnsafeBytes { JSONScanner.isValid($0) }
            #expect(isSound, "\(what): \(String(decoding: line, as: UTF8.self))")
        }
    }
}
