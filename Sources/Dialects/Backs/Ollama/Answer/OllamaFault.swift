import NIOCore

/// Ollama's errors (its texts and statuses: server/routes.go, server/sched.go).
enum OllamaFault {
    /// An answer whose status is not 200.
    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        let text = message(body)
        let kind: UpstreamFault.Kind =
            switch status {
            case 404: isMissingModel(text) ? .missingTag : .server
            case 400 where isTooLong(text), 500 where isTooLong(text): .contextWindow
            case 400, 413, 422: .client
            // Of Ollama when its makers' cloud does not know the box, else of a proxy before it that wants a key.
            case 401, 403: .unauthorised
            case 429, 529: .saturated
            // Ollama's own full queue has these words and no header. A proxy before it that sheds load says when to come
            // back. A 503 with neither is a proxy that finds nobody behind it: that must be able to open a breaker.
            case 503 where saysWhenToRetry || isBusy(text): .saturated
            case 500 where isTheClients(text): .client
            case 500 where isUnreadCall(text): .unreadCall
            default: .server
            }
        let line = ErrorWords.line(text)
        if !line.isEmpty { return UpstreamFault(kind: kind, status: status, message: line) }
        return UpstreamFault(kind: kind, status: status, message: "the instance answered \(status) without a word")
    }

    /// An error object inside an answer with status 200: the first line of an old release, or any later one.
    static func inAnswer(_ bytes: UnsafeRawBufferPointer, _ error: JSONSlice) -> UpstreamFault {
        let text = words(bytes, error)
        let kind: UpstreamFault.Kind =
            isBusy(text)
            ? .saturated
            : isMissingModel(text)
                ? .missingTag
                : isTooLong(text)
                    ? .contextWindow : isTheClients(text) ? .client : isUnreadCall(text) ? .unreadCall : .server
        return UpstreamFault(kind: kind, status: 200, message: ErrorWords.line(text))
    }

    /// The words of a body as they stand there, by which it is classified: its `error`, or the body itself when it is text.
    private static func message(_ body: ByteBuffer) -> String {
        body.withUnsafeReadableBytes { bytes in
            var scanner = JSONScanner(bytes)
            let isObject = scanner.skipSpace() && scanner.byte == 0x7b
            let start = scanner.position
            if isObject, scanner.skipValue(depth: 0) {
                let error = bytes.member("error", of: JSONSlice(from: start, to: scanner.position))
                if let error { return words(bytes, error) }
            }
            return String(decoding: bytes.prefix(ErrorWords.reach), as: UTF8.self)
        }
    }

    /// The words of an `error`: a string, a string that holds the runner's own JSON, or an object with a `message`.
    private static func words(_ bytes: UnsafeRawBufferPointer, _ error: JSONSlice) -> String {
        guard bytes[error][0] == 0x22 else {
            if let message = bytes.member("message", of: error), bytes[message][0] == 0x22 {
                return JSONString.decode(bytes[message.unquoted])
            }
            return String(decoding: bytes[error].prefix(ErrorWords.reach), as: UTF8.self)
        }
        let text = JSONString.decode(bytes[error.unquoted])
        guard text.utf8.first == 0x7b else { return text }
        // At most one level more: the runner's body is an object with an object in it.
        var inner = text
        return inner.withUTF8 { letters -> String in
            let bytes = UnsafeRawBufferPointer(letters)
            guard JSONScanner.isValid(bytes) else { return text }
            let whole = JSONSlice(from: 0, to: bytes.count)
            guard let error = bytes.member("error", of: whole) else { return text }
            let message = bytes.member("message", of: error) ?? error
            return bytes[message][0] == 0x22 ? JSONString.decode(bytes[message.unquoted]) : text
        }
    }

    private static func isBusy(_ text: String) -> Bool {
        text.hasPrefix("server busy") || text.contains("maximum pending requests exceeded")
    }

    /// `model 'x' not found`, and embed's `model "x" not found, try pulling it first`; not `404 page not found`.
    private static func isMissingModel(_ text: String) -> Bool {
        text.hasPrefix("model ") && text.contains("not found")
    }

    /// Without truncation Ollama says the first itself; the others are its runner's.
    private static func isTooLong(_ text: String) -> Bool {
        text.contains("exceeds the context length") || text.contains("longer than the context length")
            || text.contains("exceed_context_size_error")
            || text.contains("exceeds the available context size")
    }

    /// `error parsing tool call: raw='{"a":', err=unexpected end of JSON input`.
    private static func isUnreadCall(_ text: String) -> Bool { text.hasPrefix("error parsing tool call") }

    /// Ollama answers 500 for three kinds of the client's mistakes.
    private static func isTheClients(_ text: String) -> Bool {
        text.hasPrefix("invalid format:") || text.contains("invalid JSON schema in format")
            || (text.hasPrefix("option \"") && text.contains("must be of type"))
    }
}
