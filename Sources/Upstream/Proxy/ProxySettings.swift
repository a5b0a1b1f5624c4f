/// Which proxy leads to which host, as the environment says it: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.
///
/// As in curl the lower-case form of a variable goes first and an empty one counts as not set. Other than in curl
/// `HTTP_PROXY` is read as well (this is no CGI program), and a proxy without a port is asked on port 80. A variable that
/// cannot be used keeps only those hosts out of reach that it stands for.
public struct ProxySettings: Sendable, Equatable {
    /// What a variable says; the fault names the variable, never its value, which may hold a password.
    private typealias Setting = Result<UpstreamProxy, UpstreamSettingsError>

    private let https: Setting?
    private let http: Setting?
    private let direct: [NoProxyRule]
    /// A sentence for each variable, or entry of one, that cannot be used.
    public let faults: [String]

    /// - Parameter environment: all variables of the process.
    public init(environment: [String: String]) {
        let all = Self.setting("ALL_PROXY", environment)
        let own = ["HTTPS_PROXY", "HTTP_PROXY"].map { Self.setting($0, environment) }
        (https, http) = (own[0] ?? all, own[1] ?? all)
        var faults = [all, own[0], own[1]].compactMap { setting -> String? in
            if case .failure(let fault) = setting { fault.reason } else { nil }
        }
        var direct: [NoProxyRule] = []
        if let (name, value) = Self.value("NO_PROXY", environment) {
            for entry in value.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
                if let rule = NoProxyRule(entry) {
                    direct.append(rule)
                } else {
                    faults.append(
                        "\(name): cannot read `\(entry)`; write a domain, host:port, an address or a range "
                            + "as 10.0.0.0/8")
                }
            }
        }
        self.direct = direct
        self.faults = faults
    }

    /// The way to one origin. This machine itself (`localhost`, 127.0.0.0/8, ::1) is always reached directly.
    ///
    /// - Parameters:
    ///   - host: host name or literal address, without brackets.
    ///   - trust: whose certificates are taken, where TLS is used.
    public func route(to host: String, port: Int, usesTLS: Bool, trust: UpstreamTrust) -> UpstreamRoute {
        guard let setting = usesTLS ? https : http else { return .direct }
        let name = HostAndPort.withoutFinalDot(host.lowercased())
        let address = IPRange.Address(name)
        if name == "localhost" || name.hasSuffix(".localhost") || address?.isLoopback == true { return .direct }
        if direct.contains(where: { $0.covers(name, address: address, port: port) }) { return .direct }
        switch setting {
        case .failure(let fault): return .none(fault.reason)
        case .success(let proxy):
            // An address is compared with that of the connection, which is here the proxy's.
            if usesTLS, trust != .unverified, address != nil {
                return .none(
                    "https to the address \(host) through a proxy cannot be checked; use its host name, add it to "
                        + "NO_PROXY or set ssl_verify: false")
            }
            return .proxy(proxy)
        }
    }

    private static func setting(_ name: String, _ environment: [String: String]) -> Setting? {
        do throws(UpstreamSettingsError) {
            return try proxy(name, environment).map { .success($0) }
        } catch {
            return .failure(error)
        }
    }

    private static func value(_ name: String, _ environment: [String: String]) -> (name: String, value: String)? {
        for name in [name.lowercased(), name] {
            guard let value = environment[name]?.trimmingSpaces, !value.isEmpty else { continue }
            return (name, value)
        }
        return nil
    }

    private static func proxy(
        _ name: String, _ environment: [String: String]
    ) throws(UpstreamSettingsError) -> UpstreamProxy? {
        guard let (name, value) = value(name, environment) else { return nil }
        let form = "write http://host:port or http://user:password@host:port"
        var rest = value[...]
        if let colon = value.firstIndex(of: ":"), value[colon...].hasPrefix("://") {
            let scheme = value[..<colon].lowercased()
            guard scheme == "http" else {
                throw UpstreamSettingsError("\(name): only proxies of the scheme http are spoken to; \(form)")
            }
            rest = value[colon...].dropFirst(3)
        }
        // A slash may stand in a password, so the path is looked for behind the last @.
        var credentials: ProxyCredentials?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = percentDecoded(parts[0]), let password = percentDecoded(parts.count == 2 ? parts[1] : "")
            else {
                throw UpstreamSettingsError("\(name): user name or password hold a % that encodes nothing; \(form)")
            }
            guard !user.contains(":") else {
                throw UpstreamSettingsError("\(name): a user name cannot hold a colon; \(form)")
            }
            credentials = ProxyCredentials(user: user, password: password)
            rest = rest[rest.index(after: at)...]
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        guard let (host, port) = HostAndPort.split(rest), !host.contains(where: { "/?#% ".contains($0) }) else {
            throw UpstreamSettingsError("\(name) is not the address of a proxy; \(form)")
        }
        return UpstreamProxy(host: host, port: port ?? 80, credentials: credentials)
    }

    /// Nil where a `%` is not followed by two digits, or what comes out is not UTF-8.
    private static func percentDecoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hex), let low = rest.popFirst().flatMap(hex) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
