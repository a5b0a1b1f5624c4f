import NIOCore

/// Has the arguments of calls mended that a relay passes on (``ArgumentsRepair``): of a stream piece by piece, for each choice and each of
/// its calls.
///
/// What a call lacks at its end goes out with its last piece, or as a chunk of its own before the one that ends the choice.
struct RelayedCalls: Sendable {
    private struct Call {
        let choice: Int
        let number: Int
        var repair = ArgumentsRepair()
        /// Its piece in the chunk at hand, by its place in `pieces`.
        var piece: Int?
    }

    /// Arguments in the chunk at hand.
    private struct Piece {
        let place: JSONSlice
        var text: [UInt8]
    }

    private let model: [UInt8]
    private var calls: [Call] = []
    private(set) var mended = 0
    /// The arguments of the first call of a whole answer that could not be mended.
    private(set) var broken: [UInt8]?

    /// - Parameter model: what stands for `model`.
    init(model: [UInt8]) { self.model = model }

    /// Takes a chunk of a stream.
    ///
    /// - Parameters:
    ///   - edits: gets what has to be changed in it.
    ///   - number: the number of a call that has none, by its choice.
    ///   - out: gets the chunks that come before it.
    mutating func take(
        _ data: UnsafeRawBufferPointer, _ edits: inout JSONEdits, number: (_ choice: Int) -> Int,
        into out: inout ByteBuffer
    ) {
        guard let choices = data.member("choices", of: data.object), data[choices][0] == 0x5b else { return }
        var pieces: [Piece] = []
        data.forEachElement(of: choices) { choice in
            guard data[choice][0] == 0x7b else { return }
            let place = data.member("index", of: choice).flatMap { JSONNumber.integer(data[$0]) } ?? 0
            if let delta = data.member("delta", of: choice), let list = data.member("tool_calls", of: delta),
                data[list][0] == 0x5b
            {
                data.forEachElement(of: list) { call in
                    guard let function = data.member("function", of: call) else { return }
                    let given = data.member("index", of: call).flatMap { JSONNumber.integer(data[$0]) }
                    let named = data.member("name", of: function).map { $0.count > 2 } ?? false
                    take(
                        data.member("arguments", of: function), beginsCall: named, place, given ?? number(place),
                        of: data, choices, &pieces, into: &out)
                }
            }
            // An empty one stands for null.
            guard let reason = data.member("finish_reason", of: choice), data[reason][0] == 0x22, reason.count > 2
            else { return }
            while let last = calls.firstIndex(where: { $0.choice == place }) {
                end(last, isCut: Self.isCut(data[reason]), of: data, choices, &pieces, into: &out)
            }
        }
        for place in calls.indices { calls[place].piece = nil }
        for piece in pieces where !data[piece.place].elementsEqual(piece.text) {
            edits.replace(piece.place, with: .bytes(piece.text))
        }
    }

    private mutating func take(
        _ arguments: JSONSlice?, beginsCall: Bool, _ choice: Int, _ number: Int, of data: UnsafeRawBufferPointer,
        _ choices: JSONSlice, _ pieces: inout [Piece], into out: inout ByteBuffer
    ) {
        var place = calls.firstIndex { $0.choice == choice && $0.number == number }
        // Some number all their calls zero. Others say a call's name again with each of its pieces.
        if beginsCall, let begun = place, calls[begun].repair.isWhole {
            end(begun, isCut: false, of: data, choices, &pieces, into: &out)
            place = nil
        }
        guard let arguments, data[arguments][0] == 0x22, arguments.count > 2 else { return }
        if place == nil { calls.append(Call(choice: choice, number: number)) }
        let call = place ?? calls.count - 1
        var text: [UInt8] = []
        calls[call].repair.add(data[arguments.unquoted]) { text.append(contentsOf: $0) }
        calls[call].piece = pieces.count
        pieces.append(Piece(place: arguments.unquoted, text: text))
    }

    private mutating func end(
        _ place: Int, isCut: Bool, of data: UnsafeRawBufferPointer, _ choices: JSONSlice, _ pieces: inout [Piece],
        into out: inout ByteBuffer
    ) {
        var call = calls.remove(at: place)
        var rest: [UInt8] = []
        if call.repair.end(isCut: isCut, { rest.append(contentsOf: $0) }) == .mended { mended += 1 }
        guard !rest.isEmpty else { return }
        guard let piece = call.piece else {
            return write(rest, of: call, after: data, choices, into: &out)
        }
        pieces[piece].text += rest
    }

    /// A chunk with the rest of a call's arguments, made of the one at hand.
    private func write(
        _ rest: [UInt8], of call: Call, after data: UnsafeRawBufferPointer, _ choices: JSONSlice,
        into out: inout ByteBuffer
    ) {
        var edits = JSONEdits()
        let head =
            "[{\"index\":\(call.choice),\"delta\":{\"tool_calls\":[{\"index\":\(call.number),\"function\":{\"arguments\":\""
        edits.replace(choices, with: .bytes(Array(head.utf8) + rest + Array("\"}}]},\"finish_reason\":null}]".utf8)))
        if let name = data.member("model", of: data.object) { edits.replace(name, with: .bytes(model)) }
        if let usage = data.member("usage", of: data.object) { edits.replace(usage, with: .text("null")) }
        out.writeEvent(data, edits)
    }

    /// Takes a whole answer.
    mutating func takeWhole(_ data: UnsafeRawBufferPointer, _ edits: inout JSONEdits) {
        guard let choices = data.member("choices", of: data.object), data[choices][0] == 0x5b else { return }
        data.forEachElement(of: choices) { choice in
            guard let message = data.member("message", of: choice), let list = data.member("tool_calls", of: message),
                data[list][0] == 0x5b
            else { return }
            let isCut = data.member("finish_reason", of: choice).map { Self.isCut(data[$0]) } ?? false
            data.forEachElement(of: list) { call in
                guard let function = data.member("function", of: call),
                    let arguments = data.member("arguments", of: function), data[arguments][0] == 0x22
                else { return }
                let inside = data[arguments.unquoted]
                guard let text = ArgumentsRepair.mended(inside, isCut: isCut) else {
                    if !isCut { broken = broken ?? ArgumentsRepair.unreadable(inside) }
                    return
                }
                mended += 1
                edits.replace(arguments.unquoted, with: .bytes(text))
            }
        }
    }

    /// Whether the model has not ended the answer itself.
    private static func isCut(_ reason: UnsafeRawBufferPointer) -> Bool {
        !["\"stop\"", "\"tool_calls\"", "\"function_call\""].contains { (own: StaticString) in reason.equals(own) }
    }
}
