/// The base URL of an instance in normal form. Two instances are one if their base URLs are equal.
public struct BaseURL: Hashable, Sendable, CustomStringConvertible {
    /// How the instance is reached.
    public enum Scheme: String, Sendable {
        /// Plain HTTP.
        case http
        /// HTTP over TLS.
        case https

        /// The port when the URL names none.
        public var defaultPort: Int { self == .http ? 80 : 443 }
    }

    /// `http` or `https`.
    public let scheme: Scheme
    /// Lower-cased; an IPv6 address stands without its brackets.
    public let host: String
    /// 1 to 65535, the scheme's own when the URL names none.
    public let port: Int
    /// Empty, or begins with a slash and does not end with one.
    public let path: String

    /// `host:port` as in a name; an IPv6 address in brackets.
    public var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// The same without the scheme's own port, as clients write it in a `Host` header.
    public var hostHeader: String {
        port == scheme.defaultPort ? String(authority.prefix(authority.count - ":\(port)".count)) : authority
    }

    /// The URL in normal form: `http://gpu-1:11434`, without the scheme's own port and without a trailing slash.
    public var description: String {
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(bracketed)\(port == scheme.defaultPort ? "" : ":\(port)")\(path)"
    }

    /// Reads a URL as users write it; throws the sentence that says what is wrong with it.
    public init(_ text: String) throws(BaseURLFault) {
        guard let separator = text.firstRange(of: "://") else {
            throw BaseURLFault("\"\(text)\" has no scheme; write http://\(text)")
        }
        guard let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased()) else {
            throw BaseURLFault("\"\(text)\" is neither http:// nor https://")
        }
        let rest = text[separator.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw BaseURLFault("a base URL has no query and no fragment; end it before the \"?\" or \"#\"")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.contains("@") else {
            throw BaseURLFault("a base URL holds no user or password; put the key into api_key")
        }
        let (host, port) = try Self.split(authority, in: text)
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
        self.path = try Self.normalPath(rest[slash...], in: text)
    }

    /// The URL without the first of these ends that its path has, and that end; nil where it has none.
    func without(anyOf ends: [String]) -> (url: BaseURL, end: String)? {
        guard let end = ends.first(where: path.hasSuffix) else { return nil }
        var path = path.dropLast(end.count)
        while path.last == "/" { path.removeLast() }
        return (BaseURL(scheme: scheme, host: host, port: port, path: String(path)), end)
    }

    /// The same with an address in place of its host.
    func at(_ address: String) -> BaseURL { BaseURL(scheme: scheme, host: address, port: port, path: path) }

    private init(scheme: Scheme, host: String, port: Int, path: String) {
        (self.scheme, self.host, self.port, self.path) = (scheme, host, port, path)
    }

    private static func split(_ authority: Substring, in text: String) throws(BaseURLFault) -> (String, Int?) {
        var host = authority
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else {
                throw BaseURLFault("\"\(text)\" lacks the ] of its IPv6 address")
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.first == ":" else {
                throw BaseURLFault("\"\(text)\" has something other than a port after its IPv6 address")
            }
            port = after.isEmpty ? nil : after.dropFirst()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw BaseURLFault("\"\(host)\" is not an IPv6 address")
            }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                port = authority[authority.index(after: colon)...]
            }
            guard !host.isEmpty else { throw BaseURLFault("\"\(text)\" names no host") }
            guard host.utf8.allSatisfy({ isHostByte($0) }) else {
                throw BaseURLFault("\"\(host)\" is not a host name")
            }
        }
        guard let port, !port.isEmpty else { return (host.lowercased(), nil) }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port), (1...65535).contains(number)
        else {
            throw BaseURLFault("\"\(port)\" is not a port; it goes from 1 to 65535")
        }
        return (host.lowercased(), number)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func normalPath(_ path: Substring, in text: String) throws(BaseURLFault) -> String {
        guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw BaseURLFault("\"\(text)\" has a blank or another character in its path that a URL cannot hold")
        }
        var path = path
        while path.last == "/" { path.removeLast() }
        return String(path)
    }
}

/// Why a text is not a base URL.
public struct BaseURLFault: Error, Equatable, CustomStringConvertible {
    /// The fault, and the text to write instead.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
