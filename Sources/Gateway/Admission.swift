import Dialects

/// Says who calls: a request's key against the master key, where one is set.
public struct Admission: Sendable {
    private let masterKey: [UInt8]?
    private let seed: UInt64

    /// - Parameters:
    ///   - masterKey: nil lets everyone in, with any `Authorization` or none.
    ///   - seed: of the hashes of credentials; by chance, so that none can be told from its hash.
    public init(masterKey: String?, seed: UInt64) {
        self.masterKey = masterKey.map { Array($0.utf8) }
        self.seed = seed
    }

    /// True when a key is asked for.
    public var requiresKey: Bool { masterKey != nil }

    /// The caller that one credential stands for. It is taken as it stood in its header, with or without `Bearer ` or
    /// `Basic `.
    ///
    /// Takes the same time wherever the first difference is.
    ///
    /// - Throws: `invalidKey` where the credential opens nothing here.
    public func admit(_ credential: UnsafeRawBufferPointer?) throws(GatewayError) -> Caller {
        guard let credential, !credential.isEmpty else {
            guard requiresKey else { return Caller() }
            throw .invalidKey(message: "no API key passed in; send it as `Authorization: Bearer KEY`")
        }
        let key = Self.withoutScheme(credential)
        guard isMasterKey(key) else { throw .invalidKey(message: "this API key is not valid here") }
        var hash = ByteHash(seed: seed)
        hash.add(key)
        return Caller(flow: hash.value)
    }

    /// Every key is right where none is asked for. The length is no secret: only the content is compared in constant time.
    private func isMasterKey(_ key: UnsafeRawBufferPointer) -> Bool {
        guard let masterKey else { return true }
        var difference: UInt8 = key.count == masterKey.count ? 0 : 1
        for index in 0..<min(key.count, masterKey.count) { difference |= key[index] ^ masterKey[index] }
        return difference == 0
    }

    private static func withoutScheme(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        for scheme: StaticString in ["bearer ", "basic "] {
            let length = scheme.utf8CodeUnitCount
            guard text.count > length, text[length - 1] == 0x20 else { continue }
            if (0..<(length - 1)).allSatisfy({ text[$0] | 0x20 == scheme.utf8Start[$0] }) {
                // One blank is usual, more are allowed (RFC 9110, 11.4).
                return UnsafeRawBufferPointer(rebasing: text[length...].drop { $0 == 0x20 || $0 == 0x09 })
            }
        }
        return text
    }
}
