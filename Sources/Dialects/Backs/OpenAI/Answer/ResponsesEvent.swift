/// The places that one pass finds in an event of `/v1/responses` or in a whole response, and the changes that they need.
struct ResponsesEvent {
    /// The kind of event.
    enum Kind {
        case other
        /// More of what the model writes.
        case token
        /// The response is whole, or as whole as it was allowed to be.
        case end
        case failure
    }

    private(set) var kind = Kind.other
    /// An object.
    private(set) var usage = JSONSlice()
    /// Its place in the stream; absent where it does not say.
    private(set) var number = JSONSlice()
    /// It is a response, not an event.
    private(set) var isResponse = false
    /// It is an event with a response.
    private(set) var hasResponse = false
    /// It has a response's list of what was written, even an empty one.
    private(set) var hasOutput = false

    /// Reads an object and nothing else; nil when it is not valid JSON, or no object.
    ///
    /// - Parameters:
    ///   - model: what stands for `model` in a response.
    ///   - edits: gets what has to be changed.
    init?(_ bytes: UnsafeRawBufferPointer, model: [UInt8], edits: inout JSONEdits) {
        var hasDelta = false
        let isObject = JSONScanner.walkObject(bytes) { name, scanner in
            guard let value = scanner.takeValue(depth: 1) else { return false }
            if name.equals("type") {
                take(bytes[value])
            } else if name.equals("sequence_number") {
                number = value
            } else if name.equals("delta") {
                hasDelta = !bytes[value].equals("\"\"") && !bytes[value].equals("null")
            } else if name.equals("response"), bytes[value][0] == 0x7b {
                hasResponse = true
                bytes.forEachMember(of: value) { inner, innerValue in
                    takeOfResponse(bytes[inner], innerValue, in: bytes, model, &edits)
                }
            } else {
                takeOfResponse(name, value, in: bytes, model, &edits)
            }
            return true
        }
        guard isObject else { return nil }
        // Some announce a part with an empty piece of it.
        if case .token = kind, !hasDelta { kind = .other }
    }

    private mutating func take(_ type: UnsafeRawBufferPointer) {
        if case .failure = kind { return }
        if type.equals("\"response.completed\"") || type.equals("\"response.incomplete\"") {
            kind = .end
        } else if type.equals("\"response.failed\"") || type.equals("\"error\"") {
            kind = .failure
        } else if type.count > 7, UnsafeRawBufferPointer(rebasing: type.suffix(7)).equals(".delta\"") {
            kind = .token
        }
    }

    private mutating func takeOfResponse(
        _ name: UnsafeRawBufferPointer, _ value: JSONSlice, in bytes: UnsafeRawBufferPointer, _ model: [UInt8],
        _ edits: inout JSONEdits
    ) {
        if name.equals("model") {
            edits.replace(value, with: .bytes(model))
        } else if name.equals("usage") {
            if bytes[value][0] == 0x7b { usage = value }
        } else if name.equals("error") {
            if bytes[value][0] == 0x7b || bytes[value][0] == 0x22 && value.count > 2 { kind = .failure }
        } else if name.equals("output") {
            hasOutput = bytes[value][0] == 0x5b
        } else if name.equals("object") {
            isResponse = isResponse || bytes[value].equals("\"response\"")
        }
    }
}
