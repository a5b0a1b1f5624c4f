import Locking
import NIOSSL

/// The certificate of the port, which may be renewed while it serves: connections that are open keep the one they began with.
final class ServerCertificate: Sendable {
    private let files: ServerConfiguration.TLS
    private let current: Locked<NIOSSLContext>

    /// - Throws: an `NIOSSLError` when the certificate or its key cannot be used.
    init(_ files: ServerConfiguration.TLS) throws {
        self.files = files
        current = Locked(try Self.read(files))
    }

    /// For the next connection.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Reads both files anew. One that cannot be used changes nothing.
    func reload() throws {
        let renewed = try Self.read(files)
        current.withLock { $0 = renewed }
    }

    private static func read(_ files: ServerConfiguration.TLS) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificateFile).map {
            NIOSSLCertificateSource.certificate($0)
        }
        let key = try NIOSSLPrivateKey(file: files.keyFile, format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
    }
}
