/// The address that a client's connection comes from: plain bits, so that a record of it costs nothing.
public struct ClientAddress: Sendable, Equatable {
    /// The kind of an address.
    public enum Kind: UInt8, Sendable {
        /// There is none, as of a socket in the file system.
        case unknown
        /// Its four bytes are the last of ``low``.
        case four
        /// Its sixteen bytes are those of ``high`` and ``low``.
        case six
    }

    /// Which kind it is.
    public let kind: Kind
    /// The first eight bytes, in network order from the highest bit on.
    public let high: UInt64
    /// The last eight.
    public let low: UInt64

    /// No address.
    public static let unknown = ClientAddress(kind: .unknown, high: 0, low: 0)

    /// It is this machine itself.
    public var isLoopback: Bool {
        switch kind {
        case .unknown: false
        case .four: low >> 24 & 0xFF == 127
        case .six: high == 0 && low == 1
        }
    }

    private init(kind: Kind, high: UInt64, low: UInt64) {
        (self.kind, self.high, self.low) = (kind, high, low)
    }

    /// Four or sixteen bytes in network order; anything else is unknown. An IPv4 address in an IPv6 one is that.
    public init(_ bytes: [UInt8]) {
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self.init(kind: .four, high: 0, low: word(bytes[...]))
        case 16:
            let (high, low) = (word(bytes[..<8]), word(bytes[8...]))
            if high == 0, low >> 32 == 0xFFFF {
                self.init(kind: .four, high: 0, low: low & 0xFFFF_FFFF)
            } else {
                self.init(kind: .six, high: high, low: low)
            }
        default: self = .unknown
        }
    }
}
