import Ledger
import Testing

@testable import SignIn

@Suite struct KeySetTests {
    @Test(arguments: 0..<4)
    func `the vectors of RFC 7515 and 8037 hold, and no bit of them may be another`(number: Int) throws {
        guard case .list(let vectors) = Tokens.rfc.tree else { preconditionFailure("the fixture is no list") }
        let vector = vectors[number]
        let library = try #require(CryptoLibrary.loaded)
        let set = try #require(KeySet(Tokens.json(vector["key"] ?? .null), library: library))
        let text = Array(try #require(vector["token"]?.word).utf8)
        try text.withUnsafeBytes { raw in
            let token = try CompactToken(raw)
            let key = try #require(set.keys(id: nil, for: token.algorithm).first)
            #expect(token.algorithm.rawValue == vector["alg"]?.word)
            let signed = UnsafeRawBufferPointer(rebasing: raw[..<token.signedCount])
            #expect(key.publicKey.verifies(token.signature, over: signed, token.algorithm))
            for place in [0, token.signature.count / 2, token.signature.count - 1] {
                var other = token.signature
                other[place] ^= 1
                #expect(!key.publicKey.verifies(other, over: signed, token.algorithm))
            }
            #expect(!key.publicKey.verifies(token.signature + [0], over: signed, token.algorithm))
            #expect(!key.publicKey.verifies(Array(token.signature.dropLast()), over: signed, token.algorithm))
            let shorter = UnsafeRawBufferPointer(rebasing: signed.dropLast())
            #expect(!key.publicKey.verifies(token.signature, over: shorter, token.algorithm))
        }
    }

    @Test func `only keys that may check signatures, and are strong enough, are taken`() throws {
        let library = try #require(CryptoLibrary.loaded)
        let set = try #require(KeySet(Tokens.keys, library: library))
        #expect(set.keys.map(\.id) == ["rsa", "p256", "p384", "p521", "ed"])
        #expect(set.passedOver == 7)
    }

    @Test func `a token without an id is signed by the only key of its kind, or by none`() throws {
        let library = try #require(CryptoLibrary.loaded)
        let one = try #require(KeySet(Tokens.keys, library: library))
        #expect(one.keys(id: nil, for: .rs256).map(\.id) == ["rsa"])
        guard case .list(let keys)? = Tokens.all.tree["jwks"]?["keys"], case .list(let others) = Tokens.rfc.tree else {
            preconditionFailure("the fixtures have other forms")
        }
        let two = try #require(KeySet(Tokens.json(.list(keys + [others[0]["key"] ?? .null])), library: library))
        #expect(two.keys(id: nil, for: .rs256).isEmpty && two.keys(id: nil, for: .edDSA).count == 1)
    }

    @Test func `whole numbers are as short as DER wants them`() {
        #expect(DER.integer([0, 0, 0x7F]) == [2, 1, 0x7F])
        #expect(DER.integer([0x80]) == [2, 2, 0, 0x80])
        #expect(DER.integer([0, 0]) == [2, 1, 0])
        #expect(DER.sequence([UInt8](repeating: 7, count: 300)).prefix(4) == [0x30, 0x82, 1, 44])
    }
}
