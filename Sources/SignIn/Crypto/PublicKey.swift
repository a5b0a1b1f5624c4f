import CCrypto

/// A key that signatures are checked with, as libcrypto holds it.
///
/// Many threads may check with one: libcrypto counts references by atomic numbers, and each check has a context of its own.
final class PublicKey: @unchecked Sendable {
    private let library: ccr_library
    private let key: OpaquePointer

    /// - Parameter encoded: a SubjectPublicKeyInfo of RFC 5280.
    /// - Returns: nil for what libcrypto does not take for a key: a point that is not on its curve, for example.
    init?(encoded: [UInt8], library: ccr_library) {
        let key = encoded.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            return library.d2i_PUBKEY(nil, &next, bytes.count)
        }
        guard let key else {
            library.ERR_clear_error()
            return nil
        }
        (self.library, self.key) = (library, key)
    }

    deinit { library.EVP_PKEY_free(key) }

    /// Whether a signature is this key's over these bytes.
    func verifies(
        _ signature: [UInt8], over message: UnsafeRawBufferPointer, _ algorithm: SignatureAlgorithm
    ) -> Bool {
        guard let form = algorithm.libraryForm(of: signature), let context = library.EVP_MD_CTX_new() else {
            return false
        }
        defer {
            library.EVP_MD_CTX_free(context)
            // A wrong signature leaves words behind that the next caller of libcrypto on this thread would take for its own.
            library.ERR_clear_error()
        }
        var parameters: OpaquePointer?
        guard library.EVP_DigestVerifyInit(context, &parameters, hash(of: algorithm), nil, key) == 1 else {
            return false
        }
        if algorithm.isPSS {
            // The salt is as long as the hash (RFC 7518, 3.5); MGF1 takes the signature's hash by itself.
            guard library.EVP_PKEY_CTX_ctrl_str(parameters, "rsa_padding_mode", "pss") == 1,
                library.EVP_PKEY_CTX_ctrl_str(parameters, "rsa_pss_saltlen", "digest") == 1
            else { return false }
        }
        let bytes = message.bindMemory(to: UInt8.self)
        return library.EVP_DigestVerify(context, form, form.count, bytes.baseAddress, bytes.count) == 1
    }

    /// Ed25519 hashes by itself.
    private func hash(of algorithm: SignatureAlgorithm) -> OpaquePointer? {
        switch algorithm {
        case .rs256, .ps256, .es256: library.EVP_sha256()
        case .rs384, .ps384, .es384: library.EVP_sha384()
        case .rs512, .ps512, .es512: library.EVP_sha512()
        case .edDSA: nil
        }
    }
}
