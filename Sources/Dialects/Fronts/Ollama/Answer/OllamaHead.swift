import NIOCore

/// Pieces that the lines and the whole answers of `/api/chat`, and those of `/api/generate`, share.
struct OllamaHead: Sendable {
    /// How the text begins.
    enum Opening {
        case message, response

        fileprivate var text: StaticString {
            switch self {
            case .message: ",\"message\":{\"role\":\"assistant\",\"content\":\""
            case .response: ",\"response\":\""
            }
        }
    }

    /// `{"model":…,"created_at":…,"message":{"role":"assistant","content":"`, or `"response":"` at its end.
    let bytes: [UInt8]
    /// Printed in the ids of calls that have none.
    let responseID: UInt64

    /// Room that `writeEnd` takes at most.
    static let endRoom = 320

    init(_ opening: Opening, _ identity: AnswerIdentity) {
        responseID = identity.responseID
        let model = identity.model
        let room = model.readableBytes + ByteWriter.timeRoom + 100
        bytes = [UInt8](unsafeUninitializedCapacity: room) { bytes, count in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(bytes))
            let all = writer.left
            writer.write("{\"model\":\"")
            model.withUnsafeReadableBytes { writer.write($0) }
            writer.write("\",\"created_at\":\"")
            writer.writeTime(unixSeconds: identity.created)
            writer.write("\"")
            writer.write(opening.text)
            count = all - writer.left
        }
    }
}

extension ByteWriter {
    /// `"done":true,"done_reason":…`
    ///
    /// Ollama has no word for a filter's cut or for called tools: both are `stop`.
    mutating func writeOllamaReason(_ reason: FinishReason) {
        let word: StaticString =
            switch reason {
            case .length: "length"
            case .stop, .stopSequence, .toolCalls, .contentFilter: "stop"
            }
        write("\"done\":true,\"done_reason\":\"")
        write(word)
        write("\"")
    }

    /// The counts and times that are known, each behind a comma; Ollama leaves zeros out too.
    mutating func writeOllamaMetrics(_ end: AnswerEnd) {
        let timings = end.timings ?? UpstreamTimings()
        writeMetric("total_duration", Int(timings.totalNanoseconds))
        writeMetric("load_duration", Int(timings.loadNanoseconds))
        writeMetric("prompt_eval_count", end.usage.promptTokens)
        writeMetric("prompt_eval_duration", Int(timings.promptEvalNanoseconds))
        writeMetric("eval_count", end.usage.completionTokens)
        writeMetric("eval_duration", Int(timings.evalNanoseconds))
    }

    private mutating func writeMetric(_ name: StaticString, _ value: Int) {
        guard value > 0 else { return }
        write(",\"")
        write(name)
        write("\":")
        write(decimal: value)
    }
}
