/// What `drover` says about which requests may leave, and where to.
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
            if entry.key.contains("://") {
                do {
                    base = try BaseURL(entry.key)
                } catch {
                    log.fault(entry.keyMark, lines.path(entry.key), error.description)
                    continue
                }
            }
            settings.local[entry.key] = isLocal.value
            locality.overrides.append(.init(key: entry.key, base: base, isLocal: isLocal))
        }
    }
}
