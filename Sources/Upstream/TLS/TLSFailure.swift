import NIOSSL

/// Why a TLS handshake failed, in words for who runs the gateway.
enum TLSFailure {
    static func describe(_ error: any Error, host: String, port: Int) -> String {
        if namesAnotherHost(error) {
            return "the certificate of \(host) is not trusted (it is for another host); "
                + "correct the host name, or set ssl_verify"
        }
        let failed = "the TLS handshake with \(host):\(port) failed"
        guard case NIOSSLError.handshakeFailed(let failure) = error, let reason = reason(failure) else { return failed }
        switch reason {
        case "certificate verify failed":
            return "the certificate of \(host) is not trusted (\(reason)); set ca_bundle or ssl_verify"
        case "wrong version number", "http request":
            return "\(failed) (\(reason)); it does not seem to speak https"
        default: return "\(failed) (\(reason))"
        }
    }

    private static func namesAnotherHost(_ error: any Error) -> Bool {
        switch error {
        case let error as NIOSSLExtraError:
            error == .failedToValidateHostname || error == .serverHostnameImpossibleToMatch
        case NIOSSLError.unableToValidateCertificate: true
        default: false
        }
    }

    /// The last word of BoringSSL's `error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at …`.
    private static func reason(_ failure: BoringSSLError) -> String? {
        guard case .sslError(let stack) = failure, let first = stack.first else { return nil }
        if first == .eofDuringHandshake { return "connection closed" }
        let parts = first.description.split(separator: ":")
        guard let at = parts.firstIndex(of: "OPENSSL_internal"), at + 1 < parts.count else { return nil }
        let word = parts[at + 1].prefix { $0 != " " }
        return String(word.lowercased().map { $0 == "_" ? " " : $0 })
    }
}
