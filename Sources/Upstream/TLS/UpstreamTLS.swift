import NIOCore
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The TLS settings of all origins, one context per distinct trust: made once per process and shared by all event
/// loops, since a context holds a parsed trust store (some 140 certificates).
public struct UpstreamTLS: Sendable {
    private let contexts: [UpstreamTrust: NIOSSLContext]

    /// Reads the trust stores that `origins` need; without an origin behind https it reads nothing.
    ///
    /// - Throws: if a bundle or the system's store cannot be used.
    public init(for origins: [UpstreamOrigin]) throws(UpstreamSettingsError) {
        try self.init(for: origins, store: .system)
    }

    init(for origins: [UpstreamOrigin], store: SystemTrustStore) throws(UpstreamSettingsError) {
        var contexts: [UpstreamTrust: NIOSSLContext] = [:]
        for origin in origins where origin.usesTLS {
            if contexts[origin.trust] == nil {
                contexts[origin.trust] = try Self.makeContext(origin.trust, store: store)
            }
        }
        self.contexts = contexts
    }

    /// Nil for an origin without TLS.
    func context(for origin: UpstreamOrigin) -> NIOSSLContext? { origin.usesTLS ? contexts[origin.trust] : nil }

    private static func makeContext(
        _ trust: UpstreamTrust, store: SystemTrustStore
    ) throws(UpstreamSettingsError) -> NIOSSLContext {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        // Only HTTP/1.1 is spoken here; a server with HTTP/2 alone says so in the handshake.
        tls.applicationProtocols = ["http/1.1"]
        // How long a closing connection waits for the other side's goodbye.
        tls.shutdownTimeout = .seconds(1)
        switch trust {
        case .system:
            guard store.isPresent else { throw UpstreamSettingsError(SystemTrustStore.missing) }
        case .bundle(let path): tls.trustRoots = .certificates(try certificates(path))
        case .unverified: tls.certificateVerification = .none
        }
        do {
            return try NIOSSLContext(configuration: tls)
        } catch {
            switch trust {
            case .system: throw UpstreamSettingsError(SystemTrustStore.missing)
            case .bundle(let path): throw UpstreamSettingsError("the CA bundle \(path) cannot be used: \(error)")
            case .unverified: throw UpstreamSettingsError("TLS cannot be set up: \(error)")
            }
        }
    }

    private static func certificates(_ path: String) throws(UpstreamSettingsError) -> [NIOSSLCertificate] {
        guard access(path, R_OK) == 0 else {
            throw UpstreamSettingsError("the CA bundle \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else {
            throw UpstreamSettingsError("the CA bundle \(path) holds no certificate in PEM form")
        }
        return found
    }
}
