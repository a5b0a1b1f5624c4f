import Gateway
import NIOCore

extension ClientAddress {
    /// The address of a socket's other end, without its port.
    init(_ address: SocketAddress) {
        self = address.ipAddress.flatMap { HostAddress($0) }.map { ClientAddress($0.bytes) } ?? .unknown
    }

    /// As people write it; nil where it is not known.
    var text: String? {
        var bytes = ByteBuffer()
        switch kind {
        case .unknown: return nil
        case .four: bytes.writeInteger(UInt32(truncatingIfNeeded: low))
        case .six: bytes.writeMultipleIntegers(high, low)
        }
        return try? SocketAddress(packedIPAddress: bytes, port: 0).ipAddress
    }
}
