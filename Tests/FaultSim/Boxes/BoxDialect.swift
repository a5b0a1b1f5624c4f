import NIOCore

/// What a box writes of an answer, by the path on which it was asked.
struct BoxDialect {
    enum Path: String, CaseIterable {
        case ollamaChat = "/api/chat"
        case ollamaGenerate = "/api/generate"
        case ollamaEmbed = "/api/embed"
        case openAIChat = "/v1/chat/completions"
        case openAICompletions = "/v1/completions"
        case openAIEmbeddings = "/v1/embeddings"
        case anthropic = "/v1/messages"
    }

    let path: Path
    let streams: Bool
    /// Tokens of the prompt, as the box says.
    let promptTokens: Int

    init?(_ request: BoxRequest) {
        guard let path = Path(rawValue: request.path) else { return nil }
        self.path = path
        switch path {
        case .ollamaChat, .ollamaGenerate: streams = !request.hasStreamFalse
        case .openAIChat, .openAICompletions, .anthropic: streams = request.hasStreamTrue
        case .ollamaEmbed, .openAIEmbeddings: streams = false
        }
        promptTokens = max(1, request.words)
    }

    var isOllama: Bool { [.ollamaChat, .ollamaGenerate, .ollamaEmbed].contains(path) }

    var contentType: String {
        guard streams else { return "application/json" }
        return isOllama ? "application/x-ndjson" : "text/event-stream"
    }

    /// The pieces of a stream: those before the words, one for each word, and those that end it.
    func pieces(_ words: [String]) -> (first: [String], words: [String], last: [String]) {
        let count = words.count
        switch path {
        case .ollamaEmbed, .openAIEmbeddings: return ([], [], [])
        case .ollamaChat, .ollamaGenerate: return ([], words.map(ollamaLine), [ollamaEnd("", count)])
        case .openAIChat:
            let role = #""delta":{"role":"assistant","content":""},"finish_reason":null"#
            return (
                [event(openAI(role))],
                words.map { event(openAI(#""delta":{"content":"\#($0)"},"finish_reason":null"#)) },
                [event(openAI(#""delta":{},"finish_reason":"stop""#)), event(openAICounts(count)), event("[DONE]")]
            )
        case .openAICompletions:
            return (
                [], words.map { event(openAI(#""text":"\#($0)","finish_reason":null"#)) },
                [
                    event(openAI(#""text":"","finish_reason":"stop""#)), event(openAICounts(count)), event("[DONE]"),
                ]
            )
        case .anthropic:
            let usage = #""usage":{"input_tokens":\#(promptTokens),"output_tokens":1}"#
            let reason = #""delta":{"stop_reason":"end_turn","stop_sequence":null}"#
            return (
                [
                    named("message_start", #""message":{\#(anthropicHead),"content":[],"stop_reason":null,\#(usage)}"#),
                    named("content_block_start", #""index":0,"content_block":{"type":"text","text":""}"#),
                ],
                words.map {
                    named("content_block_delta", #""index":0,"delta":{"type":"text_delta","text":"\#($0)"}"#)
                },
                [
                    named("content_block_stop", #""index":0"#),
                    named("message_delta", #"\#(reason),"usage":{"output_tokens":\#(count)}"#),
                    named("message_stop", ""),
                ]
            )
        }
    }

    /// A whole answer.
    func whole(_ words: [String]) -> String {
        let text = words.joined()
        let count = words.count
        switch path {
        case .ollamaChat, .ollamaGenerate: return ollamaEnd(text, count)
        case .ollamaEmbed:
            return """
                {"model":"m","embeddings":[[\(text)]],"total_duration":1000,"load_duration":10,\
                "prompt_eval_count":\(promptTokens)}
                """
        case .openAIEmbeddings:
            return """
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[\(text)]}],"model":"m",\
                "usage":{"prompt_tokens":\(promptTokens),"total_tokens":\(promptTokens)}}
                """
        case .openAIChat:
            return """
                {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,\
                "message":{"role":"assistant","content":"\(text)"},"finish_reason":"stop"}],\(openAIUsage(count))}
                """
        case .openAICompletions:
            return """
                {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"index":0,\
                "text":"\(text)","finish_reason":"stop"}],\(openAIUsage(count))}
                """
        case .anthropic:
            return """
                {\(anthropicHead),"content":[{"type":"text","text":"\(text)"}],"stop_reason":"end_turn",\
                "usage":{"input_tokens":\(promptTokens),"output_tokens":\(count)}}
                """
        }
    }

    /// An error in place of a piece.
    var errorPiece: String {
        let openAI = #"{"error":{"message":"the engine died","type":"server_error","code":500}}"#
        switch path {
        case .ollamaChat, .ollamaGenerate, .ollamaEmbed:
            return #"{"error":"an error was encountered while running the model"}"# + "\n"
        case .openAIEmbeddings: return openAI
        case .openAIChat, .openAICompletions: return event(openAI)
        case .anthropic:
            let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
            return "event: error\n" + event(error)
        }
    }

    /// A piece that is none.
    var brokenPiece: String {
        isOllama
            ? #"{"model":"m","message":{"role":"assista"nt"},"# + "\n"
            : event(#"{"id":"c","choices":[{"delta":{"conte"nt""#)
    }

    /// The body of an answer of another status.
    func errorBody(_ status: Int) -> String {
        let text =
            switch status {
            case 404: #"model \"m\" not found, try pulling it first"#
            case 400: "the input length exceeds the context length"
            case 503: "server busy, please try again. maximum pending requests exceeded"
            default: "something went wrong"
            }
        if isOllama { return #"{"error":"\#(text)"}"# }
        guard path == .anthropic else {
            return #"{"error":{"message":"\#(text)","type":"server_error","code":\#(status)}}"#
        }
        return #"{"type":"error","error":{"type":"api_error","message":"\#(text)"}}"#
    }

    // MARK: Shapes

    private func ollamaLine(_ word: String) -> String {
        #"{"model":"m","created_at":"2026-11-20T10:00:00.000000Z",\#(ollamaContent(word)),"done":false}"# + "\n"
    }

    private func ollamaContent(_ text: String) -> String {
        path == .ollamaChat ? #""message":{"role":"assistant","content":"\#(text)"}"# : #""response":"\#(text)""#
    }

    private func ollamaEnd(_ text: String, _ words: Int) -> String {
        """
        {"model":"m","created_at":"2026-11-20T10:00:01.000000Z",\(ollamaContent(text)),"done":true,\
        "done_reason":"stop","total_duration":300000000,"load_duration":1000000,\
        "prompt_eval_count":\(promptTokens),"prompt_eval_duration":100000000,\
        "eval_count":\(words),"eval_duration":190000000}

        """
    }

    private func event(_ data: String) -> String { "data: \(data)\n\n" }

    private func named(_ name: String, _ fields: String) -> String {
        "event: \(name)\n" + event(#"{"type":"\#(name)"\#(fields.isEmpty ? "" : ",")\#(fields)}"#)
    }

    private var anthropicHead: String { #""id":"msg_1","type":"message","role":"assistant","model":"m""# }

    private var openAIObject: String { path == .openAIChat ? "chat.completion.chunk" : "text_completion" }

    private func openAI(_ choice: String) -> String {
        #"{"id":"c","object":"\#(openAIObject)","created":1,"model":"m","choices":[{"index":0,\#(choice)}]}"#
    }

    private func openAICounts(_ words: Int) -> String {
        #"{"id":"c","object":"\#(openAIObject)","created":1,"model":"m","choices":[],\#(openAIUsage(words))}"#
    }

    private func openAIUsage(_ words: Int) -> String {
        """
        "usage":{"prompt_tokens":\(promptTokens),"completion_tokens":\(words),\
        "total_tokens":\(promptTokens + words)}
        """
    }
}
