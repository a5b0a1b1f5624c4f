#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A range of addresses as `10.0.0.0/8` or `fd00::/8`, or a single one.
struct IPRange: Sendable, Equatable {
    /// Four or sixteen bytes; an IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is the IPv4 address.
    struct Address: Sendable, Equatable {
        let bytes: [UInt8]

        /// Nil for anything but a literal address.
        init?(_ text: some StringProtocol) {
            let text = String(text)
            var four = [UInt8](repeating: 0, count: 4)
            var sixteen = [UInt8](repeating: 0, count: 16)
            if inet_pton(AF_INET, text, &four) == 1 {
                bytes = four
            } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
                let isMapped = sixteen[..<10].allSatisfy { $0 == 0 } && sixteen[10] == 0xFF && sixteen[11] == 0xFF
                bytes = isMapped ? Array(sixteen[12...]) : sixteen
            } else {
                return nil
            }
        }

        /// This machine itself: 127.0.0.0/8 and ::1.
        var isLoopback: Bool {
            bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }
    }

    private let address: Address
    private let prefix: Int

    /// Nil where `text` is no address, or its prefix is longer than the address.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = Address(parts[0]) else { return nil }
        let bits = address.bytes.count * 8
        if parts.count == 2 {
            guard parts[1].allSatisfy(\.isNumber), let prefix = Int(parts[1]), prefix <= bits else { return nil }
            self.prefix = prefix
        } else {
            prefix = bits
        }
        self.address = address
    }

    func contains(_ other: Address) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        return address.bytes.indices.allSatisfy { index in
            let bits = min(max(prefix - index * 8, 0), 8)
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            return address.bytes[index] & mask == other.bytes[index] & mask
        }
    }
}
