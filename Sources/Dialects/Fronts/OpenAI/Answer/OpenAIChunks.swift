import NIOCore

/// Writes an answer as OpenAI's server-sent events: one prepared frame around each raw piece.
struct OpenAIChunks: AnswerSink {
    private let work: Work
    private let includeUsage: Bool
    private let responseID: UInt64
    /// `data: {"id":…,"model":…,"choices":[`
    private let head: [UInt8]
    /// The same, and on to the inside of a chat's `content`: most chunks are this, a piece of text, and one of two ends.
    private let contentHead: [UInt8]
    private var sentRole = false
    private var toolCalls = 0
    private var thinkingBlocks = 0
    /// The tool call that is open has got arguments.
    private var hasArguments = false
    private var images = 0
    private var textOffset = 0

    /// What stands around a piece beside the head, at most.
    private static let frameRoom = 200

    /// - Parameter model: the inside of the JSON string of the client's own name for the model.
    init(
        work: Work, includeUsage: Bool, responseID: UInt64, created: Int, model: UnsafeRawBufferPointer
    ) {
        self.work = work
        self.includeUsage = includeUsage
        self.responseID = responseID
        let room = model.count + ByteWriter.identityRoom + 24
        head = [UInt8](unsafeUninitializedCapacity: room) { bytes, count in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(bytes))
            let all = writer.left
            writer.write("data: {")
            writer.writeIdentity(work, isChunk: true, responseID: responseID, created: created, model: model)
            writer.write(",\"choices\":[")
            count = all - writer.left
        }
        contentHead = work == .chat ? head + Array("{\"index\":0,\"delta\":{\"content\":\"".utf8) : []
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        // Text completions have no place for it.
        guard work == .chat else { return }
        delta("\"reasoning_content\":\"", text, into: &out)
    }

    @inline(__always)
    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        if work == .chat, logprobs == nil, sentRole {
            out.compose(atMost: contentHead.count + text.count + Self.frameRoom) { writer in
                writer.write(contentHead)
                writer.write(text)
                if includeUsage {
                    writer.write("\"},\"finish_reason\":null}],\"usage\":null}\n\n")
                } else {
                    writer.write("\"},\"finish_reason\":null}]}\n\n")
                }
            }
        } else if work == .chat, logprobs == nil {
            delta("\"content\":\"", text, into: &out)
        } else {
            rareContent(text, logprobs: logprobs, into: &out)
        }
    }

    /// A chunk with one string in its delta, in one go.
    @inline(__always)
    private mutating func delta(
        _ name: StaticString, _ text: UnsafeRawBufferPointer, end: StaticString = "\"}", into out: inout ByteBuffer
    ) {
        out.compose(atMost: head.count + text.count + Self.frameRoom) { writer in
            begin(&writer)
            writer.write(name)
            writer.write(text)
            writer.write(end)
            close(&writer)
        }
    }

    private mutating func rareContent(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        out.compose(atMost: head.count + text.count + Self.frameRoom) { writer in
            if work == .chat {
                begin(&writer)
                writer.write("\"content\":\"")
                writer.write(text)
                writer.write("\"},\"logprobs\":")
            } else {
                writer.write(head)
                writer.write("{\"index\":0,\"text\":\"")
                writer.write(text)
                writer.write("\",\"logprobs\":")
            }
        }
        if let logprobs {
            if work == .chat {
                ChatLogprobs.write(logprobs, into: &out)
            } else {
                CompletionLogprobs.write(logprobs, textOffset: &textOffset, into: &out)
            }
        } else {
            out.writeStaticString("null")
        }
        out.compose(atMost: Self.frameRoom) { close(&$0) }
    }

    private mutating func openToolCall(into out: inout ByteBuffer) {
        out.compose(atMost: head.count + Self.frameRoom) { writer in
            begin(&writer)
            writer.write("\"tool_calls\":[{\"index\":")
            writer.write(decimal: toolCalls)
            writer.write(",")
        }
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        guard work == .chat else { return }
        openToolCall(into: &out)
        out.writeToolCall(call, number: toolCalls, responseID: responseID)
        out.compose(atMost: Self.frameRoom) { writer in
            writer.write("]}")
            close(&writer)
        }
        toolCalls += 1
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        guard work == .chat else { return }
        openToolCall(into: &out)
        out.writeToolCallStart(id: id, name: name, number: toolCalls, responseID: responseID)
        out.writeStaticString("\"}}]}")
        out.compose(atMost: Self.frameRoom) { close(&$0) }
        toolCalls += 1
        hasArguments = false
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard work == .chat, !text.isEmpty else { return }
        hasArguments = true
        out.compose(atMost: head.count + text.count + Self.frameRoom) { writer in
            begin(&writer)
            writer.write("\"tool_calls\":[{\"index\":")
            writer.write(decimal: toolCalls - 1)
            writer.write(",\"function\":{\"arguments\":\"")
            writer.write(text)
            writer.write("\"}}]}")
            close(&writer)
        }
    }

    mutating func endToolCall(into out: inout ByteBuffer) {
        guard work == .chat, !hasArguments else { return }
        let none: StaticString = "{}"
        toolCallArguments(
            UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount), into: &out)
    }

    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        thinkingBlock("\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"", text, into: &out)
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        thinkingBlock("\"type\":\"redacted_thinking\",\"data\":\"", data, into: &out)
    }

    /// With an index, as the parts of every list in a stream have one: clients put them together by it.
    private mutating func thinkingBlock(
        _ start: StaticString, _ text: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        guard work == .chat else { return }
        out.compose(atMost: head.count + text.count + Self.frameRoom) { writer in
            begin(&writer)
            writer.write("\"thinking_blocks\":[{\"index\":")
            writer.write(decimal: thinkingBlocks)
            writer.write(",")
            writer.write(start)
            writer.write(text)
            writer.write("\"}]}")
            close(&writer)
        }
        thinkingBlocks += 1
    }

    mutating func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard work == .chat else { return }
        delta("\"provider_specific_fields\":{\"thought_signatures\":[\"", text, end: "\"]}}", into: &out)
    }

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        guard work == .chat else { return }
        out.compose(atMost: head.count + Self.frameRoom) { writer in
            begin(&writer)
            writer.write("\"images\":[")
        }
        out.writeImage(type, base64, number: images)
        out.compose(atMost: Self.frameRoom) { writer in
            writer.write("]}")
            close(&writer)
        }
        images += 1
    }

    // Vectors are never streamed.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.compose(atMost: 2 * (head.count + Self.frameRoom) + ByteWriter.usageRoom) { writer in
            writer.write(head)
            if work == .chat {
                // An answer without a word still says whose it is.
                writer.write(
                    sentRole
                        ? "{\"index\":0,\"delta\":{}"
                        : "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}")
            } else {
                writer.write("{\"index\":0,\"text\":\"\",\"logprobs\":null")
            }
            writer.write(",\"finish_reason\":\"")
            writer.write(end.reason.openAI(afterCalls: toolCalls > 0))
            writer.write(includeUsage ? "\"}],\"usage\":null}\n\n" : "\"}]}\n\n")
            if includeUsage {
                writer.write(head)
                writer.write("],")
                writer.writeUsage(end.usage, work)
                writer.write("}\n\n")
            }
            writer.write("data: [DONE]\n\n")
        }
    }

    /// Up to the inside of `delta`, with the role the first time.
    @inline(__always)
    private mutating func begin(_ writer: inout ByteWriter) {
        writer.write(head)
        if sentRole {
            writer.write("{\"index\":0,\"delta\":{")
        } else {
            sentRole = true
            writer.write("{\"index\":0,\"delta\":{\"role\":\"assistant\",")
        }
    }

    @inline(__always)
    private func close(_ writer: inout ByteWriter) {
        if includeUsage {
            writer.write(",\"finish_reason\":null}],\"usage\":null}\n\n")
        } else {
            writer.write(",\"finish_reason\":null}]}\n\n")
        }
    }
}
