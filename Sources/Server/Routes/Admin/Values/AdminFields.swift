import Dialects
import Ledger

/// The members of a management request's body. Those that nobody asks for are ignored, as LiteLLM does.
struct AdminFields: Sendable {
    private var members: [String: JSONText] = [:]

    /// - Parameter body: an object, or nothing.
    init(_ body: String) throws(AdminFault) {
        guard let json = JSONText(body.contains { !$0.isWhitespace } ? body : "{}") else {
            throw .invalid("the body is not JSON; send an object such as {\"models\": [\"llama3\"]}", nil)
        }
        try self.init(json)
    }

    init(_ json: JSONText) throws(AdminFault) {
        guard case .members(let list) = json.content else { throw .invalid("the body must be a JSON object", nil) }
        for (name, value) in list { members[name] = value }
    }

    /// Whether the field is there, be it null.
    func has(_ name: String) -> Bool { members[name] != nil }

    /// Calls with the value of a field that is there: nil for null.
    func take<Value>(
        _ name: String, _ type: AdminType<Value>, _ body: (Value?) throws(AdminFault) -> Void
    ) throws(AdminFault) {
        guard let json = members[name] else { return }
        if case .null = json.content { return try body(nil) }
        try body(try type.read(json, field: name))
    }

    /// The value of a field; nil where it is not there, or null.
    func value<Value>(_ name: String, _ type: AdminType<Value>) throws(AdminFault) -> Value? {
        var found: Value?
        try take(name, type) { found = $0 }
        return found
    }

    /// Calls with an id that is there: nil for null, and for an empty one, which names nobody.
    func takeID(_ name: String, _ type: AdminType<String> = .text, _ body: (String?) -> Void) throws(AdminFault) {
        try take(name, type) { body(($0 ?? "").isEmpty ? nil : $0) }
    }

    /// An id; nil where there is none.
    func id(_ name: String, _ type: AdminType<String> = .text) throws(AdminFault) -> String? {
        var found: String?
        try takeID(name, type) { found = $0 }
        return found
    }

    /// An id that must be there.
    func requiredID(_ name: String, _ type: AdminType<String> = .text) throws(AdminFault) -> String {
        guard let id = try id(name, type) else { throw .missing(name) }
        return id
    }

    /// A list of ids, each of them once.
    func ids(_ name: String) throws(AdminFault) -> [String] {
        var known: Set<String> = [""]
        return (try value(name, AdminType<String>.text.list) ?? []).filter { known.insert($0).inserted }
    }

    /// The same of a list that must name somebody.
    func requiredIDs(_ name: String) throws(AdminFault) -> [String] {
        let ids = try ids(name)
        guard !ids.isEmpty else { throw .missing(name) }
        return ids
    }

    /// A list of ids that must be there, each of them once, and whose rows are shown: each is many times as long as its name.
    func ids(_ name: String, atMost most: Int) throws(AdminFault) -> [String] {
        _ = try required(name, AdminType<String>.text.list)
        let ids = try ids(name)
        guard ids.count <= most else {
            throw .invalid("\(name) names \(most) at most, here \(ids.count); ask for the others by themselves", name)
        }
        return ids
    }

    /// Calls with an object that is kept as it came. It stands in every answer that shows its row, so it has a bound.
    func takeObject(_ name: String, _ body: (String) -> Void) throws(AdminFault) {
        try take(name, .object) { (text) throws(AdminFault) in
            let text = text ?? "{}"
            guard text.utf8.count <= Self.mostOfObject else {
                throw .invalid("\(name) has at most \(Self.mostOfObject) bytes of JSON, here \(text.utf8.count)", name)
            }
            body(text)
        }
    }

    /// The bytes of an object that is kept.
    static let mostOfObject = 64 << 10

    /// The value of a field that must be there.
    func required<Value>(_ name: String, _ type: AdminType<Value>) throws(AdminFault) -> Value {
        guard let json = members[name] else { throw .missing(name) }
        return try type.read(json, field: name)
    }
}

/// A type of field, by pydantic's name, and how it is read.
struct AdminType<Value>: Sendable {
    /// `string_type`.
    var name: String
    /// `Input should be a valid string`.
    var message: String
    var convert: @Sendable (JSONText) -> Value?

    func read(_ json: JSONText, field: String) throws(AdminFault) -> Value {
        guard let value = convert(json) else { throw .wrongType(field, type: name, message: message) }
        return value
    }
}

extension AdminType {
    /// A list of this.
    var list: AdminType<[Value]> {
        AdminType<[Value]>(name: "list_type", message: "Input should be a valid list") { json in
            guard case .list(let elements) = json.content else { return nil }
            let values = elements.compactMap(convert)
            return values.count == elements.count ? values : nil
        }
    }

    /// A mapping of names to this.
    var map: AdminType<[String: Value]> {
        AdminType<[String: Value]>(name: "dict_type", message: "Input should be a valid dictionary") { json in
            guard case .members(let members) = json.content else { return nil }
            var values: [String: Value] = [:]
            for (name, value) in members {
                guard let value = convert(value) else { return nil }
                values[name] = value
            }
            return values
        }
    }
}

extension AdminType<String> {
    static var text: Self {
        AdminType(name: "string_type", message: "Input should be a valid string") { json in
            if case .text(let text) = json.content { text } else { nil }
        }
    }
    /// A name, which every list and the log shows.
    static var name: Self {
        AdminType(
            name: "string_type",
            message: "Input should be a valid string, and no key: it is shown in lists and in the log"
        ) { json in
            if case .text(let text) = json.content, text.hidingKeys == text { text } else { nil }
        }
    }
    /// The name of a user.
    static var userID: Self {
        AdminType(
            name: "string_type",
            message: "Input should be a valid string, and not \(Operator.masterName): that is the "
                + "master key's name, and no user"
        ) { json in
            if case .text(let text) = json.content, text != Operator.masterName { text } else { nil }
        }
    }
    /// Any object, as it came.
    static var object: Self {
        AdminType(name: "dict_type", message: "Input should be a valid dictionary") { json in
            if case .members = json.content { json.description } else { nil }
        }
    }
}

extension AdminType<Bool> {
    static var truth: Self {
        AdminType(name: "bool_type", message: "Input should be a valid boolean") { json in
            switch json.content {
            case .truth(let value): value
            case .text(let text) where text.lowercased() == "true": true
            case .text(let text) where text.lowercased() == "false": false
            default: nil
            }
        }
    }
}

extension AdminType<Int> {
    /// A whole number that is not negative.
    static var count: Self {
        AdminType(
            name: "int_type", message: "Input should be a valid integer that is not negative"
        ) { json in
            let text: String? =
                switch json.content {
                case .number(let text), .text(let text): text
                default: nil
                }
            guard let text else { return nil }
            let value = Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
            return value.flatMap { $0 >= 0 ? $0 : nil }
        }
    }
}

extension AdminType<Double> {
    static var number: Self {
        AdminType(name: "float_type", message: "Input should be a valid number") { json in
            switch json.content {
            case .number(let text), .text(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
            default: nil
            }
        }
    }
}

extension AdminType<Money> {
    /// Dollars, exact as they are written. What is more than can be counted is the most that can: nobody gets there.
    static var dollars: Self {
        AdminType(
            name: "float_type", message: "must be a non-negative finite number of dollars"
        ) { json in
            switch json.content {
            case .number(let text), .text(let text): Money(bound: text)
            default: nil
            }
        }
    }
}

extension AdminType<BudgetPeriod> {
    static var period: Self {
        AdminType(
            name: "value_error", message: "Invalid duration format; write a number and s, m, h, d, w or mo, such as 30d"
        ) { json in
            if case .text(let text) = json.content { BudgetPeriod(text) } else { nil }
        }
    }
}
