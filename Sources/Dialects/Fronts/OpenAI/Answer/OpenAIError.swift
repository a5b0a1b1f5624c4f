import NIOCore

/// OpenAI's error object: alone as a body, or as the last event of a stream, behind which there is no `[DONE]`.
enum OpenAIError {
    static func write(_ error: ClientError, into out: inout ByteBuffer) {
        out.writeStaticString("{\"error\":{\"message\":")
        out.writeQuoted(error.message)
        out.writeStaticString(",\"type\":")
        out.writeQuoted(error.type)
        out.writeStaticString(",\"param\":")
        if let param = error.param {
            out.writeQuoted(param)
        } else {
            out.writeStaticString("null")
        }
        out.writeStaticString(",\"code\":")
        out.writeQuoted(error.code)
        out.writeStaticString("}}")
    }

    static func writeEvent(_ error: ClientError, into out: inout ByteBuffer) {
        out.writeStaticString("data: ")
        write(error, into: &out)
        out.writeStaticString("\n\n")
    }
}
