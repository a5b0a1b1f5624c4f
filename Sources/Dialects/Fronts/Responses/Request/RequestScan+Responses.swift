import NIOCore

/// What `/v1/responses` has and other routes have not.
extension RequestScan {
    /// Members of this route alone. None of them is for an upstream that is asked by another.
    private static let own: [StaticString] = [
        "instructions", "max_output_tokens", "text", "previous_response_id", "conversation", "include", "truncation",
        "background", "max_tool_calls", "context_management", "prompt_cache_options", "moderation",
    ]

    /// Puts the members of this route where every back looks for what they say. A wrong value is the provider's to refuse, where
    /// it is passed on, and else ``ResponsesCheck``'s.
    mutating func readResponses() {
        hasPlainMessages = false
        fields.set(.messages, fields[.input])
        readTools(fields[.tools])
        // Lent to the search while it reads the rest.
        var others = extras
        others.removeAll { extra in
            let name = bytes[extra.name]
            guard let member = Self.own.first(where: { name.spells($0) }) else { return false }
            take("\(member)", extra.value)
            return true
        }
        extras = others
    }

    private mutating func take(_ name: String, _ value: JSONSlice) {
        switch name {
        case "instructions":
            guard bytes[value][0] == 0x22 else { return }
            fields.set(.system, value)
            promptBytes += Int(value.count) - 2
        case "max_output_tokens":
            // What other routes call the limit counts for nothing beside it.
            maxTokens = nil
            maxCompletionTokens = nil
            guard let tokens = JSONNumber.integer(bytes[value]), tokens > 0 else { return }
            maxTokens = tokens
            fields.set(.maxTokens, value)
        case "text":
            if let format = bytes.member("format", of: value) { fields.set(.answerFormat, format) }
        default: return
        }
    }

    private mutating func readTools(_ tools: JSONSlice) {
        guard !tools.isAbsent, bytes[tools][0] == 0x5b else { return }
        var isForeign = false
        bytes.forEachElement(of: tools) { [bytes] tool in
            if !OpenAIResponsesFront.isFunction(tool, of: bytes) { isForeign = true }
        }
        if isForeign { hasForeignTools = true }
        promptBytes += Int(tools.count)
    }
}

extension ClientRequest {
    /// Whether log probabilities are asked for, in the words of `/v1/responses`.
    var wantsLogprobs: Bool {
        body.withUnsafeReadableBytes { bytes in
            if fields.has(.topLogprobs), !bytes[fields[.topLogprobs]].equals("0") { return true }
            guard let list = bytes.member("include", of: bytes.object), bytes[list][0] == 0x5b else { return false }
            return bytes.hasElement("\"message.output_text.logprobs\"", in: list)
        }
    }
}
