import Testing

/// One provider as a test plays it: how it is configured, what it answers, and how it fails.
enum CloudDialect: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case openAI, azure, mistral, groq, vLLM, anthropic, bedrock, gemini

    var testDescription: String { rawValue }

    /// `litellm_params` of a deployment whose cloud is at `port`.
    func parameters(port: Int, bundle: String) -> String {
        let base = "https://127.0.0.1:\(port)"
        let own =
            switch self {
            case .openAI: "model: openai/gpt-4o, api_base: '\(base)/v1', api_key: sk-secret"
            case .azure:
                "model: azure/gpt-4o, api_base: '\(base)', api_key: sk-secret, api_version: '2024-10-21'"
            case .mistral: "model: mistral/mistral-large-latest, api_base: '\(base)/v1', api_key: sk-secret"
            case .groq: "model: groq/llama-3.3-70b-versatile, api_base: '\(base)/openai/v1', api_key: sk-secret"
            case .vLLM: "model: hosted_vllm/qwen, api_base: '\(base)/v1'"
            case .anthropic: "model: anthropic/claude-3-5-sonnet-20241022, api_base: '\(base)', api_key: sk-secret"
            case .bedrock:
                "model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_bedrock_runtime_endpoint: '\(base)', "
                    + "aws_region_name: eu-west-1, aws_access_key_id: AKIAEXAMPLE, aws_secret_access_key: sk-secret"
            case .gemini: "model: gemini/gemini-2.5-flash, api_base: '\(base)/v1beta', api_key: sk-secret"
            }
        return "{\(own), ssl_verify: '\(bundle)'}"
    }

    /// The request line of a chat.
    func requestLine(stream: Bool) -> String {
        let path =
            switch self {
            case .openAI, .mistral, .vLLM: "/v1/chat/completions"
            case .groq: "/openai/v1/chat/completions"
            case .azure: "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
            case .anthropic: "/v1/messages"
            case .bedrock:
                "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/" + (stream ? "converse-stream" : "converse")
            case .gemini:
                "/v1beta/models/gemini-2.5-flash:" + (stream ? "streamGenerateContent?alt=sse" : "generateContent")
            }
        return "POST \(path) HTTP/1.1\r\n"
    }

    /// A header that shows who calls.
    var credential: String {
        switch self {
        case .openAI, .mistral, .groq: "authorization: Bearer sk-secret\r\n"
        case .azure: "api-key: sk-secret\r\n"
        case .vLLM: ""
        case .anthropic: "x-api-key: sk-secret\r\n"
        case .bedrock: "authorization: AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/"
        case .gemini: "x-goog-api-key: sk-secret\r\n"
        }
    }

    /// The answer to a prober; nil for a client's request.
    func probe(_ request: String) -> ScriptedCloud.Answer? {
        guard request.hasPrefix("GET ") else { return nil }
        return request.contains("/models ")
            ? .json(#"{"object":"list","data":[{"id":"qwen","object":"model"}]}"#) : .json("{}", status: 404)
    }

    // MARK: Answers

    /// "Hello there", 11 tokens read, 5 written.
    func answer(stream: Bool) -> ScriptedCloud.Answer {
        guard stream else { return .json(whole) }
        guard self != .bedrock else {
            return .reply(200, "application/vnd.amazon.eventstream", bedrockEvents.flatMap(\.self))
        }
        return .events(events)
    }

    private var whole: String {
        switch self {
        case .openAI, .azure, .mistral, .groq, .vLLM:
            #"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"upstream-name","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16}}"#
        case .anthropic:
            #"{"id":"msg_1","type":"message","role":"assistant","model":"upstream-name","content":[{"type":"text","text":"Hello there"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":5}}"#
        case .bedrock:
            #"{"metrics":{"latencyMs":5},"output":{"message":{"content":[{"text":"Hello there"}],"role":"assistant"}},"stopReason":"end_turn","usage":{"inputTokens":11,"outputTokens":5,"totalTokens":16}}"#
        case .gemini:
            #"{"candidates":[{"content":{"parts":[{"text":"Hello there"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":5,"totalTokenCount":16},"modelVersion":"upstream-name"}"#
        }
    }

    /// The events of a stream up to its middle, and then those that end it.
    private var halves: (begin: String, end: String) {
        switch self {
        case .openAI, .azure, .mistral, .groq, .vLLM:
            func chunk(_ rest: String) -> String {
                "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"upstream-name\",\(rest)}\n\n"
            }
            return (
                chunk(#""choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]"#)
                    + chunk(#""choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]"#),
                chunk(#""choices":[{"index":0,"delta":{"content":" there"},"finish_reason":null}]"#)
                    + chunk(#""choices":[{"index":0,"delta":{},"finish_reason":"stop"}]"#)
                    + chunk(#""choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16}"#)
                    + "data: [DONE]\n\n"
            )
        case .anthropic:
            func event(_ name: String, _ data: String) -> String { "event: \(name)\ndata: \(data)\n\n" }
            return (
                event(
                    "message_start",
                    #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"upstream-name","content":[],"stop_reason":null,"usage":{"input_tokens":11,"output_tokens":1}}}"#
                )
                    + event(
                        "content_block_start",
                        #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#)
                    + event(
                        "content_block_delta",
                        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#),
                event(
                    "content_block_delta",
                    #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" there"}}"#)
                    + event("content_block_stop", #"{"type":"content_block_stop","index":0}"#)
                    + event(
                        "message_delta",
                        #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}"#
                    ) + event("message_stop", #"{"type":"message_stop"}"#)
            )
        case .gemini:
            return (
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hello\"}],\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":11}}\n\n",
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" there\"}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":11,\"candidatesTokenCount\":5,\"totalTokenCount\":16}}\n\n"
            )
        case .bedrock: return ("", "")
        }
    }

    private var events: String { halves.begin + halves.end }

    private var bedrockEvents: [[UInt8]] {
        [
            EventStreamMessage.event("messageStart", #"{"role":"assistant"}"#),
            EventStreamMessage.event("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"Hello"}}"#),
            EventStreamMessage.event("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":" there"}}"#),
            EventStreamMessage.event("contentBlockStop", #"{"contentBlockIndex":0}"#),
            EventStreamMessage.event("messageStop", #"{"stopReason":"end_turn"}"#),
            EventStreamMessage.event(
                "metadata", #"{"metrics":{"latencyMs":5},"usage":{"inputTokens":11,"outputTokens":5,"totalTokens":16}}"#
            ),
        ]
    }

    // MARK: Failures

    /// How a cloud fails.
    enum Failure: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case unauthorised, rateLimit, serverError, overloaded, tooLong, refusedContent, unknownModel
        case closes, cutsOff, notJSON, hangs

        var testDescription: String { rawValue }

        /// What a client without any fallback is told.
        var status: Int {
            switch self {
            case .unauthorised, .serverError, .unknownModel, .closes, .cutsOff, .notJSON: 502
            case .rateLimit: 429
            case .overloaded: 503
            case .tooLong, .refusedContent: 400
            case .hangs: 504
            }
        }
    }

    /// The answer that is this failure.
    func failure(_ failure: Failure, stream: Bool) -> ScriptedCloud.Answer {
        switch failure {
        case .closes: return .close
        case .hangs: return .hang
        case .notJSON: return stream ? .events("data: <html>\n\n") : .json("<html>")
        case .cutsOff:
            let kind = self == .bedrock && stream ? "application/vnd.amazon.eventstream" : "text/event-stream"
            // Nothing of an answer has come yet, so another may still give it.
            return stream ? .cut(kind, []) : .cut("application/json", Array(whole.utf8.dropLast(20)))
        case .unauthorised, .rateLimit, .serverError, .overloaded, .tooLong, .refusedContent, .unknownModel:
            let (status, body) = error(failure)
            if status == 200, stream { return .events("data: \(body)\n\n") }
            return .json(body, status: status)
        }
    }

    private func error(_ failure: Failure) -> (Int, String) {
        switch self {
        case .openAI, .azure, .mistral, .groq, .vLLM:
            func body(_ message: String, _ type: String, _ code: String) -> String {
                #"{"error":{"message":"\#(message)","type":"\#(type)","param":null,"code":"\#(code)"}}"#
            }
            return switch failure {
            case .unauthorised: (401, body("Incorrect API key provided", "invalid_request_error", "invalid_api_key"))
            case .rateLimit: (429, body("Rate limit reached", "requests", "rate_limit_exceeded"))
            case .overloaded: (503, body("The engine is currently overloaded", "server_error", "overloaded"))
            case .tooLong:
                (
                    400,
                    body(
                        "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
                        "invalid_request_error", "context_length_exceeded")
                )
            case .refusedContent:
                (
                    400,
                    body(
                        "Your request was rejected by our safety system", "invalid_request_error",
                        "content_policy_violation")
                )
            case .unknownModel: (404, body("The model `x` does not exist", "invalid_request_error", "model_not_found"))
            default: (500, body("The server had an error", "server_error", "internal_error"))
            }
        case .anthropic:
            func body(_ type: String, _ message: String) -> String {
                #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"},"request_id":"req_1"}"#
            }
            return switch failure {
            case .unauthorised: (401, body("authentication_error", "invalid x-api-key"))
            case .rateLimit: (429, body("rate_limit_error", "This request would exceed the rate limit"))
            case .overloaded: (529, body("overloaded_error", "Overloaded"))
            case .tooLong: (400, body("invalid_request_error", "prompt is too long: 205000 tokens > 200000 maximum"))
            case .refusedContent: (400, body("invalid_request_error", "Output blocked by content filtering policy"))
            case .unknownModel: (404, body("not_found_error", "model: claude-x"))
            default: (500, body("api_error", "Internal server error"))
            }
        case .bedrock:
            func body(_ message: String) -> String { #"{"message":"\#(message)"}"# }
            return switch failure {
            case .unauthorised: (403, body("The security token included in the request is invalid."))
            case .rateLimit: (429, body("Too many requests, please wait before trying again."))
            case .overloaded: (503, body("Bedrock is unable to process your request."))
            case .tooLong: (400, body("Input is too long for requested model."))
            case .refusedContent: (400, body("Output blocked by content filtering policy"))
            case .unknownModel:
                (404, body("Could not resolve the foundation model from the provided model identifier."))
            default: (500, body("The system encountered an unexpected error during processing."))
            }
        case .gemini:
            func body(_ code: Int, _ status: String, _ message: String) -> (Int, String) {
                (code, #"{"error":{"code":\#(code),"message":"\#(message)","status":"\#(status)"}}"#)
            }
            return switch failure {
            case .unauthorised: body(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")
            case .rateLimit: body(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")
            case .overloaded: body(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
            case .tooLong:
                body(
                    400, "INVALID_ARGUMENT",
                    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).")
            case .refusedContent: (200, #"{"promptFeedback":{"blockReason":"SAFETY"}}"#)
            case .unknownModel: body(404, "NOT_FOUND", "models/x is not found for API version v1beta")
            default: body(500, "INTERNAL", "An internal error has occurred.")
            }
        }
    }

    /// A stream that has begun, and once it is released tells of an error.
    var brokenStream: ScriptedCloud.Answer {
        switch self {
        case .openAI, .azure, .mistral, .groq, .vLLM:
            inTwo(#"data: {"error":{"message":"boom","type":"server_error","code":null}}"# + "\n\n")
        case .anthropic:
            inTwo(
                "event: error\n" + #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
                    + "\n\n")
        case .bedrock:
            .inTwo(
                "application/vnd.amazon.eventstream", bedrockEvents[0] + bedrockEvents[1],
                EventStreamMessage.exception("internalServerException", #"{"message":"boom"}"#))
        case .gemini:
            inTwo(
                #"data: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"# + "\n\n")
        }
    }

    private func inTwo(_ error: String) -> ScriptedCloud.Answer {
        .inTwo("text/event-stream", Array(halves.begin.utf8), Array(error.utf8))
    }
}
