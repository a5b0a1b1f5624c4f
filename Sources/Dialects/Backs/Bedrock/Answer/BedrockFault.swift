import NIOCore

/// Bedrock's errors. An error's name stands in a header that is mostly not at hand, so its status and its words decide; in
/// a stream the name is known.
enum BedrockFault {
    /// An answer whose status is not 200: `{"message":…}`, in gateways and older services `{"Message":…}`.
    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        body.withUnsafeReadableBytes { bytes in
            let text = message(bytes)
            // Where it stands in the body too, the name says more than the status.
            var found = member("__type", bytes).flatMap { kind(named: $0, text) } ?? kind(status: status, text)
            // A proxy that finds nobody behind it answers 503 too, but neither in Bedrock's form nor with a time.
            if status == 503, !saysWhenToRetry, !isBedrocks(bytes) { found = .server }
            let words = text.isEmpty ? "Bedrock answered \(status) without a word" : text
            return UpstreamFault(kind: found, status: status, message: words)
        }
    }

    /// An exception that ended a stream: its name (`throttlingException`) and its payload.
    static func inStream(_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> UpstreamFault {
        let text = message(data)
        let name = String(decoding: name, as: UTF8.self)
        var found = kind(named: name, text) ?? .server
        if let original = member("originalStatusCode", data).flatMap({ Int($0) }), [429, 503, 529].contains(original) {
            found = .saturated
        }
        return UpstreamFault(
            kind: found, status: 200, message: text.isEmpty ? "Bedrock's stream ended in \(name)" : text)
    }

    private static func kind(status: Int, _ text: String) -> UpstreamFault.Kind {
        switch status {
        case 400: mistake(text)
        case 401, 402, 403: .unauthorised
        case 413, 422: .client
        // A model that is still being loaded (`ModelNotReadyException`) answers 429 too.
        case 429, 503, 529: .saturated
        // 404: no such model. 408 and 424: the model took too long, or failed.
        default: .server
        }
    }

    /// By the name alone, in any spelling (`ThrottlingException`, `com.amazon.coral.service#ThrottlingException`); nil for
    /// names that are not known.
    private static func kind(named name: String, _ text: String) -> UpstreamFault.Kind? {
        switch (name.split(separator: "#").last ?? "").lowercased() {
        case "validationexception": mistake(text)
        case "accessdeniedexception", "unrecognizedclientexception", "expiredtokenexception",
            "invalidsignatureexception", "incompletesignatureexception", "missingauthenticationtokenexception":
            .unauthorised
        case "throttlingexception", "servicequotaexceededexception", "serviceunavailableexception",
            "modelnotreadyexception", "toomanyrequestsexception":
            .saturated
        case "modeltimeoutexception", "modelerrorexception", "modelstreamerrorexception", "internalserverexception",
            "internalfailure", "resourcenotfoundexception":
            .server
        default: nil
        }
    }

    /// A 400 is about the client's request in most cases, but not always.
    private static func mistake(_ text: String) -> UpstreamFault.Kind {
        let text = text.lowercased()
        func says(_ clauses: [String]) -> Bool { clauses.contains { text.contains($0) } }
        if says(busy) { return .saturated }
        if says(tooLong) { return .contextWindow }
        if says(refused) { return .contentPolicy }
        if says(foreign) { return .unauthorised }
        return says(unknownModel) ? .server : .client
    }

    private static let tooLong = [
        "input is too long", "prompt is too long", "exceed context limit", "maximum context length",
        "too many input tokens", "too many tokens", "input tokens exceeded", "number of input tokens exceeds",
        "expected maxlength",
        "exceeds the model's maximum input", "context window",
    ]
    private static let refused = ["content filter", "content policy", "blocked by our content"]
    /// Errors about keys come with 400 where a clock is wrong or a header is missing.
    private static let foreign = [
        "security token", "request signature", "signature expired", "signature not yet current",
        "operation not allowed",
        "account is not authorized", "not authorized to perform", "don't have access to the model",
    ]
    private static let busy = ["service quota", "too many requests", "before trying again"]
    private static let unknownModel = [
        "model identifier is invalid", "on-demand throughput isn", "model doesn't support converse",
        "inference profile",
    ]

    private static func isBedrocks(_ bytes: UnsafeRawBufferPointer) -> Bool {
        member("message", bytes) != nil || member("Message", bytes) != nil
    }

    /// The words of an error, or what else there is, cut off; never more than one line.
    private static func message(_ bytes: UnsafeRawBufferPointer) -> String {
        let found = member("message", bytes) ?? member("Message", bytes) ?? member("originalMessage", bytes)
        var text = found ?? String(decoding: bytes.prefix(ErrorWords.reach), as: UTF8.self)
        // About a wrong signature AWS writes down the request that it has signed itself, session token and all.
        if let quote = text.firstRange(of: "The Canonical String") { text = String(text[..<quote.lowerBound]) }
        return ErrorWords.line(text)
    }

    /// A string's text, or any other value as it stands; nil where the bytes are no object, or have no such member.
    private static func member(_ name: StaticString, _ bytes: UnsafeRawBufferPointer) -> String? {
        guard JSONScanner.isValid(bytes) else { return nil }
        guard let value = bytes.member(name, of: bytes.object) else { return nil }
        return bytes[value][0] == 0x22
            ? JSONString.decode(bytes[value.unquoted]) : String(decoding: bytes[value], as: UTF8.self)
    }
}
