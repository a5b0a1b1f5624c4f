/// Reads what goes on to the model, as JSON.
struct OptionsReader {
    let log: DiagnosticLog

    /// All of it, by name.
    func read(_ params: SectionReader) -> [String: String] {
        var extras: [String: String] = [:]
        for key in ["options", "extra_body"] {
            guard let node = params.entry(key)?.value, node.firstUnresolved == nil else { continue }
            guard case .mapping(let entries) = node.content else {
                log.fault(node.mark, params.path(key), "expects a mapping, found \(node.shown)")
                continue
            }
            for entry in entries where accepts(entry, path: "\(params.path(key)).\(entry.key)") {
                extras[entry.key] = entry.value.json
            }
        }
        for entry in params.entries where KnownKeys.litellmParams.key(entry.key) == nil {
            guard accepts(entry, path: params.path(entry.key)), isMeant(entry, params) else { continue }
            extras[entry.key] = entry.value.json
        }
        return extras
    }

    /// Whether an option is of the type its model wants.
    private func accepts(_ entry: ConfigNode.Entry, path: String) -> Bool {
        guard !entry.value.isNull, entry.value.firstUnresolved == nil else { return false }
        let expects: String
        switch (KnownKeys.modelOptions[entry.key], entry.value.content) {
        case (nil, _), (.any, _): return true
        case (.number, .scalar(let scalar)) where Double(scalar.json) != nil: return true
        case (.whole, .scalar(let scalar)) where Int(scalar.json) != nil: return true
        case (.truth, .scalar(let scalar)) where scalar.boolean != nil && !scalar.isQuoted: return true
        case (.number, _): expects = "a number"
        case (.whole, _): expects = "a whole number"
        case (.truth, _): expects = "true or false"
        }
        log.fault(entry.value.mark, path, "expects \(expects), found \(entry.value.shown)")
        return false
    }

    /// An option nobody knows goes on to the model all the same, unless it is a slip of the pen: that could be a key.
    private func isMeant(_ entry: ConfigNode.Entry, _ params: SectionReader) -> Bool {
        guard KnownKeys.modelOptions[entry.key] == nil else { return true }
        let names = KnownKeys.litellmParams.keys.map(\.name) + KnownKeys.modelOptions.keys.sorted()
        if let near = NearMiss.of(entry.key, among: names) {
            log.warning(entry.keyMark, params.path(entry.key), "unknown key; did you mean \"\(near)\"?")
            return false
        }
        log.warning(entry.keyMark, params.path(entry.key), "unknown key; it goes to the model as an option")
        return true
    }
}
