#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a Linux system keeps the certificates that it trusts.
///
/// Looked at before use: an image without them may still have the empty directory, and then nothing fails until the
/// first handshake, which only says that the certificate is not trusted.
struct SystemTrustStore {
    let files: [String]
    let directories: [String]

    /// Where swift-nio-ssl looks (LinuxCABundle.swift).
    static let system = SystemTrustStore(
        files: ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"],
        directories: ["/etc/ssl/certs"])

    static let missing =
        "this system has no trusted certificates to check https with; install the package ca-certificates, "
        + "or set ca_bundle"

    /// There is something to trust; always so where the system checks certificates itself.
    var isPresent: Bool {
        #if canImport(Darwin)
            return true
        #else
            return files.contains(where: Self.hasContent) || directories.contains(where: Self.hasEntries)
        #endif
    }

    private static func hasContent(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_size > 0 && access(path, R_OK) == 0
    }

    private static func hasEntries(_ path: String) -> Bool {
        guard let directory = opendir(path) else { return false }
        defer { closedir(directory) }
        var count = 0
        // The first two are the directory and its parent.
        while count <= 2, readdir(directory) != nil { count += 1 }
        return count > 2
    }
}
