/// The algorithms of RFC 7518 and 8037 that a token may be signed with. `none` and those with a shared secret are none of them, so
/// that nobody can sign with a public key.
enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// The only kind of key that it goes with.
    var family: KeyFamily {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa
        case .es256: .p256
        case .es384: .p384
        case .es512: .p521
        case .edDSA: .ed25519
        }
    }

    var isPSS: Bool {
        switch self {
        case .ps256, .ps384, .ps512: true
        default: false
        }
    }

    /// The signature as libcrypto takes it; nil for one that is not as long as it has to be. A token has the two numbers of ECDSA one
    /// after the other, libcrypto wants them in DER.
    func libraryForm(of signature: [UInt8]) -> [UInt8]? {
        switch family {
        case .rsa: return signature.isEmpty ? nil : signature
        case .ed25519: return signature.count == 64 ? signature : nil
        case .p256, .p384, .p521:
            let size = family.coordinateBytes
            guard signature.count == 2 * size else { return nil }
            return DER.sequence(DER.integer(signature[..<size]) + DER.integer(signature[size...]))
        }
    }
}

/// A kind of key: what it is good for is told by nothing but itself.
enum KeyFamily: Sendable, Hashable {
    case rsa, p256, p384, p521, ed25519

    /// The length of a coordinate of its curve.
    var coordinateBytes: Int {
        switch self {
        case .rsa: 0
        case .p256, .ed25519: 32
        case .p384: 48
        case .p521: 66
        }
    }
}
