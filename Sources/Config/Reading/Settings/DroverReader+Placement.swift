import Dialects

/// The part of `drover` that says which boxes should have which model.
extension DroverReader {
    /// `placement: {"llama3.1:70b": [gpu-1, gpu-2], phi3: gpu-3}`.
    func readPlacement(_ section: SectionReader) -> [Configuration.Placement] {
        let table = KnownSection("drover.placement", acted: [])
        guard let node = section.entry("placement")?.value,
            let lines = SectionReader(
                node, path: section.path("placement"), table: table, log: log, passing: { _ in true })
        else { return [] }
        var found: [Configuration.Placement] = []
        for entry in lines.entries {
            let path = lines.path(entry.key)
            let model = Located(entry.key, mark: entry.keyMark, path: path)
            let name = OllamaName.normalise(entry.key)
            if let other = found.first(where: { OllamaName.normalise($0.model.value) == name }) {
                log.fault(entry.keyMark, path, "is the same model as \(other.model.path)")
                continue
            }
            let boxes = boxes(entry, lines)
            guard !boxes.isEmpty else { continue }
            found.append(Configuration.Placement(model: model, boxes: boxes))
        }
        return found
    }

    /// A list of names, or one.
    private func boxes(_ entry: ConfigNode.Entry, _ lines: SectionReader) -> [Located<String>] {
        let path = lines.path(entry.key)
        guard !entry.value.isNull else {
            log.fault(entry.keyMark, path, "names no box; leave the line out for every box of the model's deployments")
            return []
        }
        if case .scalar = entry.value.content { return lines.text(entry.key).map { [$0] } ?? [] }
        let names = lines.texts(entry.key, what: "boxes")
        var boxes: [Located<String>] = []
        for name in names {
            guard !boxes.contains(where: { $0.value == name.value }) else {
                log.warning(name.mark, name.path, "\"\(name.value)\" is named twice")
                continue
            }
            boxes.append(name)
        }
        if case .sequence(let items) = entry.value.content, items.isEmpty {
            log.fault(entry.value.mark, path, "names no box")
        }
        return boxes
    }
}
