/// The part of `drover` that says which names are followed to their addresses.
extension DroverReader {
    /// `discover: dns`, or `discover: {hosts: [ollama], interval: 5s, max_addresses: 64}`.
    func readDiscovery(_ section: SectionReader) -> Configuration.Discovery? {
        guard let node = section.entry("discover")?.value, !node.isOff, node.firstUnresolved == nil else { return nil }
        let path = section.path("discover")
        guard case .mapping = node.content else {
            if case .scalar(let scalar) = node.content, scalar.text == "dns" { return Configuration.Discovery() }
            log.fault(node.mark, path, "expects dns, off, or a mapping, found \(node.shown)")
            return nil
        }
        guard let own = SectionReader(node, path: path, table: KnownKeys.discover, log: log) else { return nil }
        var discovery = Configuration.Discovery()
        if own.entry("hosts") != nil { discovery.hosts = own.texts("hosts", what: "host names") }
        if let value = own.duration("interval") {
            if value.value < .milliseconds(100) {
                log.fault(value.mark, value.path, "must be at least 100ms: each look-up asks a name server")
            } else {
                discovery.interval = value.value
            }
        }
        if let value = own.whole("max_addresses", atLeast: 1, atMost: 1000) { discovery.maxAddresses = value.value }
        return discovery
    }
}
