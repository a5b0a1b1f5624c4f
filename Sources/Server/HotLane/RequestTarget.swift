import NIOHTTP1

extension HTTPRequestHead {
    /// Takes the white space off the ends of every value, where it means nothing (RFC 9110, 5.5). The parser leaves it
    /// behind a value.
    mutating func trimFields() {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        func isLoose(_ value: String) -> Bool {
            value.utf8.last.map(isBlank) ?? false || value.utf8.first.map(isBlank) ?? false
        }
        guard headers.contains(where: { isLoose($0.value) }) else { return }
        headers = HTTPHeaders(
            headers.map { name, value in
                let start = value.utf8.drop(while: isBlank)
                return (
                    name, String(Substring(start.prefix(start.count - start.reversed().prefix(while: isBlank).count)))
                )
            })
    }

    /// Brings a target that is a whole URL, as clients send it to a proxy, to its path; its host takes the place of
    /// `Host` (RFC 9112, 3.2.2). A head that must have one and has none, or has two, stays faulty.
    mutating func takeHostFromTarget() {
        let hosts = headers["host"].count
        guard uri.first != "/", hosts == 1 || hosts == 0 && version == .http1_0,
            let scheme = ["http://", "https://"].first(where: { uri.lowercased().hasPrefix($0) })
        else { return }
        let rest = uri.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(host.count)
        headers.replaceOrAdd(name: "host", value: String(host))
        uri = target.first == "/" ? String(target) : "/" + target
    }
}
