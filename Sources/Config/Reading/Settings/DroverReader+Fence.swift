/// The part of `drover` that says which requests may leave, and where to.
extension DroverReader {
    /// `local: {gpu-1: true, "https://box.example.com": true}`.
    mutating func readLocality(_ section: SectionReader) {
        let table = KnownSection("drover.local", acted: [])
        guard let node = section.entry("local")?.value,
            let lines = SectionReader(
                node, path: section.path("local"), table: table, log: log, passing: { _ in true })
        else { return }
        for entry in lines.entries {
            guard let isLocal = lines.truth(entry.key) else { continue }
            var base = instances.first { $0.name == entry.key }?.base.value
            if base == nil, entry.key.contains(":") {
                do {
                    // `host:port` is as good: over which scheme a port is reached makes no difference.
                    base = try BaseURL(entry.key.contains("://") ? entry.key : "http://\(entry.key)")
                } catch {
                    log.fault(entry.keyMark, lines.path(entry.key), error.description)
                    continue
                }
            }
            settings.local[entry.key] = isLocal.value
            locality.overrides.append(.init(key: entry.key, base: base, isLocal: isLocal))
        }
    }

    /// `overflow: {model: smart, when_wait_exceeds: 10s, for: [llama3]}`, or a list of such.
    func readOverflow(_ section: SectionReader) -> [Configuration.Overflow] {
        guard let node = section.entry("overflow")?.value else { return [] }
        let path = section.path("overflow")
        guard case .sequence(let items) = node.content else { return [overflow(node, path)].compactMap(\.self) }
        return items.enumerated().compactMap { overflow($1, "\(path)[\($0)]") }
    }

    private func overflow(_ node: ConfigNode, _ path: String) -> Configuration.Overflow? {
        guard let line = SectionReader(node, path: path, table: KnownKeys.overflow, log: log) else { return nil }
        let keys = ["model", "when_wait_exceeds"]
        for key in keys where line.entry(key) == nil { log.fault(line.mark, path, "has no \(key)") }
        let model = line.text("model")
        let wait = line.duration("when_wait_exceeds", mayBeZero: true)
        let models = line.entry("for").map { _ in line.texts("for", what: "models") }
        guard let model, let wait else { return nil }
        return Configuration.Overflow(model: model, whenWaitExceeds: wait.value, models: models)
    }
}
