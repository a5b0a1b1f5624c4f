import NIOCore

/// The functions of which a request wants one called whatever the model would rather do, for a box that cannot be told so: its answer
/// is held to a schema of such a call, and read as one (``ForcedCallSink``).
///
/// One function alone: the schema is that of its arguments, as the client wrote it. One of several: an object with its name and
/// its arguments.
struct ForcedCall: Sendable {
    /// A function that may be called.
    struct Function: Sendable {
        /// The inside of the JSON string of its name, as the client wrote it.
        let name: [UInt8]
        /// Of its arguments, as the client wrote it; empty where nothing is said of them.
        let schema: [UInt8]
    }

    let functions: [Function]
    /// Whether sequences of the client's own may end the answer.
    let hasStops: Bool

    /// Nil where the request leaves the choice to the model, has no such function, or says itself what form the answer has, in
    /// Ollama's own word for it.
    @inline(__always)
    init?(_ request: ClientRequest) {
        guard request.fields.has(.toolChoice), request.work == .chat, !request.fields.has(.format) else { return nil }
        self.init(rare: request)
    }

    @inline(never)
    private init?(rare request: ClientRequest) {
        hasStops = request.hasStops
        functions = request.body.withUnsafeReadableBytes { bytes in
            let source = ParameterSource(bytes, of: request)
            let chosen: JSONValue?
            switch source.toolChoice {
            case .required: chosen = nil
            case .function(let name): chosen = name
            case nil, .auto, .never, .other: return []
            }
            var found: [Function] = []
            // A fault in them is for who writes the request to tell.
            try? source.forEachTool { tool in
                guard let name = tool.name.text, chosen.map({ $0.raw.equals(tool.name.raw) }) ?? true else { return }
                let says = tool.schema.map { $0.isObject && !$0.isEmpty } ?? false
                found.append(
                    Function(
                        name: Array(name), schema: says ? Array(tool.schema?.raw ?? .init(start: nil, count: 0)) : []))
            }
            return found
        }
        // A box answers 500 for those, before it has looked at anything else: then the demand is a hint.
        let isTooMuch = functions.contains { $0.schema.withUnsafeBytes { Self.asksTooMuch($0.whole, of: $0) } }
        if functions.isEmpty || isTooMuch { return nil }
    }

    /// Whether a schema has what a box makes no grammar of: a pattern, or a reference to elsewhere (llama.cpp's
    /// json-schema-to-grammar).
    private static func asksTooMuch(_ value: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool {
        var found = false
        guard !value.isAbsent else { return false }
        switch bytes[value][0] {
        case 0x5b: bytes.forEachElement(of: value) { found = found || asksTooMuch($0, of: bytes) }
        case 0x7b:
            bytes.forEachMember(of: value) { name, member in
                guard bytes[member][0] == 0x22 else { return found = found || asksTooMuch(member, of: bytes) }
                // A property of that name is no string.
                if bytes[name].spells("pattern") { found = true }
                let isElsewhere = bytes[name].spells("$ref") && bytes[member.unquoted].first != 0x23
                found = found || isElsewhere
            }
        default: break
        }
        return found
    }

    /// The schema for a box.
    func schema() -> [UInt8] {
        guard functions.count > 1 else { return functions[0].schema.isEmpty ? Self.noArguments : functions[0].schema }
        var defs = ByteBuffer()
        var choices = ByteBuffer()
        for (number, function) in functions.enumerated() {
            if number > 0 {
                defs.writeStaticString(",")
                choices.writeStaticString(",")
            }
            defs.writeStaticString("\"f")
            defs.writeDecimal(number)
            defs.writeStaticString("\":")
            if function.schema.isEmpty {
                defs.writeBytes(Self.noArguments)
            } else {
                function.schema.withUnsafeBytes { Self.write($0, below: number, into: &defs) }
            }
            choices.writeStaticString("{\"type\":\"object\",\"properties\":{\"name\":{\"const\":\"")
            choices.writeBytes(function.name)
            choices.writeStaticString("\"},\"arguments\":{\"$ref\":\"#/$defs/f")
            choices.writeDecimal(number)
            choices.writeStaticString("\"}},\"required\":[\"name\",\"arguments\"]}")
        }
        var schema = ByteBuffer(string: "{\"anyOf\":[")
        schema.writeImmutableBuffer(choices)
        schema.writeStaticString("],\"$defs\":{")
        schema.writeImmutableBuffer(defs)
        schema.writeStaticString("}}")
        return Array(schema.readableBytesView)
    }

    private static let noArguments = Array("{\"type\":\"object\",\"properties\":{}}".utf8)

    /// Writes a schema that has become a part of another: what it refers to within itself has moved.
    private static func write(_ schema: UnsafeRawBufferPointer, below number: Int, into out: inout ByteBuffer) {
        var edits = JSONEdits()
        move(schema.whole, of: schema, to: Array("#/$defs/f\(number)".utf8), &edits)
        out.compose(atMost: schema.count + edits.added) { writer in
            edits.write(schema, from: 0, to: schema.count, to: &writer)
        }
    }

    private static func move(
        _ value: JSONSlice, of bytes: UnsafeRawBufferPointer, to place: [UInt8], _ edits: inout JSONEdits
    ) {
        switch bytes[value][0] {
        case 0x5b: bytes.forEachElement(of: value) { move($0, of: bytes, to: place, &edits) }
        case 0x7b:
            bytes.forEachMember(of: value) { name, member in
                let isReference = bytes[name].equals("$ref") && bytes[member][0] == 0x22
                guard isReference else { return move(member, of: bytes, to: place, &edits) }
                let target = bytes[member.unquoted]
                if target.first == 0x23, target.count == 1 || target[1] == 0x2f {
                    edits.replace(
                        JSONSlice(from: Int(member.start) + 1, to: Int(member.start) + 2), with: .bytes(place))
                }
            }
        default: break
        }
    }
}

extension ForcedCall {
    /// The call that a text is.
    struct Found {
        /// The inside of a JSON string.
        let name: [UInt8]
        /// A JSON object.
        let arguments: [UInt8]
    }

    /// The call that an answer's text is, from the inside of its JSON string; nil where it is none of these functions'.
    ///
    /// - Parameter isCut: whether the answer was cut off.
    func call(in text: [UInt8], isCut: Bool) -> Found? {
        guard let json = text.withUnsafeBytes({ Self.object($0, isCut: isCut) }) else { return nil }
        return json.withUnsafeBytes { bytes in
            let object = JSONValue(bytes)
            if let name = object["name"]?.text, let arguments = object["arguments"] ?? object["parameters"],
                arguments.isObject
            {
                let called = JSONString.decode(name)
                let function = functions.first { $0.name.withUnsafeBytes(JSONString.decode) == called }
                if let function, functions.count > 1 || !function.takesCalls {
                    return Found(name: function.name, arguments: Array(arguments.raw))
                }
            }
            guard functions.count == 1 else { return nil }
            return Found(name: functions[0].name, arguments: json)
        }
    }

    private static func object(_ text: UnsafeRawBufferPointer, isCut: Bool) -> [UInt8]? {
        // A box that is not held to a schema may have put a fence around it.
        guard let mended = ArgumentsRepair.mended(text, isCut: isCut) else { return bareObject(text) }
        return mended.withUnsafeBytes(bareObject)
    }

    private static func bareObject(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard !JSONString.saysNothing(text), var json = JSONString.object(inside: text) else { return nil }
        json.removeFirst(json.prefix { $0 <= 0x20 }.count)
        while let last = json.last, last <= 0x20 { json.removeLast() }
        return json
    }
}

extension ForcedCall.Function {
    /// Whether its own arguments may look like a call.
    fileprivate var takesCalls: Bool {
        guard !schema.isEmpty else { return false }
        return schema.withUnsafeBytes { bytes in
            let properties = JSONValue(bytes)["properties"]
            return properties?["arguments"] ?? properties?["parameters"] != nil
        }
    }
}
