import Ledger

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The key that a connection's last request has shown, with its hash, so that a client's next request need not be hashed again: that
/// would be most of what a look-up costs.
///
/// It lives as long as its connection, whose own client has shown it: comparing tells nobody anything.
public struct PresentedKey: Sendable {
    private var key: [UInt8] = []
    private var hash: KeyHash?

    /// Longer ones are hashed each time: no key that is handed out is, and most tokens of identity providers are shorter.
    private static let longest = 4_096

    /// None yet.
    public init() {}

    mutating func hash(of key: UnsafeRawBufferPointer) -> KeyHash {
        if let hash, isLast(key) { return hash }
        let made = KeyHash(of: key)
        guard key.count <= Self.longest else { return made }
        self.key = Array(key)
        hash = made
        return made
    }

    private func isLast(_ key: UnsafeRawBufferPointer) -> Bool {
        guard let address = key.baseAddress, key.count == self.key.count else { return false }
        return self.key.withUnsafeBytes { memcmp($0.baseAddress.unsafelyUnwrapped, address, key.count) == 0 }
    }
}
