import NIOCore

/// What every form of one response says of itself: whose it is, and what was asked, as `/v1/responses` tells it back.
struct ResponsesForm: Sendable {
    let identity: AnswerIdentity
    /// `"background":false,"instructions":…`: the members that say what was asked.
    private let echo: [UInt8]
    /// What was asked, where the response is kept: items, with commas between them.
    private let input: [UInt8]?

    enum Status {
        case inProgress, completed
        /// With the reason.
        case incomplete(StaticString)
    }

    /// What was asked, where nothing else was; nothing here says what a provider takes then.
    private static let members: [(name: StaticString, otherwise: StaticString)] = [
        ("instructions", "null"), ("max_output_tokens", "null"), ("max_tool_calls", "null"), ("metadata", "{}"),
        ("parallel_tool_calls", "true"), ("prompt_cache_key", "null"),
        ("reasoning", "{\"effort\":null,\"summary\":null}"), ("safety_identifier", "null"), ("temperature", "null"),
        ("text", "{\"format\":{\"type\":\"text\"}}"), ("tool_choice", "\"auto\""), ("tools", "[]"),
        ("top_logprobs", "null"), ("top_p", "null"), ("truncation", "\"disabled\""), ("user", "null"),
    ]

    init(_ identity: AnswerIdentity, of request: ClientRequest) {
        self.identity = identity
        (echo, input) = request.body.withUnsafeReadableBytes { bytes in
            let isKept =
                identity.keeps && !(bytes.member("store", of: bytes.object).map { bytes[$0].equals("false") } ?? false)
            return (Self.echo(of: bytes, isKept: isKept), isKept ? request.inputItems(in: bytes) : nil)
        }
    }

    private static func echo(of bytes: UnsafeRawBufferPointer, isKept: Bool) -> [UInt8] {
        var values = [JSONSlice](repeating: JSONSlice(), count: members.count)
        var previous = Array("null".utf8)
        var room = 2 * members.count * 32
        bytes.forEachMember(of: bytes.object) { name, value in
            let name = bytes[name]
            if name.equals(ClientRequest.continued), bytes[value][0] == 0x22 { previous = Array(bytes[value]) }
            guard let place = members.firstIndex(where: { name.spells($0.name) }), !bytes[value].equals("null") else {
                return
            }
            values[place] = value
            room += Int(value.count)
        }
        var out: [UInt8] = []
        out.reserveCapacity(room)
        out.append("\"background\":false,\"previous_response_id\":")
        out += previous
        out.append(isKept ? ",\"store\":true" : ",\"store\":false")
        for (member, value) in zip(members, values) {
            out.append(contentsOf: ",\"".utf8)
            out.append(member.name)
            out.append(contentsOf: "\":".utf8)
            guard !value.isAbsent else {
                out.append(member.otherwise)
                continue
            }
            // A line break between JSON's tokens would end the line of an event; a blank says the same.
            for byte in bytes[value] { out.append(byte == 0x0a || byte == 0x0d ? 0x20 : byte) }
        }
        return out
    }

    /// The response as it is kept; nil where it is not to be.
    func kept(_ status: Status, output: [UInt8], usage: Usage, pieces: PieceSizes = PieceSizes()) -> KeptResponse? {
        guard let input else { return nil }
        var object = ByteBuffer()
        object.compose(atMost: room + output.count) { write(status, output: output, usage: usage, to: &$0) }
        let comma: [UInt8] = input.isEmpty || output.isEmpty ? [] : [0x2c]
        var id = ByteBuffer(string: "resp_")
        id.writeHex(identity.responseID)
        return KeptResponse(
            id: String(buffer: id), object: Array(object.readableBytesView), items: input + comma + output,
            pieces: pieces.bytes)
    }

    /// Whether the response is kept once it is whole.
    var isKept: Bool { input != nil }

    /// What a kept response said of itself, to say it again; nil where it is none that was written here.
    init?(_ kept: KeptResponse) {
        let form = kept.object.withUnsafeBytes { bytes -> (AnswerIdentity, [UInt8])? in
            let object = JSONValue(bytes)
            guard let model = object["model"]?.text, let number = UInt64(kept.id.dropFirst(5), radix: 16),
                let created = object["created_at"].flatMap({ JSONNumber.integer($0.raw) })
            else { return nil }
            var echo: [UInt8]?
            bytes.forEachMember(of: bytes.whole) { name, _ in
                // From the first of them to the end.
                if echo == nil, bytes[name].equals("background") {
                    echo = Array(bytes[(Int(name.start) - 1)..<(bytes.count - 1)])
                }
            }
            return echo.map {
                (AnswerIdentity(model: ByteBuffer(bytes: model), created: created, responseID: number), $0)
            }
        }
        guard let form else { return nil }
        (identity, echo) = form
        input = nil
    }

    // MARK: Writing

    /// Room that ``write(_:output:usage:to:)`` takes at most, the output apart.
    var room: Int { 320 + identity.model.readableBytes + echo.count + Self.usageRoom }
    private static let usageRoom = 280

    /// `{"id":…,"output":[…],…}`
    ///
    /// - Parameter output: the items, with commas between them.
    func write(_ status: Status, output: [UInt8], usage: Usage?, to writer: inout ByteWriter) {
        writer.write("{\"id\":\"resp_")
        writer.write(hex: identity.responseID)
        writer.write("\",\"object\":\"response\",\"created_at\":")
        writer.write(decimal: identity.created)
        switch status {
        case .inProgress: writer.write(",\"status\":\"in_progress\",\"error\":null,\"incomplete_details\":null")
        case .completed: writer.write(",\"status\":\"completed\",\"error\":null,\"incomplete_details\":null")
        case .incomplete(let reason):
            writer.write(",\"status\":\"incomplete\",\"error\":null,\"incomplete_details\":{\"reason\":\"")
            writer.write(reason)
            writer.write("\"}")
        }
        writer.write(",\"model\":\"")
        identity.model.withUnsafeReadableBytes { writer.write($0) }
        writer.write("\",\"output\":[")
        writer.write(output)
        writer.write("],\"usage\":")
        if let usage { Self.write(usage, to: &writer) } else { writer.write("null") }
        writer.write(",")
        writer.write(echo)
        writer.write("}")
    }

    private static func write(_ usage: Usage, to writer: inout ByteWriter) {
        writer.write("{\"input_tokens\":")
        writer.write(decimal: usage.promptTokens)
        writer.write(",\"input_tokens_details\":{\"cached_tokens\":")
        writer.write(decimal: usage.cachedTokens)
        writer.write(",\"cache_write_tokens\":")
        writer.write(decimal: usage.cacheWriteTokens)
        writer.write("},\"output_tokens\":")
        writer.write(decimal: usage.completionTokens)
        writer.write(",\"output_tokens_details\":{\"reasoning_tokens\":")
        writer.write(decimal: usage.reasoningTokens)
        writer.write("},\"total_tokens\":")
        // A sum no upstream means, but no trap either.
        writer.write(decimal: usage.promptTokens &+ usage.completionTokens)
        writer.write("}")
    }
}

extension FinishReason {
    /// How a response ends that ends so.
    var ofResponse: ResponsesForm.Status {
        switch self {
        case .length: .incomplete("max_output_tokens")
        case .contentFilter: .incomplete("content_filter")
        case .stop, .stopSequence, .toolCalls: .completed
        }
    }
}

extension [UInt8] {
    /// Appends a text.
    mutating func append(_ text: StaticString) { text.withUTF8Buffer { append(contentsOf: $0) } }
}
