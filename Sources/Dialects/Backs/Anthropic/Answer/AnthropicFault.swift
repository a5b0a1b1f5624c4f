import NIOCore

/// Anthropic's errors: `{"type":"error","error":{"type":…,"message":…}}`, as the body of a status that is not
/// 200 or as an event of a stream.
enum AnthropicFault {
    /// An answer whose status is not 200.
    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        let (type, text) = body.withUnsafeReadableBytes { words($0) }
        let message = text.isEmpty ? "the provider answered \(status) without a word" : text
        let kind = kind(type, text) ?? kind(status: status, saysWhenToRetry: saysWhenToRetry)
        return UpstreamFault(kind: kind, status: status, message: message)
    }

    /// The `error` object inside an answer with status 200.
    static func inAnswer(_ bytes: UnsafeRawBufferPointer, _ error: JSONSlice) -> UpstreamFault {
        let (type, text) = words(bytes, error)
        let message = text.isEmpty ? "the provider broke its answer off without a word" : text
        return UpstreamFault(kind: kind(type, text) ?? .server, status: 200, message: message)
    }

    /// By the text where one type means several things, else by the type; nil where neither is known.
    private static func kind(_ type: String, _ text: String) -> UpstreamFault.Kind? {
        switch type {
        case "invalid_request_error":
            if isTooLong(text) { return .contextWindow }
            if text.contains("content filtering policy") { return .contentPolicy }
            return isTheAccounts(text) ? .unauthorised : .client
        // 32 MB of body: what the next model takes may be more, as with a prompt that has too many tokens.
        case "request_too_large": return .contextWindow
        case "authentication_error", "permission_error", "billing_error": return .unauthorised
        case "rate_limit_error", "overloaded_error": return .saturated
        case "not_found_error", "timeout_error": return .server
        case "api_error": return text.contains("content filtering policy") ? .contentPolicy : .server
        default: return nil
        }
    }

    /// For a body that is not Anthropic's: a proxy's, or that of a server which only speaks like it.
    private static func kind(status: Int, saysWhenToRetry: Bool) -> UpstreamFault.Kind {
        switch status {
        case 401, 402, 403: .unauthorised
        case 413: .contextWindow
        case 400, 422: .client
        case 429, 529: .saturated
        case 503: saysWhenToRetry ? .saturated : .server
        default: .server
        }
    }

    private static func isTooLong(_ text: String) -> Bool {
        text.contains("prompt is too long") || text.contains("exceed context limit")
            || text.contains("exceeds the context window")
    }

    /// No credit, a limit of spending, an account that was closed: all of them come as bad requests.
    private static func isTheAccounts(_ text: String) -> Bool {
        text.contains("credit balance is too low") || text.contains("API usage limits")
            || text.contains("organization has been disabled") || text.contains("account has been disabled")
    }

    /// Characters of an error that are worth showing.
    private static let messageLimit = 1000

    private static func words(_ bytes: UnsafeRawBufferPointer) -> (type: String, text: String) {
        var scanner = JSONScanner(bytes)
        let isObject = scanner.skipSpace() && scanner.byte == 0x7b
        let start = scanner.position
        if isObject, scanner.skipValue(depth: 0) {
            let whole = JSONSlice(from: start, to: scanner.position)
            if let error = bytes.member("error", of: whole) { return words(bytes, error) }
        }
        return ("", ErrorWords.line(of: bytes, atMost: messageLimit))
    }

    private static func words(
        _ bytes: UnsafeRawBufferPointer, _ error: JSONSlice
    ) -> (type: String, text: String) {
        func string(_ name: StaticString) -> String? {
            guard let value = bytes.member(name, of: error), bytes[value][0] == 0x22 else { return nil }
            return JSONString.decode(bytes[value.unquoted])
        }
        let text = string("message").map { ErrorWords.line($0, atMost: messageLimit) }
        return (string("type") ?? "", text ?? ErrorWords.line(of: bytes[error], atMost: messageLimit))
    }
}
