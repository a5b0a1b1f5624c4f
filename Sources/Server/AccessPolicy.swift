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
    func allows(host: String?) -> Bool {
        guard let host, !requiresKey, isBoundToLoopback else { return true }
        return Self.isLoopback(Self.withoutPort(host[...]))
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
