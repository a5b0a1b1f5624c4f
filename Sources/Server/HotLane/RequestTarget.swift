import NIOHTTP1

extension HTTPRequestHead {
    /// Whether it names more than one host: the one that is checked could be another than the one that is meant.
    var hasTwoHosts: Bool { headers["host"].count > 1 }

    /// Brings a target that is a whole URL, as clients send it to a proxy, to its path; its host takes the place of
    /// `Host` (RFC 9112, 3.2.2).
    mutating func takeHostFromTarget() {
        guard uri.first != "/", !hasTwoHosts,
            let scheme = ["http://", "https://"].first(where: { uri.lowercased().hasPrefix($0) })
        else { return }
        let rest = uri.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(host.count)
        headers.replaceOrAdd(name: "host", value: String(host))
        uri = target.first == "/" ? String(target) : "/" + target
    }
}
