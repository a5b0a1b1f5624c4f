import CCrypto
import Ledger

/// The keys that an identity provider publishes (RFC 7517), those of them that signatures can be checked with.
struct KeySet: Sendable {
    /// One of them.
    struct Key: Sendable {
        let id: String?
        let family: KeyFamily
        /// The one algorithm that it is for; nil: all of its kind.
        let algorithm: SignatureAlgorithm?
        /// Tells it from others, whatever their ids.
        let print: KeyHash
        let publicKey: PublicKey

        func suits(_ algorithm: SignatureAlgorithm) -> Bool {
            family == algorithm.family && (self.algorithm ?? algorithm) == algorithm
        }
    }

    /// More are not looked at.
    static let mostKeys = 256

    private(set) var keys: [Key] = []
    /// Those that cannot be used, for the log: nothing but how many.
    private(set) var passedOver = 0

    init() {}

    /// - Returns: nil for what is no set of keys.
    init?(_ text: [UInt8], library: ccr_library) {
        guard let tree = ClaimTree(text) else { return nil }
        let list: [ClaimTree]
        switch (tree["keys"], tree) {
        case (.list(let keys)?, _): list = keys
        case (nil, .list(let keys)): list = keys
        // A key alone.
        case (nil, .members) where tree["kty"] != nil: list = [tree]
        default: return nil
        }
        for entry in list.prefix(Self.mostKeys) {
            if let key = Key(entry, library: library) { keys.append(key) } else { passedOver += 1 }
        }
        passedOver += max(0, list.count - Self.mostKeys)
    }

    /// The keys that may have signed a token. One that says which key must be signed by that one; one that says none only where there is
    /// one of its kind, since to try several would let the sender choose.
    func keys(id: String?, for algorithm: SignatureAlgorithm) -> [Key] {
        let suited = keys.filter { $0.suits(algorithm) }
        if let id { return suited.filter { $0.id == id } }
        return suited.count == 1 ? suited : []
    }
}

extension KeySet.Key {
    /// Nil for one that is for something else, or that is too weak.
    init?(_ entry: ClaimTree, library: ccr_library) {
        if let use = entry["use"], use != .text("sig") { return nil }
        if case .list(let operations)? = entry["key_ops"], !operations.contains(.text("verify")) { return nil }
        guard let described = KeyDescription(entry),
            let publicKey = PublicKey(encoded: described.encoded, library: library)
        else { return nil }
        if let name = entry["alg"] {
            guard case .text(let text) = name, let algorithm = SignatureAlgorithm(rawValue: text),
                algorithm.family == described.family
            else { return nil }
            self.algorithm = algorithm
        } else {
            algorithm = nil
        }
        if case .text(let id)? = entry["kid"] { self.id = id } else { id = nil }
        family = described.family
        print = described.encoded.withUnsafeBytes { KeyHash(of: $0) }
        self.publicKey = publicKey
    }
}
