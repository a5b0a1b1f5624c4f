public import Dialects
import Hashing

/// SHA-256 and its HMAC (RFC 2104). All that AWS's signatures need: a second BoringSSL, after the one that speaks TLS, would
/// be half of the build.
public enum CryptoHash: KeyedHash {
    /// The 32 bytes of SHA-256.
    public static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// The 32 bytes of HMAC with SHA-256.
    public static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > SHA256.blockBytes ? key.withUnsafeBytes { sha256($0) } : key
        block += repeatElement(0, count: SHA256.blockBytes - block.count)
        return hash(block.map { $0 ^ 0x5C } + hash(block.map { $0 ^ 0x36 } + message))
    }

    private static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { sha256($0) }
    }
}
