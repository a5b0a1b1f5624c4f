/// One node of a configuration file: what is written and where. Aliases and merge keys are already followed.
struct ConfigNode {
    /// The content of a node.
    enum Content {
        case scalar(Scalar)
        case mapping([Entry])
        case sequence([ConfigNode])
        /// `os.environ/NAME` where that variable is unset or empty; `reason` says which.
        case unresolved(name: String, reason: String)
    }

    /// A text as written, or as the environment has it.
    struct Scalar {
        var text: String
        /// Written in quotes, so `"off"` is text and `off` is false.
        var isQuoted = false
        /// The variable it came from. Such a text is never printed.
        var variable: String?
    }

    /// One line of a mapping.
    struct Entry {
        var key: String
        var keyMark: SourceMark
        var value: ConfigNode
    }

    var content: Content
    var mark: SourceMark

    /// Nothing written, `~` or `null`: as if the key were not there.
    var isNull: Bool {
        guard case .scalar(let scalar) = content, !scalar.isQuoted else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// `off`, `false` or `no`.
    var isOff: Bool {
        guard case .scalar(let scalar) = content, !scalar.isQuoted else { return false }
        return scalar.boolean == false
    }

    /// The word for it in messages that say what was found.
    var shown: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .unresolved(let name, _): "os.environ/\(name)"
        case .scalar(let scalar): scalar.shown
        }
    }
}

extension ConfigNode {
    /// The reason why it is no base URL; the content of a variable is not cited.
    func sentence(for fault: BaseURLFault) -> String {
        guard case .scalar(let scalar) = content, let variable = scalar.variable else { return fault.description }
        return "the value of \(variable) is not a base URL such as http://gpu-1:11434"
    }
}

extension ConfigNode.Scalar {
    /// YAML 1.1's truth values, which LiteLLM's parser follows.
    var boolean: Bool? {
        switch text.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// The number as JSON writes it, be it written in YAML's ways: `1_000` is a thousand, as LiteLLM's parser reads it.
    var decimal: String? { JSONText.number(text) }

    /// In quotes as a message cites it; the content of a variable is never cited.
    var shown: String {
        if let variable { return "the value of \(variable)" }
        return text.isEmpty && !isQuoted ? "nothing" : "\"\(text)\""
    }

    /// The value as JSON, typed as YAML types it.
    var json: String {
        guard !isQuoted else { return JSONText.quoted(text) }
        if ["", "~", "null", "Null", "NULL"].contains(text) { return "null" }
        if let boolean { return boolean ? "true" : "false" }
        if JSONText.isNumber(text) { return text }
        // Numbers YAML knows and JSON spells otherwise: 1_000, +5, .5
        if let first = text.utf8.first, "+-.0123456789".utf8.contains(first) {
            let bare = text.filter { $0 != "_" }
            if let whole = Int(bare) { return String(whole) }
            if let number = Double(bare), number.isFinite, bare.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) {
                return String(number)
            }
        }
        return JSONText.quoted(text)
    }
}

extension ConfigNode {
    /// The whole node as JSON with sorted keys; `null` where a variable is unset.
    var json: String {
        switch content {
        case .scalar(let scalar): scalar.json
        case .sequence(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .mapping(let entries):
            "{"
                + entries.sorted { $0.key < $1.key }
                .map { "\(JSONText.quoted($0.key)):\($0.value.json)" }
                .joined(separator: ",") + "}"
        case .unresolved: "null"
        }
    }

    /// The first unset variable in it, as the sentence that says so.
    var firstUnresolved: String? {
        switch content {
        case .scalar: nil
        case .unresolved(_, let reason): reason
        case .sequence(let items): items.lazy.compactMap(\.firstUnresolved).first
        case .mapping(let entries): entries.lazy.compactMap(\.value.firstUnresolved).first
        }
    }
}
