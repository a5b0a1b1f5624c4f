/// One chunk of a stream, or a whole answer, taken apart but not decoded.
struct OpenAIAnswer {
    /// The first choice, an object.
    private(set) var choice = JSONSlice()
    /// An object.
    private(set) var usage = JSONSlice()
    /// It tells of an error: in a member, or, as old servers write it, all of it does.
    private(set) var isError = false

    /// Reads an object and nothing else; nil when it is not valid JSON, or no object.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var choices = JSONSlice()
        let isObject = JSONScanner.walkObject(bytes) { name, scanner in
            guard let value = scanner.takeValue(depth: 1) else { return false }
            let kind = bytes[value][0]
            if name.equals("choices") {
                if kind == 0x5b { choices = value }
            } else if name.equals("usage") {
                if kind == 0x7b { usage = value }
            } else if name.equals("error") {
                // Some name it in every answer, without one.
                if kind == 0x22 && value.count > 2 || kind == 0x7b { isError = true }
            } else if name.equals("object") {
                if bytes[value].equals("\"error\"") { isError = true }
            } else if name.equals("x_groq"), usage.isAbsent {
                if let inner = bytes.member("usage", of: value), bytes[inner][0] == 0x7b { usage = inner }
            }
            return true
        }
        guard isObject else { return nil }
        guard !choices.isAbsent else { return }
        bytes.forEachElement(of: choices) { element in
            guard choice.isAbsent, bytes[element][0] == 0x7b else { return }
            let index = bytes.member("index", of: element).flatMap { JSONNumber.integer(bytes[$0]) }
            if index ?? 0 == 0 { choice = element }
        }
    }
}

/// A choice, taken apart but not decoded.
struct OpenAIChoice {
    /// An object: of a stream.
    private(set) var delta = JSONSlice()
    /// An object: of a whole answer.
    private(set) var message = JSONSlice()
    private(set) var isError = false
    private var finishReason = JSONSlice()
    private var stopReason = JSONSlice()
    private var logprobs = JSONSlice()

    init(_ bytes: UnsafeRawBufferPointer, _ slice: JSONSlice) {
        bytes.forEachMember(of: slice) { name, value in
            let label = bytes[name]
            let kind = bytes[value][0]
            if label.equals("delta") {
                if kind == 0x7b { delta = value }
            } else if label.equals("message") {
                if kind == 0x7b { message = value }
            } else if label.equals("finish_reason") {
                if kind == 0x22 { finishReason = value }
            } else if label.equals("stop_reason") {
                if kind == 0x22 { stopReason = value }
            } else if label.equals("logprobs") {
                if kind == 0x7b { logprobs = value }
            } else if label.equals("error") {
                if kind == 0x7b { isError = true }
            }
        }
    }

    /// The word for its end; nil where it has none, empty where it is.
    func finish(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        finishReason.isAbsent ? nil : bytes[finishReason.unquoted]
    }

    /// The stop sequence that the model met, where the provider says so.
    func stopSequence(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        stopReason.isAbsent ? nil : bytes[stopReason.unquoted]
    }

    /// The log probabilities of its text, an array with something in it.
    func logprobs(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let list = bytes.member("content", of: logprobs), bytes[list][0] == 0x5b,
            !bytes.isEmptyContainer(list)
        else { return nil }
        return bytes[list]
    }
}
