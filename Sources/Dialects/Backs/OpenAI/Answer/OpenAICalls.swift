import NIOCore

/// Puts tool calls together whose pieces come with an index, and gives them on one after the other.
///
/// The first one goes on as it comes. One that begins before the arguments of another are whole waits for it, since more pieces of
/// both may come, in any order; so does one whose name is still to come.
struct OpenAICalls {
    /// Whether there has been one.
    private(set) var hasAny = false
    /// Whether one of those that have been given on had no name.
    private(set) var hasNameless = false

    /// A call as far as it has come.
    private struct Call {
        var index: Int?
        var id: [UInt8] = []
        var name: [UInt8] = []
        /// The inside of a JSON string; or an object, which is all of them.
        var arguments: [UInt8] = []
        var isObject = false
        /// How far its arguments have come; only of the one that is open.
        var progress = ArgumentsProgress()

        /// Whether a piece is of this call. Some providers number all their calls zero, and some give an id late.
        func takes(_ index: Int?, _ id: UnsafeRawBufferPointer?, isNamed: Bool) -> Bool {
            guard index == nil || index == self.index else { return false }
            guard let id else { return true }
            return self.id.elementsEqual(id) || self.id.isEmpty && (name.isEmpty || !isNamed)
        }
    }

    /// The call whose pieces go on.
    private var open: Call?
    /// Those that wait behind it, in the order in which they began.
    private var waiting: [Call] = []

    /// Takes a piece of a stream's `tool_calls`.
    mutating func take<Sink: AnswerSink>(
        _ piece: JSONSlice, in bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        let function = bytes.member("function", of: piece) ?? JSONSlice()
        let arguments = bytes.member("arguments", of: function) ?? JSONSlice()
        let index = bytes.member("index", of: piece).flatMap { JSONNumber.integer(bytes[$0]) }
        let id = Self.text("id", of: piece, in: bytes)
        let name = Self.text("name", of: function, in: bytes)
        let isText = !arguments.isAbsent && bytes[arguments][0] == 0x22
        if let place = waiting.lastIndex(where: { $0.takes(index, id, isNamed: name != nil) }) {
            if let id { waiting[place].id = Array(id) }
            if let name, waiting[place].name.isEmpty { waiting[place].name = Array(name) }
            if isText { waiting[place].arguments += bytes[arguments.unquoted] }
            return moveUp(to: &sink, into: &out)
        }
        // Without ids and with one number for all calls, a name behind arguments that are whole is another call's.
        let isAnother = id == nil && name != nil && arguments.count > 2 && open?.progress.isWhole == true
        if open?.takes(index, id, isNamed: name != nil) == true, !isAnother {
            if isText, arguments.count > 2 {
                open?.progress.add(bytes[arguments.unquoted])
                sink.toolCallArguments(bytes[arguments.unquoted], into: &out)
            }
            return
        }
        var call = Call(index: index, id: id.map { Array($0) } ?? [], name: name.map { Array($0) } ?? [])
        if isText {
            call.arguments = Array(bytes[arguments.unquoted])
        } else if !arguments.isAbsent, bytes[arguments][0] == 0x7b {
            call.arguments = Array(bytes[arguments])
            call.isObject = true
        }
        waiting.append(call)
        moveUp(to: &sink, into: &out)
    }

    /// Takes a call that is whole.
    mutating func takeWhole<Sink: AnswerSink>(
        _ call: JSONSlice, in bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        guard let function = bytes.member("function", of: call),
            let name = Self.text("name", of: function, in: bytes)
        else {
            hasNameless = true
            return
        }
        hasAny = true
        let none: StaticString = "{}"
        let arguments =
            bytes.member("arguments", of: function).map { bytes[$0] }
            ?? UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount)
        sink.toolCall(
            AnswerToolCall(id: Self.text("id", of: call, in: bytes), name: name, arguments: arguments), into: &out)
    }

    /// Ends all calls, since something else follows.
    mutating func close<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) {
        endOpen(to: &sink, into: &out)
        while !waiting.isEmpty {
            begin(waiting.removeFirst(), to: &sink, into: &out)
            endOpen(to: &sink, into: &out)
        }
    }

    /// Begins those that wait, as long as the one before is whole and they have a name.
    private mutating func moveUp<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) {
        while let next = waiting.first, !next.name.isEmpty, open?.progress.isWhole ?? true {
            endOpen(to: &sink, into: &out)
            waiting.removeFirst()
            begin(next, to: &sink, into: &out)
        }
    }

    private mutating func begin<Sink: AnswerSink>(_ call: Call, to sink: inout Sink, into out: inout ByteBuffer) {
        guard !call.name.isEmpty else {
            hasNameless = true
            return
        }
        hasAny = true
        call.id.withUnsafeBytes { id in
            call.name.withUnsafeBytes { name in
                call.arguments.withUnsafeBytes { arguments in
                    let id = id.isEmpty ? nil : id
                    if call.isObject {
                        sink.toolCall(AnswerToolCall(id: id, name: name, arguments: arguments), into: &out)
                        return
                    }
                    sink.beginToolCall(id: id, name: name, into: &out)
                    if !arguments.isEmpty { sink.toolCallArguments(arguments, into: &out) }
                }
            }
        }
        guard !call.isObject else { return }
        var begun = call
        begun.arguments = []
        call.arguments.withUnsafeBytes { begun.progress.add($0) }
        open = begun
    }

    private mutating func endOpen<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) {
        guard open.take() != nil else { return }
        sink.endToolCall(into: &out)
    }

    /// The inside of a member that is a string with something in it.
    private static func text(
        _ name: StaticString, of slice: JSONSlice, in bytes: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard let value = bytes.member(name, of: slice), bytes[value][0] == 0x22, value.count > 2 else { return nil }
        return bytes[value.unquoted]
    }
}
