/// One entry of `NO_PROXY`: which hosts are reached directly.
struct NoProxyRule: Sendable, Equatable {
    private enum Hosts: Equatable {
        case all
        /// Lower case, without a leading dot: this name and all below it.
        case domain(String)
        case range(IPRange)
    }

    private let hosts: Hosts
    /// Nil: every port.
    private let port: Int?

    /// `*`, `example.com`, `.example.com`, `*.example.com`, an address, a range `10.0.0.0/8`; each but `*` and a range
    /// also with a port (`[::1]:8080` for IPv6). Nil for anything else.
    init?(_ text: some StringProtocol) {
        if text == "*" {
            (hosts, port) = (.all, nil)
            return
        }
        // An IPv6 address has colons of its own.
        if let range = IPRange(text) {
            (hosts, port) = (.range(range), nil)
            return
        }
        guard let (host, port) = HostAndPort.split(text) else { return nil }
        self.port = port
        if let range = IPRange(host), !host.contains("/") {
            hosts = .range(range)
            return
        }
        var name = host.lowercased()
        if name.hasPrefix("*.") { name.removeFirst() }
        if name.hasPrefix(".") { name.removeFirst() }
        guard !name.isEmpty, !name.contains(where: { "/*:[]@ ".contains($0) }) else { return nil }
        hosts = .domain(HostAndPort.withoutFinalDot(name))
    }

    /// - Parameter host: a host name in lower case without a final dot, or an address.
    func covers(_ host: String, address: IPRange.Address?, port: Int) -> Bool {
        if let ours = self.port, ours != port { return false }
        switch hosts {
        case .all: return true
        case .domain(let name):
            // An address is no name: `0.0.1` does not cover 10.0.0.1.
            return address == nil && (host == name || host.hasSuffix("." + name))
        case .range(let range): return address.map(range.contains) ?? false
        }
    }
}
