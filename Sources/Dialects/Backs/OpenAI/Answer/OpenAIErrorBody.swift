/// An error as the providers of OpenAI's dialect write it, each in a shape of its own.
struct OpenAIErrorBody {
    /// The provider's words; empty where it has none.
    private(set) var message = ""
    /// Other texts with the meaning, in small letters: codes, types, and the words of a provider behind the provider.
    private(set) var hints: [String] = []
    /// The status the error itself names.
    private(set) var status: Int?
    /// A filter has refused the prompt (OpenRouter).
    private(set) var isModeration = false

    init(_ bytes: UnsafeRawBufferPointer) {
        var scanner = JSONScanner(bytes)
        let isObject = scanner.skipSpace() && scanner.byte == 0x7b
        let start = scanner.position
        if isObject, scanner.skipValue(depth: 0) {
            read(bytes, JSONSlice(from: start, to: scanner.position))
        } else {
            message = ErrorWords.line(of: bytes)
        }
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, _ whole: JSONSlice) {
        // `{"error":{…}}`, or `{"error":"…","code":"…"}` (xAI, LM Studio), or the object itself (Mistral, old vLLM).
        take(bytes, whole)
        guard let error = bytes.member("error", of: whole) ?? bytes.member("response", of: whole) else { return }
        if bytes[error][0] == 0x22 {
            message = ErrorWords.line(JSONString.decode(bytes[error.unquoted]))
        } else {
            take(bytes, error)
            // A failed response of `/v1/responses` holds its own.
            if let inner = bytes.member("error", of: error) { take(bytes, inner) }
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, _ object: JSONSlice) {
        guard bytes[object][0] == 0x7b else { return }
        bytes.forEachMember(of: object) { name, value in
            let label = bytes[name]
            if label.equals("message") {
                if let text = text(bytes, value), !text.isEmpty { message = text }
            } else if label.equals("detail") {
                if message.isEmpty, let text = text(bytes, value) { message = text }
            } else if label.equals("code") || label.equals("type") || label.equals("status_code") {
                takeCode(bytes, value)
            } else if label.equals("innererror") || label.equals("inner_error") {
                if let code = bytes.member("code", of: value) { takeCode(bytes, code) }
            } else if label.equals("metadata") {
                if let raw = bytes.member("raw", of: value) { takeHint(bytes, raw) }
                isModeration = bytes.member("flagged_input", of: value) != nil || isModeration
            }
        }
    }

    private mutating func takeCode(_ bytes: UnsafeRawBufferPointer, _ value: JSONSlice) {
        if let number = JSONNumber.integer(bytes[value]) {
            if (400..<600).contains(number) { status = number }
        } else if bytes[value][0] == 0x22 {
            takeHint(bytes, value)
            // Azure writes statuses as strings.
            if let number = Int(JSONString.decode(bytes[value.unquoted])), (400..<600).contains(number) {
                status = number
            }
        }
    }

    private mutating func takeHint(_ bytes: UnsafeRawBufferPointer, _ value: JSONSlice) {
        let inside = bytes[value][0] == 0x22 ? value.unquoted : value
        hints.append(JSONString.decode(UnsafeRawBufferPointer(rebasing: bytes[inside].prefix(4096))).lowercased())
    }

    /// A string; or what a validator (Mistral's, vLLM's) has found, without the piece of the prompt it found it in.
    private func text(_ bytes: UnsafeRawBufferPointer, _ value: JSONSlice) -> String? {
        if bytes[value][0] == 0x22 { return ErrorWords.line(JSONString.decode(bytes[value.unquoted])) }
        let list = bytes[value][0] == 0x7b ? bytes.member("detail", of: value) : value
        guard let list, bytes[list][0] == 0x5b else { return nil }
        var findings: [String] = []
        bytes.forEachElement(of: list) { finding in
            guard findings.count < 4, let what = bytes.member("msg", of: finding), bytes[what][0] == 0x22 else {
                return
            }
            var path: [String] = []
            if let place = bytes.member("loc", of: finding), bytes[place][0] == 0x5b {
                bytes.forEachElement(of: place) { step in
                    path.append(JSONString.decode(bytes[bytes[step][0] == 0x22 ? step.unquoted : step]))
                }
            }
            findings.append(path.joined(separator: ".") + ": " + JSONString.decode(bytes[what.unquoted]))
        }
        return findings.isEmpty ? nil : ErrorWords.line(findings.joined(separator: "; "))
    }
}
