/// Go's way to write spans of time: `1h30m`, `-1m`, `1.5s`.
enum GoDuration {
    private static let units: [(name: String, seconds: Double)] = [
        ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3_600),
    ]

    /// The span in seconds; a text that is none is refused in Go's words.
    static func seconds(_ text: String) throws(Rejection) -> Double {
        var rest = Substring(text)
        let negative = rest.first == "-"
        if let sign = rest.first, sign == "-" || sign == "+" { rest.removeFirst() }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { throw Rejection(400, "time: invalid duration \(quoted(text))") }
        var sum = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits.first == "." ? "0" + digits : String(digits)) else {
                throw Rejection(400, "time: invalid duration \(quoted(text))")
            }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            guard !name.isEmpty else { throw Rejection(400, "time: missing unit in duration \(quoted(text))") }
            guard let unit = units.first(where: { $0.name == name }) else {
                throw Rejection(400, "time: unknown unit \(quoted(String(name))) in duration \(quoted(text))")
            }
            sum += number * unit.seconds
            rest = rest.dropFirst(name.count)
        }
        return negative ? -sum : sum
    }

    private static func quoted(_ text: String) -> String {
        JSONValue.string(text).text
    }
}
