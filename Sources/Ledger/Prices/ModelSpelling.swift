/// The ways in which providers write one model's name.
enum ModelSpelling {
    /// The name without a date (`-2024-08-06`, `-20241022`, `@20241022`), Bedrock's version before it (`-v2:0`) and
    /// `-latest` at its end. Four digits stay: a Mistral `-2411` and `-2512` are different models.
    static func undated(_ name: String) -> String {
        var rest = name[...]
        rest.dropVersion()
        if rest.hasSuffix("-latest") { rest.removeLast(7) }
        rest.dropDate()
        return String(rest)
    }

    /// The names to look for, in this order, for a Bedrock id in lower case. The id may be an ARN or have a route or a
    /// region before a slash; an inference profile's geography (`us.`, `eu.`) is the list's `regional.`, and `global.` has
    /// prices of its own in most cases.
    static func bedrock(_ id: String) -> [String] {
        var names = [id]
        var model = id[...]
        if let slash = model.lastIndex(of: "/") {
            model = model[model.index(after: slash)...]
            names.append(String(model))
        }
        let parts = model.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { return names }
        // No vendor has two letters, and every country's or continent's profile has.
        if parts[0].utf8.count == 2 || parts[0] == "us-gov" || parts[0] == "apac" {
            names += ["regional.\(parts[1])", String(parts[1])]
        } else if parts[0] == "global" {
            names += [String(parts[1]), "regional.\(parts[1])"]
        } else {
            names.append("regional.\(model)")
        }
        return names
    }
}

extension Substring {
    /// Drops `-v1:0` and the like.
    fileprivate mutating func dropVersion() {
        guard let dash = lastIndex(of: "-") else { return }
        let numbers = self[index(after: dash)...].dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard self[dash...].hasPrefix("-v"), numbers.count == 2, numbers.allSatisfy(\.isDigits) else { return }
        self = self[..<dash]
    }

    /// Drops a date of this century with all its parts.
    fileprivate mutating func dropDate() {
        for (count, separator) in [(11, "-"), (9, "")] {
            let date = suffix(count)
            guard date.utf8.count == count, date.hasPrefix("-20") || date.hasPrefix("@20") else { continue }
            let year = date.dropFirst().prefix(4)
            let month = date.dropFirst(5 + separator.utf8.count).prefix(2)
            let day = date.suffix(2)
            guard date.dropFirst() == "\(year)\(separator)\(month)\(separator)\(day)",
                [year, month, day].allSatisfy(\.isDigits), "01"..."12" ~= month, "01"..."31" ~= day
            else { continue }
            removeLast(count)
            return
        }
    }

    fileprivate var isDigits: Bool { !isEmpty && utf8.allSatisfy { 0x30...0x39 ~= $0 } }
}
