import BoxModel

/// The fields of a request's JSON object, read as a Go struct would take them: a field of another type is refused in
/// Go's words, null is as good as absent.
struct GoFields {
    /// The Go struct's name, as it appears in the refusals.
    let name: String
    let value: JSONValue
    /// Where it lies in the whole request: `messages.`.
    var path = ""

    func string(_ field: String) throws(Rejection) -> String? {
        guard let value = value[field] else { return nil }
        guard case .string(let text) = value else { throw mismatch(field, value, "string") }
        return text
    }

    func bool(_ field: String) throws(Rejection) -> Bool? {
        guard let value = value[field] else { return nil }
        guard case .bool(let flag) = value else { throw mismatch(field, value, "bool") }
        return flag
    }

    func int(_ field: String) throws(Rejection) -> Int? {
        guard let value = value[field] else { return nil }
        guard let number = value.int else { throw mismatch(field, value, "int") }
        return number
    }

    func double(_ field: String) throws(Rejection) -> Double? {
        guard let value = value[field] else { return nil }
        guard let number = value.double else { throw mismatch(field, value, "float64") }
        return number
    }

    /// `type` is the Go type in the refusal: `[]api.Message`.
    func array(_ field: String, of type: String) throws(Rejection) -> [JSONValue]? {
        guard let value = value[field] else { return nil }
        guard case .array(let items) = value else { throw mismatch(field, value, type) }
        return items
    }

    func object(_ field: String, as type: String) throws(Rejection) -> JSONValue? {
        guard let value = value[field] else { return nil }
        guard case .object = value else { throw mismatch(field, value, type) }
        return value
    }

    func mismatch(_ field: String, _ value: JSONValue, _ type: String) -> Rejection {
        var kind = value.kind
        if case .number(let text) = value, type == "int" { kind += " " + text }
        return Rejection(
            400, "json: cannot unmarshal \(kind) into Go struct field \(name).\(path)\(field) of type \(type)")
    }
}

extension GoFields {
    /// A number of seconds or a Go duration; negative is for ever.
    func keepAlive() throws(Rejection) -> KeepAlive? {
        guard let value = value["keep_alive"] else { return nil }
        switch value {
        case .number:
            return KeepAlive(seconds: value.double ?? 0)
        case .string(let text):
            return KeepAlive(seconds: try GoDuration.seconds(text))
        default:
            throw Rejection(400, "Unsupported type: '\(value.kind)'")
        }
    }
}

extension KeepAlive {
    init(seconds: Double) {
        self = seconds < 0 || seconds > 9e9 ? .forever : .after(Nanoseconds(seconds * 1e9))
    }
}
