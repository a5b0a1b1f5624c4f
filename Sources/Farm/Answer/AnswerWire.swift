import NIOCore

/// Writes one answer in its dialect. Streamed, each token becomes a line at once; else they are gathered.
struct AnswerWire {
    let route: ModelCall.Route
    let isStream: Bool
    /// As the client wrote it, as JSON.
    let model: ByteBuffer
    let includeUsage: Bool
    /// Alternatives per token; nil for no log probabilities.
    let logprobs: Int?
    let toolCallStyle: ModelProfile.ToolCallStyle
    /// The number in an OpenAI id.
    let number: Int
    /// The context on a native generate answer.
    let hasContext: Bool

    var content = ByteBuffer()
    var thinking = ByteBuffer()
    var probabilities = ByteBuffer()
    var isFirst = true

    init(_ call: ModelCall, model profile: ModelProfile, number: Int) {
        route = call.route
        isStream = call.stream
        includeUsage = call.includeUsage
        logprobs = call.logprobs
        toolCallStyle = profile.toolCallStyle
        hasContext = !call.raw
        self.number = number
        var model = ByteBuffer()
        model.writeJSON(call.model)
        self.model = model
    }

    var contentType: String {
        guard isStream else { return route.isOpenAI ? "application/json" : "application/json; charset=utf-8" }
        return route.isOpenAI ? "text/event-stream" : "application/x-ndjson"
    }

    /// One token: into `line` when streamed, which stays empty if there is nothing to show.
    ///
    /// - Parameters:
    ///   - now: Nanoseconds since 1970.
    ///   - stamp: Goes at the end of the text.
    mutating func write(_ piece: AnswerScript.Piece, now: Int64, stamp: Int64?, into line: inout ByteBuffer) {
        var (text, isThinking) = ("", false)
        switch piece {
        case .silent: return
        case .text(let words): text = words
        case .thinking(let words): (text, isThinking) = (words, true)
        }
        if let stamp { text += " t=\(stamp)" }
        guard isStream else {
            if isThinking {
                thinking.writeJSONContent(text)
            } else {
                if logprobs != nil {
                    if content.readableBytes > 0 { probabilities.writeStaticString(",") }
                    writeProbability(of: text, into: &probabilities)
                }
                content.writeJSONContent(text)
            }
            return
        }
        if route.isOpenAI {
            writeOpenAILine(text, isThinking: isThinking, now: now, into: &line)
        } else {
            writeNativeLine(text, isThinking: isThinking, now: now, into: &line)
        }
        isFirst = false
    }

    /// The lines that end a stream.
    mutating func lastLines(
        reason: String, calls: [AnswerScript.ToolCall], figures: AnswerFigures, now: Int64
    ) -> [ByteBuffer] {
        route.isOpenAI
            ? openAILastLines(reason: reason, calls: calls, figures: figures, now: now)
            : nativeLastLines(reason: reason, calls: calls, figures: figures, now: now)
    }

    /// A whole answer. `reason` nil: the model stopped without saying that it is done.
    func whole(
        reason: String?, calls: [AnswerScript.ToolCall], figures: AnswerFigures, now: Int64
    ) -> ByteBuffer {
        route.isOpenAI
            ? openAIWhole(reason: reason, calls: calls, figures: figures, now: now)
            : nativeWhole(reason: reason, calls: calls, figures: figures, now: now)
    }

    /// A refusal in the dialect's shape.
    static func refusal(_ rejection: Rejection, _ route: ModelCall.Route?) -> HTTPAnswer {
        var body = ByteBuffer()
        guard route?.isOpenAI == true else {
            body.writeStaticString("{\"error\":")
            body.writeJSON(rejection.message)
            body.writeStaticString("}")
            return HTTPAnswer(
                status: rejection.status, contentType: "application/json; charset=utf-8", body: body)
        }
        let type =
            switch rejection.status {
            case 400: "invalid_request_error"
            case 404: "not_found_error"
            default: "api_error"
            }
        body.writeStaticString("{\"error\":{\"message\":")
        body.writeJSON(rejection.message)
        body.writeString(",\"type\":\"\(type)\",\"param\":null,\"code\":null}}\n")
        return HTTPAnswer(status: rejection.status, contentType: "application/json", body: body)
    }

    /// A line that says the model died.
    func errorLine(now: Int64) -> ByteBuffer {
        var line = ByteBuffer()
        if route.isOpenAI {
            // The compatible routes lose the error: an empty chunk without a model is all that shows.
            writeOpenAIEmptyChunk(now: now, into: &line)
        } else {
            line.writeStaticString("{\"error\":")
            line.writeJSON(Rejection.runnerDied)
            line.writeStaticString("}\n")
        }
        return line
    }

    /// A line that is not JSON.
    var brokenLine: ByteBuffer {
        ByteBuffer(string: route.isOpenAI ? "data: {\"id\":\n\n" : "{\"model\":\n")
    }

    /// One token's log probability, with as many alternatives as were asked for.
    func writeProbability(of text: String, into buffer: inout ByteBuffer) {
        func entry(_ text: String, _ value: String, into buffer: inout ByteBuffer) {
            buffer.writeStaticString("{\"token\":")
            buffer.writeJSON(text)
            buffer.writeString(",\"logprob\":\(value),\"bytes\":")
            buffer.writeList("[", text.utf8, "]") { $0.writeString(String($1)) }
        }
        entry(text, "-0.25", into: &buffer)
        if let logprobs, logprobs > 0 {
            buffer.writeStaticString(",\"top_logprobs\":")
            buffer.writeList("[", 0..<logprobs, "]") { buffer, rank in
                entry(rank == 0 ? text : text + String(rank), "-\(rank).25", into: &buffer)
                buffer.writeStaticString("}")
            }
        }
        buffer.writeStaticString("}")
    }
}
