import NIOCore

/// One address of a host name, as text and without a port.
struct ResolvedAddress: Equatable, Hashable, Sendable {
    let text: String

    /// IPv6 and not IPv4.
    var isSix: Bool { text.contains(":") }

    /// The same with a port; nil for one that is of no use without its interface.
    func socketAddress(port: Int) -> SocketAddress? { try? SocketAddress(ipAddress: text, port: port) }
}
