import Ledger

/// A key in clear, for the one answer that shows it.
struct KeySecret {
    let text: String

    /// The beginning of every key.
    static let prefix = "sk-"

    /// The fewest letters of a key that a user chooses, `sk-` included.
    static let leastOfUsers = 16

    /// A new key: `sk-` and 16 bytes of the system's generator in URL-safe base64, 22 letters.
    init(random: inout some RandomNumberGenerator) {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var bits: UInt128 = UInt128(random.next() as UInt64) << 64 | UInt128(random.next() as UInt64)
        var text = Self.prefix
        // Six bits a letter from the top; the last one carries two.
        for _ in 0..<22 {
            text.append(letters[Int(bits >> 122)])
            bits <<= 6
        }
        self.text = text
    }

    /// A new key by the system's chance.
    init() {
        var random = SystemRandomNumberGenerator()
        self.init(random: &random)
    }

    /// A key of the caller's own; nil for one that cannot be told from other credentials, or sent in a header.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), text.utf8.count > Self.prefix.utf8.count, text.utf8.count <= 512,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.text = text
    }

    /// All that is kept of it.
    var hash: KeyHash { KeyHash(of: text) }

    /// `sk-...` and its last four letters.
    var name: String { "\(Self.prefix)...\(text.suffix(4))" }

    /// What is shown of a text that was given for a key and is none.
    static func masked(_ text: String) -> String {
        text.count > 12 ? "\(text.prefix(4))****\(text.suffix(4))" : "****"
    }
}

extension KeyHash {
    /// Hashes a key.
    init(of key: String) {
        var key = key
        self = key.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
    }

    /// What a management request calls a key by: the key itself, or its hash.
    init(naming text: String) {
        self = KeyHash(hex: text) ?? KeyHash(of: text)
    }
}
