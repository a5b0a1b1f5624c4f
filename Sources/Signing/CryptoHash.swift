import Crypto
public import Dialects

/// SHA-256 and its HMAC by swift-crypto.
public enum CryptoHash: KeyedHash {
    /// The 32 bytes of SHA-256.
    public static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return Array(hash.finalize())
    }

    /// The 32 bytes of HMAC with SHA-256.
    public static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }
}
