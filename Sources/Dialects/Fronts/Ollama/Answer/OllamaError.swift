import NIOCore

/// Ollama's error object, a sentence and nothing else: alone as a body, or as the last line of a stream.
enum OllamaError {
    static func write(_ error: ClientError, into out: inout ByteBuffer) {
        out.writeStaticString("{\"error\":")
        out.writeQuoted(error.message)
        out.writeStaticString("}")
    }

    static func writeLine(_ error: ClientError, into out: inout ByteBuffer) {
        write(error, into: &out)
        out.writeStaticString("\n")
    }
}
