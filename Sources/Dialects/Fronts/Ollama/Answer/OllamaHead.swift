import NIOCore

/// Pieces that the lines and the whole answers of `/api/chat` share.
struct OllamaHead: Sendable {
    /// `{"model":…,"created_at":…,"message":{"role":"assistant","content":"`
    let bytes: [UInt8]
    /// Printed in the ids of calls that have none.
    let responseID: UInt64

    /// Room that `writeEnd` takes at most.
    static let endRoom = 320

    /// - Parameters:
    ///   - model: the inside of the JSON string of the client's own name for the model.
    ///   - created: seconds since 1970.
    ///   - responseID: printed in the ids of calls that have none.
    init(model: ByteBuffer, created: Int, responseID: UInt64) {
        self.responseID = responseID
        let room = model.readableBytes + ByteWriter.timeRoom + 100
        bytes = [UInt8](unsafeUninitializedCapacity: room) { bytes, count in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(bytes))
            let all = writer.left
            writer.write("{\"model\":\"")
            model.withUnsafeReadableBytes { writer.write($0) }
            writer.write("\",\"created_at\":\"")
            writer.writeTime(unixSeconds: created)
            writer.write("\",\"message\":{\"role\":\"assistant\",\"content\":\"")
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
