import NIOCore

/// Puts tool calls together whose pieces come with an index, one call after the other.
struct OpenAICalls {
    /// Whether there has been one.
    private(set) var hasAny = false

    /// The call whose pieces come.
    private struct Open {
        let index: Int?
        let id: [UInt8]
    }
    private var open: Open?

    /// Takes a piece of a stream's `tool_calls`; false where a call begins without a name.
    ///
    /// Another index begins another call, and so does another id: some providers number all their calls zero.
    mutating func take<Sink: AnswerSink>(
        _ piece: JSONSlice, in bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> Bool {
        let function = bytes.member("function", of: piece) ?? JSONSlice()
        let arguments = bytes.member("arguments", of: function) ?? JSONSlice()
        let index = bytes.member("index", of: piece).flatMap { JSONNumber.integer(bytes[$0]) }
        let id = Self.text("id", of: piece, in: bytes)
        if !isOpen(index, id) {
            close(to: &sink, into: &out)
            // An object for arguments is all of them.
            if !arguments.isAbsent, bytes[arguments][0] == 0x7b {
                return takeWhole(piece, in: bytes, to: &sink, into: &out)
            }
            guard let name = Self.text("name", of: function, in: bytes) else { return false }
            hasAny = true
            open = Open(index: index, id: id.map { Array($0) } ?? [])
            sink.beginToolCall(id: id, name: name, into: &out)
        }
        if !arguments.isAbsent, bytes[arguments][0] == 0x22, arguments.count > 2 {
            sink.toolCallArguments(bytes[arguments.unquoted], into: &out)
        }
        return true
    }

    /// Takes a call that is whole; false where it has no name.
    mutating func takeWhole<Sink: AnswerSink>(
        _ call: JSONSlice, in bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> Bool {
        guard let function = bytes.member("function", of: call),
            let name = Self.text("name", of: function, in: bytes)
        else { return false }
        hasAny = true
        let none: StaticString = "{}"
        let arguments =
            bytes.member("arguments", of: function).map { bytes[$0] }
            ?? UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount)
        sink.toolCall(
            AnswerToolCall(id: Self.text("id", of: call, in: bytes), name: name, arguments: arguments), into: &out)
        return true
    }

    /// Ends the call that is open, if one is: something else follows.
    mutating func close<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) {
        guard open.take() != nil else { return }
        sink.endToolCall(into: &out)
    }

    private func isOpen(_ index: Int?, _ id: UnsafeRawBufferPointer?) -> Bool {
        guard let open else { return false }
        if let id, !open.id.elementsEqual(id) { return false }
        return index == nil || index == open.index
    }

    /// The inside of a member that is a string with something in it.
    private static func text(
        _ name: StaticString, of slice: JSONSlice, in bytes: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard let value = bytes.member(name, of: slice), bytes[value][0] == 0x22, value.count > 2 else { return nil }
        return bytes[value.unquoted]
    }
}
