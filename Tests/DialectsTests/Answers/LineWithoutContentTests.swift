import NIOCore
import Testing

@testable import Dialects

/// An answer that lacks what it must have is a fault of whoever wrote it, and no empty answer.
@Suite struct LineWithoutContentTests {
    private static let chat = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"

    private static func read<Reader: AnswerReader>(
        _ reader: Reader, whole body: String
    ) -> (ReadOutcome, ByteBuffer) {
        var (reader, sink, out) = (reader, SilentSink(), ByteBuffer())
        let outcome = ByteBuffer(string: body).withUnsafeReadableBytes { reader.readWhole($0, to: &sink, into: &out) }
        return (outcome, out)
    }

    private static func read<Reader: AnswerReader>(_ reader: Reader, events: [(name: String, data: String)])
        -> ReadOutcome
    {
        var (reader, sink, out) = (reader, SilentSink(), ByteBuffer())
        for (name, data) in events {
            let outcome = ByteBuffer(string: name).withUnsafeReadableBytes { name in
                ByteBuffer(string: data).withUnsafeReadableBytes { reader.readEvent(name, $0, to: &sink, into: &out) }
            }
            guard case .more = outcome else { return outcome }
        }
        return .more
    }

    private func isMalformed(_ outcome: ReadOutcome) -> Bool {
        if case .failed(let fault) = outcome { fault.kind == .malformed } else { false }
    }

    private func isDone(_ outcome: ReadOutcome) -> Bool { if case .done = outcome { true } else { false } }

    @Test(arguments: [
        "{\"model\":\"m\",\"message\":null,\"done\":true}", "{\"message\":null,\"done\":false}", "{\"message\":\"hi\"}",
        "{\"message\":[],\"done\":true}", "{\"model\":\"m\",\"done\":true,\"done_reason\":\"stop\"}", "{\"done\":true}",
    ])
    func `an Ollama's line without a message is malformed`(line: String) {
        #expect(isMalformed(Self.read(OllamaReader(work: .chat), events: [("", line)])))
        #expect(isMalformed(Self.read(OllamaReader(work: .chat), whole: line).0))
    }

    @Test func `an old Ollama's last line has none, and neither has a load's`() {
        let first =
            "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}"
        #expect(isDone(Self.read(OllamaReader(work: .chat), events: [("", first), ("", "{\"done\":true}")])))
        #expect(isDone(Self.read(OllamaReader(work: .chat), whole: "{\"done\":true,\"done_reason\":\"load\"}").0))
        #expect(isDone(Self.read(OllamaReader(work: .chat), whole: "{\"done\":true,\"done_reason\":\"unload\"}").0))
        let text = "{\"message\":{\"role\":\"assistant\"},\"done\":true}"
        #expect(isDone(Self.read(OllamaReader(work: .chat), whole: text).0), "an empty answer is one")
    }

    @Test(arguments: ["{\"response\":null,\"done\":true}", "{\"response\":1}", "{\"done\":true}"])
    func `so is a line of generate without a response`(line: String) {
        #expect(isMalformed(Self.read(OllamaReader(work: .completion), events: [("", line)])))
    }

    @Test(arguments: [
        "{\"choices\":null}", "{\"choices\":[]}", "{\"choices\":[null]}", "{\"choices\":[{\"message\":null}]}",
        "{\"choices\":[{\"index\":0}]}", "{}",
    ])
    func `an answer of OpenAI's without a message is malformed, read and passed on`(body: String) throws {
        #expect(isMalformed(Self.read(OpenAIReader(work: .chat), whole: body).0))
        var relay = try Self.relay(stream: false)
        var out = ByteBuffer()
        _ = relay.feed(ByteBuffer(string: body), into: &out)
        let progress = relay.end(into: &out)
        guard case .failed(let fault) = progress else {
            Issue.record("\(body): \(progress)")
            return
        }
        #expect(fault.kind == .malformed && out.readableBytes == 0)
    }

    @Test(arguments: [
        [], ["{\"choices\":null}"], ["{\"choices\":[]}"], ["{\"choices\":[{\"index\":0,\"delta\":null}]}"],
        ["{\"choices\":[null]}"], ["{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":0}}"],
    ])
    func `a stream of OpenAI's without a choice is malformed, read and passed on`(events: [String]) throws {
        let all = (events + ["[DONE]"]).map { (name: "", data: $0) }
        #expect(isMalformed(Self.read(OpenAIReader(work: .chat), events: all)))
        var relay = try Self.relay(stream: true)
        var out = ByteBuffer()
        let text = all.map { "data: \($0.data)\n\n" }.joined()
        guard case .failed(let fault) = relay.feed(ByteBuffer(string: text), into: &out) else {
            Issue.record("\(events)")
            return
        }
        #expect(fault.kind == .malformed && !relay.sawFirstToken)
    }

    @Test func `an empty answer of OpenAI's is one`() throws {
        let chunk = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
        #expect(isDone(Self.read(OpenAIReader(work: .chat), events: [("", chunk), ("", "[DONE]")])))
        let body = "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":\"stop\"}]}"
        #expect(isDone(Self.read(OpenAIReader(work: .chat), whole: body).0))
    }

    private static func relay(stream: Bool) throws -> OpenAIRelay<ChunkReader> {
        let request = try ClientRequest.scan(ByteBuffer(string: chat + ",\"stream\":\(stream)}"), front: .openAIChat)
        return OpenAIRelay(
            request: request, as: AnswerIdentity(model: ByteBuffer(string: "m"), created: 0, responseID: 0, cost: nil))
    }

    @Test(arguments: [
        ["{\"type\":\"message_stop\"}"], ["{\"type\":\"message_start\",\"message\":null}"],
        ["{\"type\":\"message_start\"}"], ["{\"type\":null}"],
        ["{\"type\":\"message_start\",\"message\":{}}", "{\"type\":\"content_block_start\",\"content_block\":null}"],
        ["{\"type\":\"message_start\",\"message\":{}}", "{\"type\":\"content_block_delta\",\"delta\":null}"],
    ])
    func `events of Anthropic's without what they must have are malformed`(events: [String]) {
        #expect(isMalformed(Self.read(AnthropicReader(work: .chat), events: events.map { ("", $0) })))
    }

    @Test(arguments: [
        "{\"content\":null}", "{\"type\":\"message\"}", "{\"content\":[{\"type\":\"text\",\"text\":null}]}", "{}",
    ])
    func `so is a whole message`(body: String) {
        #expect(isMalformed(Self.read(AnthropicReader(work: .chat), whole: body).0))
    }

    @Test(arguments: [
        "{\"candidates\":null}", "{\"candidates\":{}}",
        "{\"candidates\":[{\"content\":null,\"finishReason\":\"STOP\"}]}",
    ])
    func `so is an answer of Gemini's`(body: String) {
        #expect(isMalformed(Self.read(GeminiReader(work: .chat), whole: body).0))
        #expect(isMalformed(Self.read(GeminiReader(work: .chat), events: [("", body)])))
    }

    @Test func `so is an answer of Bedrock's`() {
        #expect(isMalformed(Self.read(BedrockReader(work: .chat), events: [("contentBlockDelta", "{\"delta\":null}")])))
        #expect(isMalformed(Self.read(BedrockReader(work: .chat), events: [("metadata", "{}")])))
        #expect(isMalformed(Self.read(BedrockReader(work: .chat), whole: "{\"output\":{\"message\":null}}").0))
    }
}
