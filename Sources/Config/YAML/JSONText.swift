/// Writes single JSON values.
enum JSONText {
    /// The text as a JSON string.
    static func quoted(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\r": json += "\\r"
            case "\t": json += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }

    /// The same number as JSON writes it: `1_000`, `+5`, `.5` and `5.` are YAML's and not JSON's. `nil` when it is none.
    static func number(_ text: String) -> String? {
        var number = Substring(text.filter { $0 != "_" })
        let sign = number.first == "-" ? "-" : ""
        if number.first == "-" || number.first == "+" { number.removeFirst() }
        var whole = number.prefix { ("0"..."9").contains($0) }
        var rest = number.dropFirst(whole.count)
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
            guard !whole.isEmpty || !digits.isEmpty else { return nil }
            rest = digits.isEmpty ? rest.dropFirst() : rest
        }
        while whole.first == "0", whole.count > 1 { whole.removeFirst() }
        let json = sign + (whole.isEmpty ? "0" : whole) + rest
        return isNumber(json) ? json : nil
    }

    /// Whether the text is a JSON number as it stands.
    static func isNumber(_ text: String) -> Bool {
        var rest = Substring(text)
        func digits() -> Int {
            let run = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(run.count)
            return run.count
        }
        if rest.first == "-" { rest.removeFirst() }
        let leadingZero = rest.first == "0"
        let whole = digits()
        guard whole > 0, !leadingZero || whole == 1 else { return false }
        if rest.first == "." {
            rest.removeFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
