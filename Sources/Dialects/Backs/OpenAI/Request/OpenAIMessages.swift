/// The changes to a client's messages before a provider takes them; all else stays as the client wrote it.
///
/// A client sends back what it was answered, and that may hold what other providers, or the gateway, have added.
struct OpenAIMessages {
    /// The parts of messages that a provider does not want.
    struct Rules: OptionSet, Sendable {
        let rawValue: UInt16

        /// Thoughts under any name.
        static let dropsReasoning = Rules(rawValue: 1)
        /// Thoughts under the name `reasoning_content`.
        static let dropsReasoningContent = Rules(rawValue: 2)
        /// The fields that gateways add to answers, and Ollama's `thinking`.
        static let dropsGatewayFields = Rules(rawValue: 4)
        /// Anthropic's marks for its cache.
        static let dropsCacheControl = Rules(rawValue: 8)
        static let dropsNames = Rules(rawValue: 16)
        /// Members that are null, the content apart.
        static let dropsNulls = Rules(rawValue: 32)
        /// The role `developer` is OpenAI's alone.
        static let developerIsSystem = Rules(rawValue: 64)
        /// Parts that are text and nothing else become one string.
        static let joinsText = Rules(rawValue: 128)
        /// Only what Mistral's schema has: it refuses all else.
        static let mistralOnly = Rules(rawValue: 256)
        /// Every assistant's message must have thoughts, be they a blank (DeepSeek while it thinks).
        static let fillsReasoning = Rules(rawValue: 512)
        /// A call's arguments must hold an object, be it an empty one.
        static let fillsArguments = Rules(rawValue: 1024)
        /// Thoughts are called `reasoning_content`, whatever the server that they came from called them.
        static let namesReasoningContent = Rules(rawValue: 2048)

        /// The parts that a compatible provider is best spared.
        static let compatible: Rules = [.dropsGatewayFields, .dropsCacheControl, .developerIsSystem]
        static let mistral: Rules = [.mistralOnly, .dropsNulls, .developerIsSystem, .dropsCacheControl]
    }

    let bytes: UnsafeRawBufferPointer
    let rules: Rules

    /// Edits the array of messages at `slice`.
    func edit(_ slice: JSONSlice, _ edits: inout JSONEdits) {
        bytes.forEachElement(of: slice) { message in
            let isAssistant = rules.contains(.fillsReasoning) && isRole("\"assistant\"", message)
            var hasThoughts = false
            var hasContent = false
            edits.editMembers(of: message, in: bytes) { edits, name, value in
                if isThought(name), bytes[value].count > 2, bytes[value][0] == 0x22 {
                    hasThoughts = true
                } else if isAssistant, bytes[name].equals("reasoning_content") {
                    return false
                }
                if !hasContent, bytes[name].equals("content"), !isNothing(value) { hasContent = true }
                return keep(name, value, of: message, &edits)
            }
            if !hasContent { fillContent(of: message, &edits) }
            if isAssistant, !hasThoughts {
                let end = Int(message.start) + Int(message.count) - 1
                edits.insert(.text(",\"reasoning_content\":\" \""), at: end)
            }
        }
    }

    /// An answer without words has none where only calls, a refusal or sounds stand beside it; where it had nothing but
    /// thoughts, which not everybody reads, it is an empty text.
    private func fillContent(of message: JSONSlice, _ edits: inout JSONEdits) {
        guard isRole("\"assistant\"", message), !saysMore(message) else { return }
        let end = Int(message.start) + Int(message.count) - 1
        edits.insert(.text(",\"content\":\"\""), at: end)
    }

    /// Whether it is no content, or a list of no parts.
    private func isNothing(_ content: JSONSlice) -> Bool {
        switch bytes[content][0] {
        case 0x6e: true
        case 0x5b: bytes.isEmptyContainer(content)
        default: false
        }
    }

    private func saysMore(_ message: JSONSlice) -> Bool {
        if let calls = bytes.member("tool_calls", of: message), !bytes.isEmptyContainer(calls) { return true }
        return ["function_call", "refusal", "audio"].contains { (name: StaticString) in
            bytes.member(name, of: message) != nil
        }
    }

    /// Whether what was thought stands under this name, or will.
    private func isThought(_ name: JSONSlice) -> Bool {
        bytes[name].equals("reasoning_content")
            || rules.contains(.namesReasoningContent) && bytes[name].equals("reasoning")
    }

    private func keep(_ name: JSONSlice, _ value: JSONSlice, of message: JSONSlice, _ edits: inout JSONEdits) -> Bool {
        let label = bytes[name]
        if label.equals("role") {
            if rules.contains(.developerIsSystem), bytes[value].equals("\"developer\"") {
                edits.replace(value, with: .text("\"system\""))
            }
            return true
        }
        if label.equals("content") { return keepContent(value, of: message, &edits) }
        if rules.contains(.fillsArguments) {
            if label.equals("tool_calls") { fillArguments(ofCalls: value, &edits) }
            // Mistral's goes, and no edit may stand in what goes.
            if label.equals("function_call"), !rules.contains(.mistralOnly) { fillArguments(of: value, &edits) }
        }
        if rules.contains(.dropsNulls), bytes[value].equals("null") { return false }
        if label.equals("name") {
            if rules.contains(.mistralOnly) { return isRole("\"tool\"", message) && value.count > 2 }
            return !rules.contains(.dropsNames)
        }
        if rules.contains(.mistralOnly) {
            return label.equals("tool_calls") || label.equals("tool_call_id") || label.equals("prefix")
        }
        if label.equals("reasoning_content") {
            return rules.isDisjoint(with: [.dropsReasoning, .dropsReasoningContent])
        }
        if label.equals("reasoning"), rules.contains(.namesReasoningContent), bytes[value][0] == 0x22 {
            guard value.count > 2, bytes.member("reasoning_content", of: message) == nil else { return false }
            edits.replace(name, with: .text("reasoning_content"))
            return true
        }
        if label.equals("reasoning") || label.equals("reasoning_details") { return !rules.contains(.dropsReasoning) }
        if label.equals("cache_control") { return !rules.contains(.dropsCacheControl) }
        if label.equals("thinking") || label.equals("thinking_blocks") || label.equals("provider_specific_fields") {
            return !rules.contains(.dropsGatewayFields)
        }
        return true
    }

    private func fillArguments(ofCalls calls: JSONSlice, _ edits: inout JSONEdits) {
        guard bytes[calls][0] == 0x5b else { return }
        bytes.forEachElement(of: calls) { call in
            if let function = bytes.member("function", of: call) { fillArguments(of: function, &edits) }
        }
    }

    /// Servers read the arguments for the model's template, and refuse or fail at what is no object.
    private func fillArguments(of function: JSONSlice, _ edits: inout JSONEdits) {
        guard bytes[function][0] == 0x7b else { return }
        var isThere = false
        bytes.forEachMember(of: function) { name, value in
            guard bytes[name].equals("arguments") else { return }
            isThere = true
            let isString = bytes[value][0] == 0x22
            if bytes[value].equals("null") || isString && JSONString.saysNothing(bytes[value.unquoted]) {
                edits.replace(value, with: .text("\"{}\""))
            }
        }
        if isThere { return }
        let end = Int(function.start) + Int(function.count) - 1
        edits.insert(.text(",\"arguments\":\"{}\""), at: end)
    }

    private func keepContent(_ content: JSONSlice, of message: JSONSlice, _ edits: inout JSONEdits) -> Bool {
        if isNothing(content), isRole("\"assistant\"", message) {
            // A list of nothing is taken by nobody; the text that stands for it is written at the end.
            return bytes[content].equals("null") && saysMore(message)
        }
        guard bytes[content][0] == 0x5b else {
            // Mistral takes calls without a content, but not beside an empty one.
            guard rules.contains(.mistralOnly), content.count == 2,
                let calls = bytes.member("tool_calls", of: message)
            else { return true }
            return bytes.isEmptyContainer(calls)
        }
        if rules.contains(.joinsText), joinText(content, &edits) { return true }
        bytes.forEachElement(of: content) { part in
            guard bytes[part][0] == 0x7b else { return }
            edits.editMembers(of: part, in: bytes) { edits, name, value in
                if bytes[name].equals("cache_control") { return !rules.contains(.dropsCacheControl) }
                // OpenAI once took the URL itself in place of the object, and some clients still write it.
                if bytes[name].equals("image_url"), bytes[value][0] == 0x22 {
                    edits.insert(.text("{\"url\":"), at: Int(value.start))
                    edits.insert(.text("}"), at: Int(value.start) + Int(value.count))
                }
                return true
            }
        }
        return true
    }

    /// Puts one string in the place of parts that are text; false where one is not.
    private func joinText(_ content: JSONSlice, _ edits: inout JSONEdits) -> Bool {
        var texts: [JSONSlice] = []
        var isText = true
        bytes.forEachElement(of: content) { part in
            guard let type = bytes.member("type", of: part), bytes[type].equals("\"text\""),
                let text = bytes.member("text", of: part), bytes[text][0] == 0x22
            else {
                isText = false
                return
            }
            texts.append(text.unquoted)
        }
        guard isText else { return false }
        edits.replace(content, with: .text("\""))
        let end = Int(content.start) + Int(content.count)
        for text in texts { edits.insert(.part(text), at: end) }
        edits.insert(.text("\""), at: end)
        return true
    }

    private func isRole(_ role: StaticString, _ message: JSONSlice) -> Bool {
        bytes.member("role", of: message).map { bytes[$0].equals(role) } ?? false
    }
}
