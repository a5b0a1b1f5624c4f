/// The places in a `message` or a `delta` of an answer, and the changes that they need.
///
/// Thoughts go to the client as `reasoning_content`, whatever the provider calls them: as `reasoning` (OpenRouter, Groq,
/// vLLM), which stays too, or as parts of the content (Mistral).
struct OpenAIAnswerMessage {
    /// The model has written something: text, thoughts, a call, sound, a picture.
    private(set) var hasToken = false
    private(set) var hasCalls = false
    /// Calls without an `index`, which in a stream each must have, and those with a null that OpenAI's own libraries take for a value.
    private(set) var loose: [JSONSlice] = []

    /// Reads the object whose opening brace is at hand; nil when it is not valid JSON.
    init?(_ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits) {
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        var reasoning = JSONSlice()
        var known = JSONSlice()
        loop: while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: return nil
            case .end: break loop
            case .value:
                guard let value = scanner.takeValue(depth: 4) else { return nil }
                let label = bytes[name]
                let kind = bytes[value][0]
                if label.equals("content") {
                    if kind == 0x5b {
                        hasToken = Self.split(value, in: bytes, &edits) || hasToken
                    } else if kind == 0x22, value.count > 2 {
                        hasToken = true
                    }
                } else if label.equals("reasoning") {
                    if kind == 0x22, value.count > 2 { reasoning = value }
                } else if label.equals("reasoning_content") {
                    known = value
                    if kind == 0x22, value.count > 2 { hasToken = true }
                } else if label.equals("tool_calls") {
                    hasCalls = kind == 0x5b && !bytes.isEmptyContainer(value)
                    hasToken = hasToken || hasCalls
                    if hasCalls { readCalls(value, in: bytes, &edits) }
                } else if label.equals("refusal") {
                    if kind == 0x22, value.count > 2 { hasToken = true }
                } else if label.equals("function_call") || label.equals("audio") {
                    if kind == 0x7b, !bytes.isEmptyContainer(value) { hasToken = true }
                } else if label.equals("images") || label.equals("reasoning_details") {
                    if kind == 0x5b, !bytes.isEmptyContainer(value) { hasToken = true }
                }
            }
        }
        guard !reasoning.isAbsent else { return }
        hasToken = true
        if known.isAbsent {
            let end = scanner.position - 1
            edits.insert(.text(",\"reasoning_content\":"), at: end)
            edits.insert(.part(reasoning), at: end)
        } else if bytes[known].equals("null") || known.count == 2 {
            edits.replace(known, with: .part(reasoning))
        }
    }

    /// Finds calls without an index, and has arguments that are an object written as the string that they should be: some
    /// servers leave out the one or the other, and OpenAI's own libraries cannot do without.
    private mutating func readCalls(_ calls: JSONSlice, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits) {
        bytes.forEachElement(of: calls) { call in
            guard bytes[call][0] == 0x7b else { return }
            if Self.isLoose(call, in: bytes) { loose.append(call) }
            guard let function = bytes.member("function", of: call),
                let arguments = bytes.member("arguments", of: function), bytes[arguments][0] == 0x7b
            else { return }
            var text: [UInt8] = []
            JSONString.appendQuoted(bytes[arguments], to: &text)
            edits.replace(arguments, with: .bytes(text))
        }
    }

    private static func isLoose(_ call: JSONSlice, in bytes: UnsafeRawBufferPointer) -> Bool {
        var hasNumber = false
        var hasNull = false
        bytes.forEachMember(of: call) { name, value in
            let name = bytes[name]
            if name.equals("index") { hasNumber = !bytes[value].equals("null") }
            if name.equals("id") || name.equals("type") { hasNull = hasNull || bytes[value].equals("null") }
        }
        return !hasNumber || hasNull
    }

    /// Puts text in the place of parts, and the thoughts among them beside it.
    ///
    /// - Returns: whether anything is written there.
    private static func split(_ content: JSONSlice, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits) -> Bool
    {
        var texts: [JSONSlice] = []
        var thoughts: [JSONSlice] = []
        forEachPart(of: content, in: bytes) { text, isThought in
            if isThought { thoughts.append(text) } else { texts.append(text) }
        }
        edits.replace(content, with: .text("\""))
        let end = Int(content.start) + Int(content.count)
        for text in texts { edits.insert(.part(text), at: end) }
        edits.insert(.text("\""), at: end)
        if !thoughts.isEmpty {
            edits.insert(.text(",\"reasoning_content\":\""), at: end)
            for thought in thoughts { edits.insert(.part(thought), at: end) }
            edits.insert(.text("\""), at: end)
        }
        return !texts.isEmpty || !thoughts.isEmpty
    }

    /// Calls for each text in the parts of a content with the inside of its string.
    private static func forEachPart(
        of content: JSONSlice, in bytes: UnsafeRawBufferPointer, _ body: (_ text: JSONSlice, _ isThought: Bool) -> Void
    ) {
        bytes.forEachElement(of: content) { part in
            guard let type = bytes.member("type", of: part) else { return }
            if bytes[type].equals("\"text\"") {
                if let text = text(part, in: bytes) { body(text, false) }
            } else if bytes[type].equals("\"thinking\""), let thinking = bytes.member("thinking", of: part) {
                if bytes[thinking][0] == 0x22 {
                    if thinking.count > 2 { body(thinking.unquoted, true) }
                } else if bytes[thinking][0] == 0x5b {
                    bytes.forEachElement(of: thinking) { inner in
                        if let text = text(inner, in: bytes) { body(text, true) }
                    }
                }
            }
        }
    }

    /// Calls for each text of a message or a delta with the inside of its string: thoughts first, then the content, then
    /// a refusal.
    static func forEachText(
        of message: JSONSlice, in bytes: UnsafeRawBufferPointer, _ body: (_ text: JSONSlice, _ isThought: Bool) -> Void
    ) {
        guard !message.isAbsent else { return }
        var thoughts = JSONSlice()
        var content = JSONSlice()
        var refusal = JSONSlice()
        bytes.forEachMember(of: message) { name, value in
            let label = bytes[name]
            let isText = bytes[value][0] == 0x22 && value.count > 2
            if label.equals("reasoning_content") {
                if isText { thoughts = value }
            } else if label.equals("reasoning") {
                if isText, thoughts.isAbsent { thoughts = value }
            } else if label.equals("content") {
                if isText || bytes[value][0] == 0x5b { content = value }
            } else if label.equals("refusal") {
                if isText { refusal = value }
            }
        }
        if !thoughts.isAbsent { body(thoughts.unquoted, true) }
        if !content.isAbsent {
            if bytes[content][0] == 0x22 {
                body(content.unquoted, false)
            } else {
                forEachPart(of: content, in: bytes, body)
            }
        }
        if !refusal.isAbsent { body(refusal.unquoted, false) }
    }

    /// The inside of a part's `text`; nil when there is none, or nothing in it.
    private static func text(_ part: JSONSlice, in bytes: UnsafeRawBufferPointer) -> JSONSlice? {
        guard let text = bytes.member("text", of: part), bytes[text][0] == 0x22, text.count > 2 else { return nil }
        return text.unquoted
    }
}
