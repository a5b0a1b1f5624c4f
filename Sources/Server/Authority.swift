#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A host and perhaps a port, as a `Host` header and an origin name them.
///
/// Read strictly: text behind the brackets of an address, or a port that is no number, makes it none.
struct Authority: Equatable {
    /// A name in lower case, or the text of an address without brackets.
    let host: String
    /// Nil where the host is a name.
    let address: HostAddress?

    /// Whether it could be a host and a port (RFC 3986, 3.2.2): bytes of names, addresses and brackets, and no others. None at all
    /// is a host that is not named.
    static func isWellFormed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes {
            let good: UInt64 =
                switch byte {
                case 0..<64: 0x2FFF_7FF2_0000_0000 >> UInt64(byte)
                case 64..<128: 0x47FF_FFFE_AFFF_FFFE >> UInt64(byte - 64)
                default: 0
                }
            if good & 1 == 0 { return false }
        }
        return true
    }

    init?(_ text: some StringProtocol) {
        // An IPv6 address has colons of its own; without brackets it stands alone.
        if let address = HostAddress(text) {
            (host, self.address) = (text.lowercased(), address)
            return
        }
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end].lowercased()
            address = HostAddress(host)
            guard host.contains(":"), address != nil else { return nil }
            rest = Substring(text[text.index(after: end)...])
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon].lowercased()
            address = HostAddress(host)
            rest = Substring(text[colon...])
        }
        guard rest.isEmpty || rest.first == ":" else { return nil }
        guard rest.dropFirst().utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
    }
}

/// A literal IP address, four or sixteen bytes in network order.
struct HostAddress: Equatable, Hashable {
    let bytes: [UInt8]

    /// Nil for a text that is no address. Forms that only some resolvers take for one (`127.1`, `010.0.0.1`) are none.
    init?(_ text: some StringProtocol) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, String(text), &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, String(text), &six) == 1 {
            let all = withUnsafeBytes(of: &six) { Array($0) }
            let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
            bytes = isMapped ? Array(all.suffix(4)) : all
        } else {
            return nil
        }
    }

    /// 127.0.0.0/8 and ::1.
    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// 0.0.0.0 and ::, by which a client reaches its own machine.
    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fc00::/7.
    var isPrivate: Bool {
        switch (bytes.count, bytes[0], bytes[1]) {
        case (4, 10, _), (4, 172, 16...31), (4, 192, 168), (16, 0xFC...0xFD, _): true
        default: false
        }
    }
}
