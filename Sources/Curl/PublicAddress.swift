public import Glibc

/// Which addresses belong to the internet: every other stands for a machine or a network of one's own, or for nothing.
public enum PublicAddress {
    /// Whether a socket's address is one of the internet's.
    public static func contains(_ address: UnsafePointer<sockaddr>) -> Bool {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let bytes = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_addr
            return withUnsafeBytes(of: bytes) { contains(v4: Array($0)) }
        case AF_INET6:
            let bytes = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return withUnsafeBytes(of: bytes) { contains(v6: Array($0)) }
        default: return false
        }
    }

    /// The same of an address as people write it; false for what is none.
    public static func contains(_ text: String) -> Bool {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { contains(v4: Array($0)) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { contains(v6: Array($0)) }
    }

    /// IANA's registry of special addresses, without those that are reached from everywhere all the same.
    private static let special: [(UInt32, length: Int)] = [
        (0x0000_0000, 8), (0x0a00_0000, 8), (0x6440_0000, 10), (0x7f00_0000, 8), (0xa9fe_0000, 16),
        (0xac10_0000, 12), (0xc000_0000, 24), (0xc000_0200, 24), (0xc058_6300, 24), (0xc0a8_0000, 16),
        (0xc612_0000, 15), (0xc633_6400, 24), (0xcb00_7100, 24), (0xe000_0000, 4), (0xf000_0000, 4),
    ]

    private static func contains(v4 bytes: [UInt8]) -> Bool {
        guard bytes.count == 4 else { return false }
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return !special.contains { address >> (32 - $0.length) == $0.0 >> (32 - $0.length) }
    }

    private static func contains(v6 bytes: [UInt8]) -> Bool {
        guard bytes.count == 16 else { return false }
        let last = Array(bytes[12...])
        // An address of the older kind in the clothes of the newer, and one behind a translator.
        if bytes.starts(with: Array(repeating: 0, count: 10) + [0xff, 0xff]) { return contains(v4: last) }
        if bytes.starts(with: [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) { return contains(v4: last) }
        // All others of the internet begin so.
        guard bytes[0] >> 5 == 1 else { return false }
        let start = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        // Protocols, tunnels that hide another address, and examples.
        if start >> 9 == 0x2001_0000 >> 9 || start == 0x2001_0db8 || start >> 16 == 0x2002 { return false }
        return start >> 12 != 0x3fff_0000 >> 12
    }
}
