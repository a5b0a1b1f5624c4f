/// A public key as a JSON Web Key describes it, in the form that libraries read: a SubjectPublicKeyInfo (RFC 5280, 3279, 5480, 8410).
struct KeyDescription: Equatable {
    let family: KeyFamily
    let encoded: [UInt8]

    /// RSA keys of 2,048 bits and more (RFC 7518, 3.3), and none that takes long to check with.
    private static let rsaBits = 2_048...8_192

    /// Nil for another kind of key, and for one that is not whole.
    init?(_ key: ClaimTree) {
        switch (key["kty"], key["crv"]) {
        case (.text("RSA"), _):
            guard let modulus = Self.number(key["n"]), let exponent = Self.number(key["e"]),
                Self.rsaBits.contains(modulus.count * 8 - modulus[0].leadingZeroBitCount),
                // Odd and above one; a long one would make every check slow.
                exponent.count <= 4, exponent[exponent.count - 1] & 1 == 1, exponent != [1]
            else { return nil }
            self.init(
                .rsa, DER.name(Self.rsaName) + DER.null,
                DER.sequence(DER.integer(modulus) + DER.integer(exponent)))
        case (.text("EC"), .text("P-256")): self.init(.p256, Self.p256Name, point: key)
        case (.text("EC"), .text("P-384")): self.init(.p384, Self.p384Name, point: key)
        case (.text("EC"), .text("P-521")): self.init(.p521, Self.p521Name, point: key)
        case (.text("OKP"), .text("Ed25519")):
            guard let bytes = Self.bytes(key["x"]), bytes.count == 32 else { return nil }
            self.init(.ed25519, DER.name(Self.ed25519Name), bytes)
        default: return nil
        }
    }

    private init(_ family: KeyFamily, _ algorithm: [UInt8], _ key: [UInt8]) {
        self.family = family
        encoded = DER.sequence(DER.sequence(algorithm) + DER.bits(key))
    }

    private init?(_ family: KeyFamily, _ curve: [UInt8], point key: ClaimTree) {
        guard let x = Self.bytes(key["x"]), let y = Self.bytes(key["y"]), x.count == family.coordinateBytes,
            y.count == family.coordinateBytes
        else { return nil }
        self.init(family, DER.name(Self.ecName) + DER.name(curve), [0x04] + x + y)
    }

    private static func bytes(_ value: ClaimTree?) -> [UInt8]? {
        guard case .text(let text)? = value else { return nil }
        return Base64URL.decode(text.utf8)
    }

    /// Without leading zeros, and more than nothing.
    private static func number(_ value: ClaimTree?) -> [UInt8]? {
        guard let digits = bytes(value)?.drop(while: { $0 == 0 }), !digits.isEmpty else { return nil }
        return Array(digits)
    }

    // rsaEncryption 1.2.840.113549.1.1.1, id-ecPublicKey 1.2.840.10045.2.1, prime256v1 1.2.840.10045.3.1.7,
    // secp384r1 1.3.132.0.34, secp521r1 1.3.132.0.35, id-Ed25519 1.3.101.112
    private static let rsaName: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
    private static let ecName: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    private static let p256Name: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    private static let p384Name: [UInt8] = [0x2B, 0x81, 0x04, 0x00, 0x22]
    private static let p521Name: [UInt8] = [0x2B, 0x81, 0x04, 0x00, 0x23]
    private static let ed25519Name: [UInt8] = [0x2B, 0x65, 0x70]
}
