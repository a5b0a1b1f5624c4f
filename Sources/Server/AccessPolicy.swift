import Gateway

/// Which `Origin` and `Host` may use the gateway: a browser on somebody's machine must not be a way in.
///
/// With a key, the key decides, and client routes answer any origin (`*`). Without one, only pages from this machine
/// and desktop apps may call, and (bound to loopback) only under a loopback `Host`, which stops DNS rebinding.
struct AccessPolicy: Sendable {
    enum Origin: Equatable {
        /// The value of `access-control-allow-origin`.
        case allowed(String)
        case denied
    }

    let requiresKey: Bool
    let isBoundToLoopback: Bool

    init(requiresKey: Bool, host: String) {
        self.requiresKey = requiresKey
        isBoundToLoopback = Self.isLoopback(host)
    }

    func origin(_ origin: String) -> Origin {
        if requiresKey { return .allowed("*") }
        for scheme in ["app://", "file://", "tauri://", "vscode-webview://", "vscode-file://"]
        where origin.hasPrefix(scheme) {
            return .allowed(origin)
        }
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            if Self.isLoopback(Self.withoutPort(origin.dropFirst(scheme.count))) { return .allowed(origin) }
        }
        return .denied
    }

    /// Without a `Host` (HTTP/1.0) it is no browser, so nobody was misled.
    func allows(host: @autoclosure () -> String?) -> Bool {
        guard !requiresKey, isBoundToLoopback, let host = host() else { return true }
        return Self.isPlain(host) || Self.isLoopback(Self.withoutPort(host[...]))
    }

    /// `127.0.0.1` or `localhost`, with a port or without: what nearly all send, and seen without taking it apart.
    private static func isPlain(_ authority: String) -> Bool {
        var authority = authority
        return authority.withUTF8 { bytes in
            func begins(with name: StaticString) -> Bool {
                bytes.starts(with: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            }
            guard begins(with: "127.0.0.1") || begins(with: "localhost") else { return false }
            let port = bytes.dropFirst(9)
            return port.first.map { $0 == UInt8(ascii: ":") } ?? true
                && port.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }

    private static func withoutPort(_ authority: Substring) -> String {
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }.dropFirst()) }
        return String(authority.prefix { $0 != ":" })
    }

    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" {
            return true
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension AccessPolicy {
    /// What all origins that a head names may do together; nil where it names none.
    func origin(of fields: some HeadFields) -> Origin? {
        var answer: Origin?
        fields.forEachValue(of: .origin) { bytes in
            let next = origin(String(decoding: bytes, as: UTF8.self))
            answer = next
            return next != .denied
        }
        return answer
    }

    static let foreignHost = GatewayError.forbidden(
        message: "this Host may not be used here; set a master key to serve other names than localhost")
    static let foreignOrigin = GatewayError.forbidden(
        message: "pages of this origin may not call here; set a master key to allow any origin")
}
