/// How much to think, in the provider's words; and what a provider cannot be asked.
extension OpenAIMembers {
    static func effort(_ fields: Parameters, _ bytes: UnsafeRawBufferPointer) -> ReasoningEffort? {
        if fields.has(.effort) { return ReasoningEffort(bytes[fields[.effort]]) }
        guard fields.has(.reasoning) else { return nil }
        return ThinkingWords.effort(reasoning: JSONValue(fields[.reasoning], of: bytes))
    }

    func keepEffort(
        _ field: Parameter, _ name: JSONSlice, _ value: JSONSlice, _ edits: inout JSONEdits
    ) throws(RequestFault) -> Bool {
        guard refused & field.bit == 0 else { return try refuse(field, value) }
        var asked = value
        if field == .reasoning {
            if quirks.takesReasoning { return true }
            guard !fields.has(.effort), let inner = bytes.member("effort", of: value) else { return false }
            asked = inner
        }
        switch quirks.effort {
        case .asGiven:
            let isLiteLLMs = bytes[asked].equals("\"disable\"")
            write("reasoning_effort", isLiteLLMs ? .text("\"none\"") : .part(asked), over: name, value, &edits)
        case .upToXHigh:
            if bytes[asked].equals("\"max\"") { edits.replace(asked, with: .text("\"xhigh\"")) }
            if bytes[asked].equals("\"disable\"") { edits.replace(asked, with: .text("\"none\"")) }
        case .thinking:
            if hasThinking { return false }
            let isOff = ReasoningEffort(bytes[asked])?.isOff ?? false
            write(
                "thinking", .text(isOff ? "{\"type\":\"disabled\"}" : "{\"type\":\"enabled\"}"), over: name, value,
                &edits)
        case .together:
            if fields.has(.reasoning) { return false }
            if ReasoningEffort(bytes[asked])?.isOff ?? false {
                if isGPTOSS {
                    edits.replace(value, with: .text("\"low\""))
                } else {
                    write("reasoning", .text("{\"enabled\":false}"), over: name, value, &edits)
                }
            } else if bytes[asked].equals("\"xhigh\"") || bytes[asked].equals("\"max\"") {
                edits.replace(value, with: .text("\"high\""))
            }
        }
        return true
    }

    private var isGPTOSS: Bool { model.map { String(decoding: $0, as: UTF8.self).contains("gpt-oss") } ?? false }

    private func write(
        _ name: StaticString, _ piece: JSONEdits.Piece, over old: JSONSlice, _ value: JSONSlice,
        _ edits: inout JSONEdits
    ) {
        rename(old, name, &edits)
        if case .part(value) = piece { return }
        edits.replace(value, with: piece)
    }

    // MARK: Refusing

    /// Leaves a field out that asks nothing or may be dropped.
    func refuse(_ field: Parameter, _ value: JSONSlice) throws(RequestFault) -> Bool {
        guard !drops, !field.asksNothing(bytes[value]) else { return false }
        throw refusal("\(field.openAIName)")
    }

    /// A 400 that says how to have the field ignored instead.
    func refusal(_ name: String) -> RequestFault {
        RequestFault(
            "`\(rules.provider)` does not take `\(name)` for this model: leave it out, or set `drop_params: true` to have it "
                + "ignored", param: name)
    }
}
