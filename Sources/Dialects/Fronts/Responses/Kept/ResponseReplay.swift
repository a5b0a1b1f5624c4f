public import NIOCore

/// A kept response as the events of a stream: those that its client got, under their numbers.
///
/// A response that came whole has a stream too: each of its texts is one piece there. Of a stream with log probabilities, the first
/// piece of a text has those of all.
public struct ResponseReplay: Sendable {
    /// A call of the sink.
    private enum Step {
        case text(JSONSlice, logprobs: JSONSlice?)
        case thought(JSONSlice)
        case seal(JSONSlice)
        case redacted(JSONSlice)
        case picture(JSONSlice)
        case call(id: JSONSlice, name: JSONSlice)
        case arguments(JSONSlice)
        case callEnd
    }

    private let object: [UInt8]
    private var steps: ArraySlice<Step> = []
    private var sink: ResponsesEvents
    private let reason: FinishReason
    private let usage: Usage
    private var isOver = false
    /// How many events, from the first on, the client has already.
    private let passed: Int

    /// - Parameter number: of the last event that the client has; nil: it has none.
    public init?(_ kept: KeptResponse, after number: Int? = nil) {
        guard let form = ResponsesForm(kept) else { return nil }
        sink = ResponsesEvents(form)
        object = kept.object
        passed = max(0, min(number ?? -1, .max - 1) + 1)
        var sizes = PieceSizes.Reader(kept.pieces)
        let read = object.withUnsafeBytes { bytes -> ([Step], FinishReason, Usage) in
            var steps: [Step] = []
            if let output = bytes.member("output", of: bytes.whole) {
                bytes.forEachElement(of: output) { Self.add($0, of: bytes, &sizes, to: &steps) }
            }
            let usage = bytes.member("usage", of: bytes.whole).map { OpenAIUsage.read(bytes, $0) } ?? Usage()
            return (steps, Self.reason(JSONValue(bytes)), usage)
        }
        (steps, reason, usage) = (read.0[...], read.1, read.2)
    }

    /// The next events, about so many bytes of them; nil behind the last.
    public mutating func next(bytes: Int = 1 << 16) -> ByteBuffer? {
        var out = ByteBuffer()
        while !isOver, out.readableBytes < bytes {
            let before = (sink.events, out.writerIndex)
            if let step = steps.popFirst() {
                object.withUnsafeBytes { Self.play(step, of: $0, on: &sink, into: &out) }
            } else {
                sink.finish(AnswerEnd(reason: reason, usage: usage), into: &out)
                // The last event is not among those that it counts.
                isOver = true
            }
            drop(passed - before.0, in: &out, from: before.1)
        }
        return out.readableBytes > 0 ? out : nil
    }

    // MARK: Steps

    private static func reason(_ object: JSONValue) -> FinishReason {
        guard object["status"]?.says("incomplete") ?? false else { return .stop }
        return object["incomplete_details"]?["reason"]?.says("content_filter") ?? false ? .contentFilter : .length
    }

    private static func add(
        _ item: JSONSlice, of bytes: UnsafeRawBufferPointer, _ sizes: inout PieceSizes.Reader, to steps: inout [Step]
    ) {
        func inside(_ name: StaticString, of object: JSONSlice) -> JSONSlice? {
            bytes.member(name, of: object).flatMap { bytes[$0][0] == 0x22 ? $0.unquoted : nil }
        }
        let value = JSONValue(item, of: bytes)
        if value["type"]?.says("message") ?? false {
            guard let part = part(of: "content", item, bytes), let text = inside("text", of: part) else { return }
            let logprobs = bytes.member("logprobs", of: part).flatMap { JSONValue($0, of: bytes).isEmpty ? nil : $0 }
            var given = logprobs
            cut(text, logprobs != nil, &sizes) { piece in
                steps.append(.text(piece, logprobs: given))
                // Of the others there is an empty list.
                if let list = given { given = JSONSlice(from: Int(list.start), to: Int(list.start)) }
            }
        } else if value["type"]?.says("reasoning") ?? false {
            let seal = inside("encrypted_content", of: item)
            if let seal, inside("id", of: item).map({ bytes[$0].starts(with: ResponsesOutput.redactedID) }) ?? false {
                return steps.append(.redacted(seal))
            }
            if let part = part(of: "summary", item, bytes), let text = inside("text", of: part) {
                cut(text, false, &sizes) { steps.append(.thought($0)) }
            }
            if let seal { steps.append(.seal(seal)) }
        } else if value["type"]?.says("function_call") ?? false {
            guard let id = inside("call_id", of: item), let name = inside("name", of: item) else { return }
            steps.append(.call(id: id, name: name))
            if let arguments = inside("arguments", of: item) {
                cut(arguments, false, &sizes) { steps.append(.arguments($0)) }
            }
            // One that the answer's end has cut off was never ended itself, whatever its arguments look like.
            let isCut = value["status"]?.says("incomplete") ?? false
            let arguments = inside("arguments", of: item).map { bytes[$0] }
            if !isCut || arguments.flatMap(JSONString.object(inside:)) == nil { steps.append(.callEnd) }
        } else if let picture = inside("result", of: item) {
            steps.append(.picture(picture))
        }
    }

    private static func part(
        of list: StaticString, _ item: JSONSlice, _ bytes: UnsafeRawBufferPointer
    ) -> JSONSlice? {
        var first: JSONSlice?
        if let parts = bytes.member(list, of: item) { bytes.forEachElement(of: parts) { first = first ?? $0 } }
        return first
    }

    /// A text in its pieces, as far as their sizes are known; the rest of it is one.
    ///
    /// - Parameter isMeasured: a piece of it may be empty.
    private static func cut(
        _ text: JSONSlice, _ isMeasured: Bool, _ sizes: inout PieceSizes.Reader, _ body: (JSONSlice) -> Void
    ) {
        let end = Int(text.start) + Int(text.count)
        var place = Int(text.start)
        while place < end {
            let size = sizes.next().map { min($0, end - place) } ?? end - place
            if size > 0 || isMeasured { body(JSONSlice(from: place, to: place + size)) }
            place += size
        }
        while isMeasured, sizes.passZero() { body(JSONSlice(from: end, to: end)) }
    }

    private static func play(
        _ step: Step, of bytes: UnsafeRawBufferPointer, on sink: inout ResponsesEvents, into out: inout ByteBuffer
    ) {
        switch step {
        case .text(let text, let logprobs):
            guard let logprobs else { return sink.content(bytes[text], logprobs: nil, into: &out) }
            let none: StaticString = "[]"
            let list =
                logprobs.isAbsent
                ? UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount) : bytes[logprobs]
            sink.content(bytes[text], logprobs: list, into: &out)
        case .thought(let text): sink.reasoning(bytes[text], into: &out)
        case .seal(let seal): sink.signature(bytes[seal], into: &out)
        case .redacted(let data): sink.redactedThinking(bytes[data], into: &out)
        case .picture(let base64): sink.image(bytes[base64], bytes[base64], into: &out)
        case .call(let id, let name): sink.beginToolCall(id: bytes[id], name: bytes[name], into: &out)
        case .arguments(let text): sink.toolCallArguments(bytes[text], into: &out)
        case .callEnd: sink.endToolCall(into: &out)
        }
    }

    /// Takes so many events out of what was written behind a place.
    private func drop(_ count: Int, in out: inout ByteBuffer, from start: Int) {
        guard count > 0 else { return }
        var left = count
        let bytes = Array(out.viewBytes(at: start, length: out.writerIndex - start) ?? out.readableBytesView)
        var place = 0
        while left > 0, place < bytes.count {
            // An event ends with an empty line, and has none inside.
            guard let line = bytes[place...].firstIndex(of: 0x0a) else { break }
            if line + 1 < bytes.count, bytes[line + 1] == 0x0a {
                left -= 1
                place = line + 2
            } else {
                place = line + 1
            }
        }
        out.moveWriterIndex(to: start)
        out.writeBytes(bytes[place...])
    }
}
