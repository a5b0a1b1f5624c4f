/// How much to think, in the provider's words; and what a provider cannot be asked.
extension OpenAIMembers {
    /// Whether the body says how much to think before one of its unknown fields does.
    var saysEffort: Bool {
        if (fields.present | written) & Parameter.effort.bit != 0 { return true }
        guard fields.has(.reasoning) else { return false }
        return quirks.takesReasoning || ThinkingWords.effort(reasoning: JSONValue(fields[.reasoning], of: bytes)) != nil
    }

    /// The effort that an unknown field asks for in words which the provider does not read and can be told in its own.
    func foreignEffort(_ label: UnsafeRawBufferPointer, _ value: JSONSlice) -> ReasoningEffort? {
        guard let effort = ThinkingWords.effort(label, JSONValue(value, of: bytes)), tells(effort) else { return nil }
        return takesThinkingWord(label) ? nil : effort
    }

    /// Whether an effort that is not called by its name is told. To think is what most models do unasked, and of the others
    /// it is refused.
    private func tells(_ effort: ReasoningEffort) -> Bool { effort.isOff || quirks.effort == .thinking }

    private func takesThinkingWord(_ label: UnsafeRawBufferPointer) -> Bool {
        switch quirks.effort {
        case .together, .upToXHigh: return false
        case .thinking: if label.equals("thinking") { return true }
        case .asGiven: break
        }
        if BoxOption.tunesServer(label) { return rules.takesServersWords }
        return !quirks.refusedExtras.contains { label.equals($0) }
    }

    func keepEffort(
        _ field: Parameter, _ name: JSONSlice, _ value: JSONSlice, _ edits: inout JSONEdits
    ) throws(RequestFault) -> Bool {
        guard refused & field.bit == 0 else { return try refuse(field, value) }
        guard field == .reasoning else {
            return writeEffort(ReasoningEffort(bytes[value]), value, over: name, value, &edits)
        }
        if quirks.takesReasoning { return true }
        guard !fields.has(.effort) else { return false }
        if let inner = bytes.member("effort", of: value) {
            return writeEffort(ReasoningEffort(bytes[inner]), inner, over: name, value, &edits)
        }
        guard let effort = ThinkingWords.effort(reasoning: JSONValue(value, of: bytes)) else { return false }
        guard tells(effort) || rules.efforts != nil else { return false }
        return writeEffort(effort, nil, over: name, value, &edits)
    }

    /// Writes an effort in the provider's words in the place of a member.
    ///
    /// - Parameters:
    ///   - effort: nil for a word that is no effort's.
    ///   - asked: where it stands; nil where it is said by other means.
    /// - Returns: false where there is nothing to be told.
    func writeEffort(
        _ effort: ReasoningEffort?, _ asked: JSONSlice?, over name: JSONSlice, _ value: JSONSlice,
        _ edits: inout JSONEdits
    ) -> Bool {
        let isOff = effort?.isOff ?? false
        switch quirks.effort {
        case .asGiven:
            guard let piece = word(for: effort, asked) else { return false }
            write("reasoning_effort", piece, over: name, value, &edits)
        case .upToXHigh:
            guard let piece = effort == .max ? .text("\"xhigh\"") : word(for: effort, asked) else { return false }
            write("reasoning_effort", piece, over: name, value, &edits)
        case .thinking:
            if hasThinking { return false }
            write(
                "thinking", .text(isOff ? "{\"type\":\"disabled\"}" : "{\"type\":\"enabled\"}"), over: name, value,
                &edits)
        case .together:
            if fields.has(.reasoning) { return false }
            if isOff, rules.efforts == nil {
                write("reasoning", .text("{\"enabled\":false}"), over: name, value, &edits)
            } else {
                let isMost = effort == .xhigh || effort == .max
                guard let piece = isMost ? .text("\"high\"") : word(for: effort, asked) else { return false }
                write("reasoning_effort", piece, over: name, value, &edits)
            }
        }
        return true
    }

    /// The model's word for an effort: the client's own, where it is that.
    private func word(for effort: ReasoningEffort?, _ asked: JSONSlice?) -> JSONEdits.Piece? {
        guard let effort else { return asked.map { .part($0) } }
        guard let efforts = rules.efforts else {
            guard let asked, !bytes[asked].equals("\"disable\"") else { return .text(effort.quoted) }
            return .part(asked)
        }
        guard let word = efforts.word(for: effort, isExact: asked != nil && !drops) else { return nil }
        if let asked, bytes[asked].equals(word) { return .part(asked) }
        return .text(word)
    }

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
