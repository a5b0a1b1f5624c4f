/// The two hash functions of AWS's signatures, handed in so that the dialects need no cryptographic library.
public protocol KeyedHash: Sendable {
    /// The 32 bytes of SHA-256.
    static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8]
    /// The 32 bytes of HMAC with SHA-256.
    static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8]
}
