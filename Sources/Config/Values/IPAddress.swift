/// An IP address as it may stand in a URL. Read strictly: what some resolvers take for an address as well (`127.1`,
/// `0x7f.0.0.1`, `010.0.0.1`) is none here.
struct IPAddress: Equatable {
    /// Four of them, or sixteen, in network order.
    let bytes: [UInt8]

    /// `nil` when the text, which has no brackets, is not an address.
    init?(_ text: String) {
        guard let bytes = text.contains(":") ? Self.six(text) : Self.four(text[...]) else { return nil }
        self.bytes = bytes
    }

    /// Whether it is this machine itself: the loopback, or the unspecified address, which a client reaches it by.
    var isLoopback: Bool {
        switch bytes.count {
        case 4: bytes[0] == 127 || bytes == [0, 0, 0, 0]
        default: mapped?.isLoopback ?? (bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] < 2)
        }
    }

    /// Whether no public host can have it: loopback, private (RFC 1918), link-local, shared (RFC 6598: carriers' inner
    /// networks, and what Tailscale numbers its hosts from), and of IPv6 link-local and unique-local.
    var isInside: Bool {
        guard !isLoopback else { return true }
        switch (bytes.count, bytes[0], bytes[1]) {
        case (4, 10, _), (4, 172, 16...31), (4, 192, 168), (4, 169, 254), (4, 100, 64...127): return true
        case (4, _, _): return false
        case (_, 0xFE, 0x80...0xBF), (_, 0xFC...0xFD, _): return true
        default: return mapped?.isInside ?? false
        }
    }

    /// The IPv4 address in `::ffff:a.b.c.d`.
    private var mapped: IPAddress? {
        guard bytes.count == 16, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else {
            return nil
        }
        return IPAddress(four: Array(bytes.suffix(4)))
    }

    private init(four bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Four decimal numbers; one with a zero in front could be meant as octal.
    private static func four(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { part -> UInt8? in
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part == "0" || part.first != "0" else {
                return nil
            }
            return UInt8(part)
        }
        return bytes.count == 4 ? bytes : nil
    }

    /// Eight groups of hex digits, one run of zeros as `::`, the last two groups perhaps as an IPv4 address.
    private static func six(_ text: String) -> [UInt8]? {
        guard let gap = text.firstRange(of: "::") else {
            return groups(text[...]).flatMap { $0.count == 16 ? $0 : nil }
        }
        guard let head = groups(text[..<gap.lowerBound], mayEndInFour: false),
            let tail = groups(text[gap.upperBound...])
        else { return nil }
        let zeros = 16 - head.count - tail.count
        return zeros >= 2 ? head + [UInt8](repeating: 0, count: zeros) + tail : nil
    }

    private static func groups(_ text: Substring, mayEndInFour: Bool = true) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.contains("."), mayEndInFour, index == parts.count - 1, let four = four(part) {
                bytes += four
            } else if (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                let group = UInt16(part, radix: 16)
            {
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            } else {
                return nil
            }
        }
        return bytes
    }
}
