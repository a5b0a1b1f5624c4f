import Hashing
import Testing

@Suite struct SHA256Tests {
    /// The hash of the hashes of all lengths, from Python's `hashlib`.
    @Test func `hashes every length up to 200 as others do`() {
        var chain = SHA256()
        for length in 0...200 {
            var hash = SHA256()
            message(length).withUnsafeBytes { hash.update($0) }
            hash.finalize().withUnsafeBytes { chain.update($0) }
        }
        #expect(hex(chain.finalize()) == "64ef7c229fce2408b5336b6a542fea0e078c3a87d2da85cb3fc52e2008b65021")
    }

    @Test func `hashes a message in two pieces, cut anywhere, as in one`() {
        let bytes = message(150)
        var whole = SHA256()
        bytes.withUnsafeBytes { whole.update($0) }
        let digest = whole.finalize()
        for cut in 0...150 {
            var hash = SHA256()
            bytes[..<cut].withUnsafeBytes { hash.update($0) }
            bytes[cut...].withUnsafeBytes { hash.update($0) }
            #expect(hash.finalize() == digest, "cut at \(cut)")
        }
    }

    @Test func `says its words as its bytes`() {
        var (one, other) = (SHA256(), SHA256())
        message(77).withUnsafeBytes {
            one.update($0)
            other.update($0)
        }
        let words = one.words()
        let bytes = other.finalize()
        for index in 0..<8 {
            #expect(words[index] == bytes[(index * 4)..<(index * 4 + 4)].reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    private func message(_ length: Int) -> [UInt8] { (0..<length).map { UInt8($0 % 251) } }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
