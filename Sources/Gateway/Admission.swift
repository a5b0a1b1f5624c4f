import Dialects

/// Who may call: a request's key against the master key, where one is set.
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

    /// Checks one credential as it stood in its header, with or without `Bearer ` or `Basic `.
    ///
    /// Takes the same time wherever the first difference is.
    public func admits(_ credential: UnsafeRawBufferPointer?) -> GatewayError? {
        guard let masterKey else { return nil }
        guard let credential, !credential.isEmpty else {
            return .invalidKey(message: "no API key passed in; send it as `Authorization: Bearer KEY`")
        }
        let key = Self.withoutScheme(credential)
        // The length is no secret: only the content is compared in constant time.
        var difference: UInt8 = key.count == masterKey.count ? 0 : 1
        for index in 0..<min(key.count, masterKey.count) { difference |= key[index] ^ masterKey[index] }
        return difference == 0 ? nil : .invalidKey(message: "this API key is not valid here")
    }

    /// The same for text.
    public func admits(_ credential: String?) -> GatewayError? {
        guard var credential else { return admits(UnsafeRawBufferPointer?.none) }
        return credential.withUTF8 { admits(UnsafeRawBufferPointer($0)) }
    }

    /// Tells clients apart by their credential, for fair queues: a hash that lives as long as this process; 0 without one.
    public func flow(of credential: UnsafeRawBufferPointer?) -> UInt64 {
        guard let credential, !credential.isEmpty else { return 0 }
        var hash = ByteHash(seed: seed)
        hash.add(Self.withoutScheme(credential))
        return hash.value
    }

    /// The same for text.
    public func flow(of credential: String?) -> UInt64 {
        guard var credential else { return 0 }
        return credential.withUTF8 { flow(of: UnsafeRawBufferPointer($0)) }
    }

    private static func withoutScheme(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        for scheme: StaticString in ["bearer ", "basic "] {
            let length = scheme.utf8CodeUnitCount
            guard text.count > length, text[length - 1] == 0x20 else { continue }
            if (0..<(length - 1)).allSatisfy({ text[$0] | 0x20 == scheme.utf8Start[$0] }) {
                return UnsafeRawBufferPointer(rebasing: text[length...])
            }
        }
        return text
    }
}
