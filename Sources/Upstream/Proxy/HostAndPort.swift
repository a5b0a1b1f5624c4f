/// `host`, `host:port`, `[::1]` and `[::1]:port` as people write them in proxy variables.
enum HostAndPort {
    /// The host without brackets, which may be anything but empty; nil where the port is none.
    static func split(_ text: some StringProtocol) -> (host: String, port: Int?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard IPRange.Address(host) != nil else { return nil }
            if rest.isEmpty { return (host, nil) }
            guard rest.hasPrefix(":"), let port = port(rest.dropFirst()) else { return nil }
            return (host, port)
        }
        guard let colon = text.firstIndex(of: ":") else { return text.isEmpty ? nil : (String(text), nil) }
        guard colon > text.startIndex, let port = port(text[text.index(after: colon)...]) else { return nil }
        return (String(text[..<colon]), port)
    }

    private static func port(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text).flatMap { (1...65_535).contains($0) ? $0 : nil }
    }

    /// `example.com.` is `example.com`.
    static func withoutFinalDot(_ name: String) -> String { name.hasSuffix(".") ? String(name.dropLast()) : name }
}
