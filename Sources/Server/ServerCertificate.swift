import Locking
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a certificate cannot be used.
public struct CertificateFault: Error, Equatable, CustomStringConvertible {
    /// The file, and what is wrong with it.
    public let description: String

    /// - Parameter reason: what is wrong with the file where it can be read.
    fileprivate init(_ file: String, _ reason: String) {
        let reason = access(file, R_OK) == 0 ? reason : String(cString: strerror(errno))
        description = "\(file) cannot be used: \(reason)"
    }
}

/// The certificate of the port, which may be renewed while it serves: connections that are open keep the one they began with.
final class ServerCertificate: Sendable {
    private let files: ServerConfiguration.TLS
    private let current: Locked<NIOSSLContext>

    init(_ files: ServerConfiguration.TLS) throws(CertificateFault) {
        self.files = files
        current = Locked(try Self.read(files))
    }

    /// For the next connection.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Reads both files anew. One that cannot be used changes nothing.
    func reload() throws(CertificateFault) {
        let renewed = try Self.read(files)
        current.withLock { $0 = renewed }
    }

    private static func read(_ files: ServerConfiguration.TLS) throws(CertificateFault) -> NIOSSLContext {
        guard let chain = try? NIOSSLCertificate.fromPEMFile(files.certificateFile), !chain.isEmpty else {
            throw CertificateFault(files.certificateFile, "it holds no certificate in PEM")
        }
        guard let key = try? NIOSSLPrivateKey(file: files.keyFile, format: .pem) else {
            throw CertificateFault(files.keyFile, "it holds no private key in PEM")
        }
        do {
            return try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
        } catch {
            throw CertificateFault(files.keyFile, "it is not the key of \(files.certificateFile) (\(error))")
        }
    }
}
