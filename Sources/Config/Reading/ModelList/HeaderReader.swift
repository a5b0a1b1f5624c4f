/// Reads `extra_headers`.
struct HeaderReader {
    /// A file may not set headers that frame a request or its answer, or name its host.
    private static let own: Set<String> = [
        "accept-encoding", "connection", "content-encoding", "content-length", "expect", "host", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    let log: DiagnosticLog

    /// In the order of their names.
    func read(_ params: SectionReader) -> [Configuration.Header] {
        let table = KnownSection("extra_headers", acted: [])
        guard let node = params.entry("extra_headers")?.value,
            let lines = SectionReader(
                node, path: params.path("extra_headers"), table: table, log: log, passing: { _ in true })
        else { return [] }
        return lines.entries.compactMap { header($0, lines) }.sorted { $0.name < $1.name }
    }

    private func header(_ entry: ConfigNode.Entry, _ lines: SectionReader) -> Configuration.Header? {
        let path = lines.path(entry.key)
        guard !entry.key.isEmpty, entry.key.utf8.allSatisfy(Self.isNameByte) else {
            log.fault(entry.keyMark, path, "is not the name of a header")
            return nil
        }
        guard !Self.own.contains(entry.key.lowercased()) else {
            log.fault(entry.keyMark, path, "is a header that Drover itself writes")
            return nil
        }
        guard let value = lines.secret(entry.key) else { return nil }
        guard value.value.reveal().utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
            log.fault(value.mark, path, "has a sign in it that a header cannot hold")
            return nil
        }
        return Configuration.Header(name: entry.key, value: value.value)
    }

    /// RFC 9110's token.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
