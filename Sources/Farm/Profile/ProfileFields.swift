/// The fields of a JSON object that a person wrote: a wrong one is named with its path.
struct ProfileFields {
    let value: JSONValue
    let path: String

    init(_ value: JSONValue, path: String) {
        self.value = value
        self.path = path
    }

    func text(_ field: String) throws(FarmError) -> String? {
        guard let value = value[field] else { return nil }
        guard let text = value.string else { throw wrong(field, "a text", value) }
        return text
    }

    func flag(_ field: String) throws(FarmError) -> Bool? {
        guard let value = value[field] else { return nil }
        guard let flag = value.bool else { throw wrong(field, "true or false", value) }
        return flag
    }

    func whole(_ field: String, in range: ClosedRange<Int>) throws(FarmError) -> Int? {
        guard let value = value[field] else { return nil }
        guard let number = value.int, range.contains(number) else {
            throw wrong(field, "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
        }
        return number
    }

    func number(_ field: String, in range: ClosedRange<Double>) throws(FarmError) -> Double? {
        guard let value = value[field] else { return nil }
        guard let number = value.double, range.contains(number) else {
            throw wrong(field, "a number from \(range.lowerBound) to \(range.upperBound)", value)
        }
        return number
    }

    func list(_ field: String) throws(FarmError) -> [JSONValue]? {
        guard let value = value[field] else { return nil }
        guard let items = value.array else { throw wrong(field, "a list", value) }
        return items
    }

    /// Refuses a field that nobody reads, so that a slip of the pen is not taken for a wish.
    func onlyKnown(_ names: Set<String>) throws(FarmError) {
        guard let members = value.members else { throw .invalid("\(path): expected an object, not \(value.text)") }
        guard let unknown = members.first(where: { !names.contains($0.name) }) else { return }
        throw .invalid("\(path).\(unknown.name): unknown field; there are \(names.sorted().joined(separator: ", "))")
    }

    private func wrong(_ field: String, _ expected: String, _ value: JSONValue) -> FarmError {
        .invalid("\(path).\(field): expected \(expected), not \(value.text)")
    }
}
