import Gateway

/// Which `Origin` and `Host` may use the gateway: a browser on somebody's machine must not be a way in.
///
/// With a key, the key decides, and client routes answer any origin (`*`). Without one, only pages from this machine
/// and desktop apps may call, and (bound to loopback) only under a `Host` that no stranger can point here, which stops
/// DNS rebinding. Both lists are Ollama's, so that a client of Ollama is served under the name that it uses.
struct AccessPolicy: Sendable {
    enum Origin: Equatable {
        /// The value of `access-control-allow-origin`.
        case allowed(String)
        case denied
    }

    let requiresKey: Bool
    let isBoundToLoopback: Bool
    private let machine: MachineHosts

    init(requiresKey: Bool, host: String, machine: MachineHosts) {
        self.requiresKey = requiresKey
        isBoundToLoopback = Authority(host).map(Self.isLoopback) ?? false
        self.machine = machine
    }

    func origin(_ origin: String) -> Origin {
        if requiresKey { return .allowed("*") }
        for scheme in ["app://", "file://", "tauri://", "vscode-webview://", "vscode-file://"]
        where origin.hasPrefix(scheme) {
            return .allowed(origin)
        }
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            guard let authority = Authority(origin.dropFirst(scheme.count)) else { return .denied }
            if Self.isLoopback(authority) || authority.address?.isUnspecified == true { return .allowed(origin) }
        }
        return .denied
    }

    /// Without a `Host` (HTTP/1.0) it is no browser, so nobody was misled.
    func allows(host: @autoclosure () -> String?) -> Bool {
        guard !requiresKey, isBoundToLoopback, let host = host() else { return true }
        return Self.isPlain(host) || Authority(host).map(isOurs) ?? false
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

    /// An address that is this machine's or of no public host, and a name that public DNS does not have.
    private func isOurs(_ authority: Authority) -> Bool {
        if let address = authority.address {
            return address.isLoopback || address.isUnspecified || address.isPrivate
                || machine.addresses.contains(address)
        }
        let name = authority.host
        return name == "localhost" || !name.isEmpty && name == machine.name
            || [".localhost", ".local", ".internal"].contains { name.hasSuffix($0) }
    }

    /// Whether it is this machine and never another.
    private static func isLoopback(_ authority: Authority) -> Bool {
        if let address = authority.address { return address.isLoopback }
        return authority.host == "localhost" || authority.host.hasSuffix(".localhost")
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
