import Dialects

/// The part of `drover` that says how long models stay in memory.
extension DroverReader {
    /// `keep_alive: 30m`, or `keep_alive: {default: 30m, "llama3.1:70b": forever, "ollama/*": 600}`.
    func readKeepAlive(_ section: SectionReader) -> [Configuration.KeepAliveLine] {
        guard let node = section.entry("keep_alive")?.value, !node.isNull, node.firstUnresolved == nil else {
            return []
        }
        let path = section.path("keep_alive")
        guard case .mapping(let entries) = node.content else {
            return time(node, path).map { [Configuration.KeepAliveLine(model: nil, time: $0)] } ?? []
        }
        var lines: [Configuration.KeepAliveLine] = []
        for entry in entries {
            let place = "\(path).\(entry.key)"
            guard let time = time(entry.value, place) else { continue }
            let model = entry.key == "default" ? nil : Located(entry.key, mark: entry.keyMark, path: place)
            lines.append(Configuration.KeepAliveLine(model: model, time: time))
        }
        return lines
    }

    private func time(_ node: ConfigNode, _ path: String) -> KeepAlive? {
        guard node.firstUnresolved == nil else { return nil }
        if case .scalar(let scalar) = node.content, !node.isNull {
            if scalar.text == "forever" { return KeepAlive(Dialects.JSONText("-1")!) }
            // A number of seconds is one in quotes, too.
            if let number = Double(scalar.text), number.isFinite, let json = Dialects.JSONText(scalar.text) {
                return KeepAlive(json)
            }
            if let time = KeepAlive(Dialects.JSONText.string(scalar.text)) { return time }
        }
        log.fault(node.mark, path, "expects a time such as 30m, a number of seconds, or forever, found \(node.shown)")
        return nil
    }
}
