import NIOCore

/// The turns as the API wants them.
extension AnthropicConversation {
    /// What a user says who says nothing: the API wants a first turn that is a user's, and words in each.
    private static let silence: StaticString = "(no text)"

    /// A single prompt, as the conversation that it begins.
    static func write(prompt: JSONSlice, of bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        out.writeStaticString(",\"messages\":[{\"role\":\"user\",\"content\":")
        if AnthropicText.isBlank(bytes[prompt.unquoted]) {
            out.writeStaticString("\"")
            out.writeStaticString(silence)
            out.writeStaticString("\"")
        } else {
            out.writeBytes(bytes[prompt])
        }
        out.writeStaticString("}]")
    }

    /// Writes `system` and `messages`, each behind a comma.
    ///
    /// - Throws: arguments of calls that are not JSON, and results that cannot be said, with their paths.
    func write(into out: inout ByteBuffer) throws(RequestFault) {
        let start = blocks.firstIndex { $0.role != .system } ?? blocks.endIndex
        if start > 0 {
            out.writeStaticString(",\"system\":")
            try writeContent(blocks[..<start], into: &out)
        }
        out.writeStaticString(",\"messages\":[")
        if blocks[start].role == .assistant {
            out.writeStaticString("{\"role\":\"user\",\"content\":\"")
            out.writeStaticString(Self.silence)
            out.writeStaticString("\"},")
        }
        let turns = turns(of: blocks[start...])
        var index = turns.startIndex
        while index < turns.endIndex {
            let role = turns[index].role
            let end = turns[index...].firstIndex { $0.role != role } ?? turns.endIndex
            if index > turns.startIndex { out.writeStaticString(",") }
            try writeTurn(turns[index..<end], role, into: &out)
            index = end
        }
        out.writeStaticString("]")
    }

    /// A system's word between the turns stays where it is, so that what a provider has cached of the turns before is
    /// still their beginning. Models that know it there want it between a user's turn and an assistant's; elsewhere, and
    /// for older models, it is a part of the user's.
    private func turns(of blocks: ArraySlice<AnthropicBlock>) -> ArraySlice<AnthropicBlock> {
        var turns = blocks
        // Looked for once for all that stand in a row.
        var end = turns.startIndex
        for index in turns.indices.dropFirst() where turns[index].role == .system {
            if end <= index { end = turns[index...].firstIndex { $0.role != .system } ?? turns.endIndex }
            let after = end < turns.endIndex ? turns[end].role : nil
            if model.takesSystemTurns, turns[index - 1].role != .assistant, after != .user { continue }
            turns[index].role = .user
            turns[index].isNote = true
        }
        return turns
    }

    private func writeTurn(
        _ turn: ArraySlice<AnthropicBlock>, _ role: AnthropicBlock.Role, into out: inout ByteBuffer
    ) throws(RequestFault) {
        switch role {
        case .system: out.writeStaticString("{\"role\":\"system\",\"content\":")
        case .user: out.writeStaticString("{\"role\":\"user\",\"content\":")
        case .assistant: out.writeStaticString("{\"role\":\"assistant\",\"content\":")
        }
        // The results of calls stand before anything else in the turn behind them.
        let results = turn.filter(\.isResult)
        let words = turn.filter { !$0.isResult && !$0.isSilence }
        let content = results + words
        if content.isEmpty {
            out.writeStaticString("\"")
            out.writeStaticString(Self.silence)
            out.writeStaticString("\"")
        } else {
            try writeContent(content[...], into: &out)
        }
        out.writeStaticString("}")
    }

    /// A single text without a mark is a string, all else a list.
    private func writeContent(
        _ content: ArraySlice<AnthropicBlock>, into out: inout ByteBuffer
    ) throws(RequestFault) {
        if content.count == 1, let only = content.first, only.cache.isAbsent, case .text(let text) = only.kind {
            writeText(text, isNote: only.isNote, into: &out)
            return
        }
        try writeList(content, into: &out)
    }

    func writeList(_ content: ArraySlice<AnthropicBlock>, into out: inout ByteBuffer) throws(RequestFault) {
        var isFirst = true
        for block in content {
            out.writeStaticString(isFirst ? "[" : ",")
            isFirst = false
            try write(block, into: &out)
            if !block.cache.isAbsent {
                out.writeStaticString(",\"cache_control\":")
                out.writeBytes(bytes[block.cache])
            }
            out.writeStaticString("}")
        }
        out.writeStaticString("]")
    }
}
