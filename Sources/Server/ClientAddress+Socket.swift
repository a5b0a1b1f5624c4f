import Gateway
import NIOCore

extension ClientAddress {
    /// The address of a socket's other end, without its port.
    init(_ address: SocketAddress) {
        self = address.ipAddress.flatMap { HostAddress($0) }.map { ClientAddress($0.bytes) } ?? .unknown
    }
}
