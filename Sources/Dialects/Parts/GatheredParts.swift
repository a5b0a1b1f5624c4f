public import NIOCore

/// The answers of a request's parts, put together to one: as a stream whose pieces come in any order, or whole.
///
/// Everything that an answer says beside is said as the first one says it.
public struct GatheredParts: Sendable {
    private let parts: RequestParts
    private var form: PartsForm { parts.form }
    /// The first piece of a stream: the others bear its name, and its last one is made of it.
    private var first: [UInt8] = []
    private var id: [UInt8]?
    /// The whole answers.
    private var bodies: [ByteBuffer?]
    private var edits = JSONEdits()

    /// Nothing has come of any.
    public init(_ parts: RequestParts) {
        self.parts = parts
        bodies = Array(repeating: nil, count: parts.count)
    }

    // MARK: Streams

    /// Whole pieces of one part's stream: each goes on with the part's number, but for its counts and its end.
    public mutating func add(_ pieces: ByteBuffer, of part: Int, into out: inout ByteBuffer) {
        var framing = SSEFraming()
        _ = framing.feed(pieces) { _, data in
            add(data, of: part, into: &out)
            return true
        }
    }

    private mutating func add(_ data: UnsafeRawBufferPointer, of part: Int, into out: inout ByteBuffer) {
        guard let choices = data.member("choices", of: data.object), data[choices][0] == 0x5b,
            !data.isEmptyContainer(choices)
        else { return }
        if first.isEmpty { first = Array(data) }
        edits.removeAll()
        data.forEachMember(of: data.object) { name, value in
            guard data[name].equals("id") else { return }
            if let id { edits.replace(value, with: .bytes(id)) } else { id = Array(data[value]) }
        }
        Self.number(choices, from: part, in: data, &edits)
        out.writeEvent(data, edits)
    }

    /// The end of a stream: how many tokens it were, where the client wants to know, and the last word.
    ///
    /// - Parameter cost: of them, in dollars; nil: it does not say.
    public func end(counting usage: Usage?, cost: String?, into out: inout ByteBuffer) {
        if let usage, !first.isEmpty {
            out.writeStaticString("data: ")
            first.withUnsafeBytes { write($0, listing: ByteBuffer(string: "[]"), usage, cost: cost, into: &out) }
            out.writeStaticString("\n\n")
        }
        out.writeStaticString("data: [DONE]\n\n")
    }

    // MARK: Whole answers

    /// One part's answer.
    ///
    /// - Returns: false where it does not have what the part was for.
    public mutating func add(whole body: ByteBuffer, of part: Int) -> Bool {
        let isSound = body.withUnsafeReadableBytes { bytes in
            guard let list = bytes.member(form.list, of: bytes.object), bytes[list][0] == 0x5b
            else { return false }
            var count = 0
            bytes.forEachElement(of: list) { _ in count += 1 }
            switch parts.kind {
            case .answers: return count == 1
            case .texts(let pieces):
                return count == pieces[part].texts.count
                    && (form != .numberedVectors || Self.order(of: list, in: bytes, count) != nil)
            }
        }
        if isSound { bodies[part] = body }
        return isSound
    }

    /// The whole answer; nil where one is missing.
    public func whole(counting usage: Usage) -> ByteBuffer? {
        guard let first = bodies.first, let first else { return nil }
        var list = ByteBuffer()
        list.reserveCapacity(bodies.reduce(2) { $0 + ($1?.readableBytes ?? 0) })
        for (part, body) in bodies.enumerated() {
            guard let body else { return nil }
            list.writeStaticString(part == 0 ? "[" : ",")
            body.withUnsafeReadableBytes { append($0, of: part, to: &list) }
        }
        list.writeStaticString("]")
        var out = ByteBuffer()
        first.withUnsafeReadableBytes { write($0, listing: list, usage, cost: nil, into: &out) }
        return out
    }

    /// The elements of one answer's list, without its brackets.
    private func append(_ body: UnsafeRawBufferPointer, of part: Int, to out: inout ByteBuffer) {
        guard let list = body.member(form.list, of: body.object) else { return }
        switch parts.kind {
        case .answers:
            body.forEachElement(of: list) { Self.append($0, numbered: part, in: body, to: &out) }
        case .texts(let pieces):
            guard form == .numberedVectors, let order = Self.order(of: list, in: body, pieces[part].texts.count) else {
                out.writeBytes(UnsafeRawBufferPointer(rebasing: body[list].dropFirst().dropLast()))
                return
            }
            for (index, element) in order.enumerated() {
                if index > 0 { out.writeStaticString(",") }
                Self.append(element, numbered: pieces[part].first + index, in: body, to: &out)
            }
        }
    }

    private static func append(
        _ element: JSONSlice, numbered number: Int, in body: UnsafeRawBufferPointer, to out: inout ByteBuffer
    ) {
        let element = body[element]
        var edits = JSONEdits()
        Self.renumber(element.whole, to: number, in: element, &edits)
        out.compose(atMost: element.count + edits.added) {
            edits.write(element, from: 0, to: element.count, to: &$0)
        }
    }

    /// The elements in the order of their texts, by their numbers, whatever the order that they come in; nil where a number is
    /// none of them, or comes twice.
    private static func order(of list: JSONSlice, in body: UnsafeRawBufferPointer, _ count: Int) -> [JSONSlice]? {
        var order = Array(repeating: JSONSlice(), count: count)
        var (isSound, next) = (true, 0)
        body.forEachElement(of: list) { element in
            let index = body.member("index", of: element).flatMap { JSONNumber.integer(body[$0]) } ?? next
            next += 1
            guard order.indices.contains(index), order[index].isAbsent else {
                isSound = false
                return
            }
            order[index] = element
        }
        return isSound ? order : nil
    }

    // MARK: Edits

    /// Gives the choices of one part their numbers: it has one.
    private static func number(
        _ list: JSONSlice, from part: Int, in data: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) {
        data.forEachElement(of: list) { renumber($0, to: part, in: data, &edits) }
    }

    private static func renumber(
        _ element: JSONSlice, to number: Int, in data: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) {
        guard data[element][0] == 0x7b else { return }
        let digits = Array(String(number).utf8)
        if let index = data.member("index", of: element) {
            edits.replace(index, with: .bytes(digits))
        } else {
            let comma = data.isEmptyContainer(element) ? "" : ","
            edits.insert(.bytes(Array("\"index\":".utf8) + digits + Array(comma.utf8)), at: Int(element.start) + 1)
        }
    }

    /// The first answer with another list and other counts.
    private func write(
        _ body: UnsafeRawBufferPointer, listing list: ByteBuffer, _ usage: Usage, cost: String?,
        into out: inout ByteBuffer
    ) {
        out.writeStaticString("{")
        var isFirst = true
        body.forEachMember(of: body.object) { name, value in
            let name = body[name]
            guard !form.counts(name) else { return }
            out.writeStaticString(isFirst ? "\"" : ",\"")
            isFirst = false
            out.writeBytes(name)
            out.writeStaticString("\":")
            if name.equals(form.list) { out.writeImmutableBuffer(list) } else { out.writeBytes(body[value]) }
        }
        writeCounts(usage, cost: cost, into: &out)
        out.writeStaticString("}")
    }

    private func writeCounts(_ usage: Usage, cost: String?, into out: inout ByteBuffer) {
        guard form == .vectors else {
            out.compose(atMost: ByteWriter.usageRoom + 64) { writer in
                writer.write(",")
                writer.writeUsage(usage, ofEmbeddings: form == .numberedVectors, cost: cost)
            }
            return
        }
        // They ran at the same time.
        let total = longest("total_duration")
        let load = longest("load_duration")
        if total > 0 { out.writeString(",\"total_duration\":\(total)") }
        if load > 0 { out.writeString(",\"load_duration\":\(load)") }
        if usage.promptTokens > 0 { out.writeString(",\"prompt_eval_count\":\(usage.promptTokens)") }
    }

    private func longest(_ name: StaticString) -> Int {
        bodies.reduce(0) { longest, body in
            let own = body?.withUnsafeReadableBytes { bytes in
                bytes.member(name, of: bytes.object).flatMap { JSONNumber.integer(bytes[$0]) }
            }
            return max(longest, (own ?? nil) ?? 0)
        }
    }
}
