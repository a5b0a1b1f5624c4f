import NIOCore

/// Google's errors: `{"error":{"code","message","status","details"}}`, in an array where a stream was asked for.
enum GeminiFault {
    /// An answer whose status is not 200.
    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        body.withUnsafeReadableBytes { bytes in
            if JSONScanner.isValid(bytes), let body = object(bytes), let error = bytes.member("error", of: body) {
                return fault(bytes, error, status: status)
            }
            let kind: UpstreamFault.Kind =
                switch status {
                case 400, 413, 422: .client
                case 401, 403: .unauthorised
                case 429, 529: .saturated
                // Without a word of Google's it is a proxy's, which may have nobody behind it.
                case 503 where saysWhenToRetry: .saturated
                default: .server
                }
            let text = ErrorWords.line(of: bytes)
            let silent = "the provider answered \(status) without a word"
            return UpstreamFault(kind: kind, status: status, message: text.isEmpty ? silent : text)
        }
    }

    /// An error object inside an answer with status 200.
    static func inAnswer(_ bytes: UnsafeRawBufferPointer, _ error: JSONSlice) -> UpstreamFault {
        var found = fault(bytes, error, status: 200)
        found.retryAfter = RetryDelay.seconds(in: bytes[error])
        return found
    }

    /// A prompt that the filter refused.
    static func blocked(
        _ bytes: UnsafeRawBufferPointer, _ feedback: JSONSlice, _ reason: JSONSlice
    ) -> UpstreamFault {
        let said = bytes.member("blockReasonMessage", of: feedback).flatMap { words(bytes, $0) }
        let name = words(bytes, reason) ?? "no reason given"
        return UpstreamFault(
            kind: .contentPolicy, status: 200, message: said ?? "Gemini's filter refused the prompt: \(name)")
    }

    /// The object that a body is, or that stands first in its array.
    static func object(_ bytes: UnsafeRawBufferPointer) -> JSONSlice? {
        var scanner = JSONScanner(bytes)
        guard scanner.skipSpace(), var value = scanner.takeValue(depth: 0) else { return nil }
        if bytes[value][0] == 0x5b {
            var first: JSONSlice?
            bytes.forEachElement(of: value) { if first == nil { first = $0 } }
            guard let first else { return nil }
            value = first
        }
        return bytes[value][0] == 0x7b ? value : nil
    }

    /// A string's words, fit to be shown; nil for what is none, or empty.
    static func words(_ bytes: UnsafeRawBufferPointer, _ value: JSONSlice) -> String? {
        guard bytes[value][0] == 0x22, value.count > 2 else { return nil }
        return ErrorWords.line(JSONString.decode(bytes[value.unquoted]))
    }

    private static func fault(_ bytes: UnsafeRawBufferPointer, _ error: JSONSlice, status: Int) -> UpstreamFault {
        // Some servers that speak like it say it in a string.
        let text = words(bytes, bytes.member("message", of: error) ?? error)
        let code = bytes.member("code", of: error).flatMap { JSONNumber.integer(bytes[$0]) } ?? status
        let word = bytes.member("status", of: error).flatMap { words(bytes, $0) }
        let kind = kind(word, code: code, text: text ?? "", isAboutKey: isAboutKey(bytes, error))
        return UpstreamFault(
            kind: kind, status: status,
            message: text ?? "the provider answered \(code) \(word ?? "without a word")")
    }

    /// By Google's word for it, else by the code.
    private static func kind(_ word: String?, code: Int, text: String, isAboutKey: Bool) -> UpstreamFault.Kind {
        // The key is not among the arguments, but a wrong one is called an invalid argument.
        if isAboutKey || text.contains("API key not valid") || text.contains("API key expired") {
            return .unauthorised
        }
        if text.contains("exceeds the maximum number of tokens") { return .contextWindow }
        switch word {
        case "INVALID_ARGUMENT", "OUT_OF_RANGE": return .client
        // The second is Google's for an account without billing, and for a country that it does not serve.
        case "PERMISSION_DENIED", "UNAUTHENTICATED", "FAILED_PRECONDITION": return .unauthorised
        // A prepaid account that is empty stays so until somebody pays.
        case "RESOURCE_EXHAUSTED": return text.contains("credits are depleted") ? .unauthorised : .saturated
        case "UNAVAILABLE": return .saturated
        case "NOT_FOUND", "INTERNAL", "DEADLINE_EXCEEDED", "UNKNOWN", "ABORTED", "CANCELLED": return .server
        default: break
        }
        switch code {
        case 400, 413, 422: return .client
        case 401, 403: return .unauthorised
        case 429, 503, 529: return .saturated
        default: return .server
        }
    }

    /// Whether the details give the key as the reason.
    private static func isAboutKey(_ bytes: UnsafeRawBufferPointer, _ error: JSONSlice) -> Bool {
        guard let details = bytes.member("details", of: error), bytes[details][0] == 0x5b else { return false }
        var found = false
        bytes.forEachElement(of: details) { detail in
            if let reason = bytes.member("reason", of: detail) {
                found = found || bytes[reason].starts(with: "\"API_KEY_")
            }
        }
        return found
    }
}
