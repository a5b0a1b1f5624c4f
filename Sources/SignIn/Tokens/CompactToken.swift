/// A signed token in the compact form of RFC 7515: three parts in base64url, and what the first of them says.
struct CompactToken {
    /// No token is longer: one with hundreds of groups has 8 KiB.
    static let mostBytes = 16 << 10

    let algorithm: SignatureAlgorithm
    let keyID: String?
    /// The bytes that are signed: the first two parts as they stand.
    let signedCount: Int
    let payload: [UInt8]
    let signature: [UInt8]

    /// Whether a credential is one at first sight: three parts of which none but the last is empty. No key and no ticket is.
    static func isLike(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= 16, text[0] == UInt8(ascii: "e") else { return false }
        return text.lazy.filter { $0 == UInt8(ascii: ".") }.count == 2
    }

    init(_ text: UnsafeRawBufferPointer) throws(TokenFault) {
        guard text.count <= Self.mostBytes else { throw .malformed("the token is longer than \(Self.mostBytes) bytes") }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed("the token is not three parts in base64url") }
        guard let header = ClaimTree(head), case .members = header else {
            throw .malformed("the token's header is no JSON object")
        }
        guard case .text(let name)? = header["alg"] else { throw .malformed("the token's header names no algorithm") }
        guard let algorithm = SignatureAlgorithm(rawValue: name) else {
            let known = SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw .unusable("the token is not signed with one of \(known)")
        }
        // Nothing that a header could ask for to be understood is; what else it carries, keys and addresses of keys, is not read.
        guard header["crit"] == nil else {
            throw .unusable("the token's header has a `crit`, and no extension is known")
        }
        (self.algorithm, self.payload, self.signature) = (algorithm, payload, signature)
        if let kid = header["kid"] {
            guard case .text(let text) = kid else { throw .malformed("the token's `kid` is no text") }
            keyID = text
        } else {
            keyID = nil
        }
        signedCount = parts[0].count + 1 + parts[1].count
    }
}
