public import NIOCore

/// How a front's answers are labelled, and its errors written.
extension Front {
    /// The `Content-Type` of an answer.
    public func contentType(isStream: Bool) -> StaticString {
        switch dialect {
        case .ollama: isStream ? "application/x-ndjson" : "application/json; charset=utf-8"
        case .openAI, .anthropic, .bedrock, .gemini:
            isStream ? "text/event-stream; charset=utf-8" : "application/json"
        }
    }

    /// Appends an error as a whole body.
    public func write(_ error: ClientError, into out: inout ByteBuffer) {
        switch dialect {
        case .ollama: OllamaError.write(error, into: &out)
        case .openAI, .anthropic, .bedrock, .gemini: OpenAIError.write(error, into: &out)
        }
    }

    /// Appends an error as the end of a stream that has begun.
    public func writeInStream(_ error: ClientError, into out: inout ByteBuffer) {
        switch dialect {
        case .ollama: OllamaError.writeLine(error, into: &out)
        case .openAI, .anthropic, .bedrock, .gemini: OpenAIError.writeEvent(error, into: &out)
        }
    }
}
