/// Reads lists of fallbacks. That the models exist is checked later, when they are all known.
struct FallbackReader {
    let log: DiagnosticLog

    /// `[{model: [model, …]}, …]`.
    func table(_ key: String, of section: SectionReader?) -> Located<FallbackTable>? {
        guard let (items, list) = items(key, of: section) else { return nil }
        var table = FallbackTable()
        var first: [String: String] = [:]
        for (index, item) in items.enumerated() {
            let place = "\(list.path)[\(index)]"
            guard case .mapping(let entries) = item.content else {
                if item.firstUnresolved == nil {
                    log.fault(item.mark, place, "expects {model: [model, …]}, found \(item.shown)")
                }
                continue
            }
            for entry in entries {
                guard let targets = targets(entry, place) else { continue }
                if let other = first[entry.key] {
                    log.warning(entry.keyMark, place, "\(other) is about \"\(entry.key)\" too and wins")
                    continue
                }
                first[entry.key] = place
                let model = Located(entry.key, mark: entry.keyMark, path: place)
                table.rules.append(FallbackTable.Rule(model: model, targets: targets))
            }
        }
        return Located(table, mark: list.mark, path: list.path)
    }

    /// `default_fallbacks: [model, …]`, or one model: the line of `*`.
    func defaults(of section: SectionReader?) -> Located<[Located<String>]>? {
        guard let (items, list) = items("default_fallbacks", of: section, orOne: true) else { return nil }
        let targets = items.enumerated().compactMap { target($1, "\(list.path)[\($0)]", mayHaveParameters: false) }
        return Located(targets, mark: list.mark, path: list.path)
    }

    private func items(
        _ key: String, of section: SectionReader?, orOne: Bool = false
    ) -> ([ConfigNode], Located<Void>)? {
        guard let section, let node = section.entry(key)?.value else { return nil }
        guard let items = list(node, orOne: orOne) else {
            if node.firstUnresolved == nil {
                log.fault(node.mark, section.path(key), "expects a list, found \(node.shown)")
            }
            return nil
        }
        return (items, section.located((), node, key))
    }

    /// The elements of a list. One that stands alone is a list of itself, as older files of LiteLLM's have it.
    private func list(_ node: ConfigNode, orOne: Bool) -> [ConfigNode]? {
        switch node.content {
        case .sequence(let items): items
        case .scalar where orOne && !node.isNull: [node]
        case .scalar, .mapping, .unresolved: nil
        }
    }

    private func targets(_ entry: ConfigNode.Entry, _ place: String) -> [Located<String>]? {
        guard let items = list(entry.value, orOne: true) else {
            if entry.value.firstUnresolved == nil {
                log.fault(
                    entry.value.mark, "\(place).\(entry.key)", "expects a list of models, found \(entry.value.shown)")
            }
            return nil
        }
        return items.compactMap { target($0, place, mayHaveParameters: true) }
    }

    /// A model; LiteLLM lets one be a mapping with further parameters.
    private func target(_ node: ConfigNode, _ place: String, mayHaveParameters: Bool) -> Located<String>? {
        switch node.content {
        case .scalar(let scalar) where !node.isNull && !scalar.text.isEmpty:
            return Located(scalar.text, mark: node.mark, path: place)
        case .mapping(let entries) where mayHaveParameters:
            guard let model = entries.first(where: { $0.key == "model" })?.value else {
                log.fault(node.mark, place, "names no model")
                return nil
            }
            if entries.count > 1 {
                log.warning(node.mark, place, "only the model of a fallback is used, and not its other parameters")
            }
            return target(model, place, mayHaveParameters: false)
        case .unresolved: return nil
        case .scalar, .mapping, .sequence:
            log.fault(node.mark, place, "expects a model, found \(node.shown)")
            return nil
        }
    }
}
