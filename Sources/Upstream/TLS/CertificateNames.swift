import NIOSSL

/// Whether a certificate that swift-nio-ssl accepts for a host name is accepted for the name.
///
/// swift-nio-ssl also takes one for the address of the connection. Anybody can have one for an address of their own, so
/// a proxy, or who answers DNS with such an address, could stand in for every host.
enum CertificateNames {
    /// - Parameter host: a host name, no address.
    static func name(_ host: String, in certificate: NIOSSLCertificate) -> Bool {
        let names = certificate._subjectAlternativeNames()
        guard names.contains(where: { $0.nameType == .ipAddress }) else { return true }
        return names.contains {
            $0.nameType == .dnsName && matches(host, String(decoding: $0.contents, as: UTF8.self))
        }
    }

    /// RFC 6125 section 6.4.3, with a wildcard only as the whole first label.
    static func matches(_ host: String, _ pattern: String) -> Bool {
        let host = HostAndPort.withoutFinalDot(host.lowercased())
        let pattern = HostAndPort.withoutFinalDot(pattern.lowercased())
        guard pattern.hasPrefix("*.") else { return host == pattern }
        guard let dot = host.firstIndex(of: "."), dot > host.startIndex else { return false }
        return host[dot...] == pattern.dropFirst()
    }
}
