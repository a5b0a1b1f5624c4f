import Dialects
import Testing

@Suite struct ByteHashTests {
    private func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        var hash = ByteHash(seed: seed)
        bytes.withUnsafeBytes { hash.add($0) }
        return hash.value
    }

    @Test func `each byte, each place and each length counts`() {
        var generator = Generator(seed: 7)
        for length in 0..<80 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let whole = hash(bytes)
            #expect(whole != hash(bytes + [0]))
            #expect(whole != hash(bytes, seed: 1))
            for place in bytes.indices {
                var other = bytes
                other[place] ^= 1 << UInt8(place % 8)
                #expect(hash(other) != whole)
            }
        }
    }

    @Test func `zeros are as good as any`() {
        #expect(Set((0..<200).map { hash(Array(repeating: 0, count: $0)) }).count == 200)
    }

    @Test func `parts of sixteen bytes hash as the whole`() {
        let bytes = (0..<96).map { UInt8($0) }
        var parts = ByteHash()
        for start in stride(from: 0, to: 96, by: 32) { bytes[start..<start + 32].withUnsafeBytes { parts.add($0) } }
        #expect(parts.value == hash(bytes))
    }

    @Test func `a million texts have a million hashes`() {
        var seen: Set<UInt64> = []
        for number in 0..<1_000_000 as Range<UInt64> {
            var hash = ByteHash()
            withUnsafeBytes(of: (number, number &* 3)) { hash.add($0) }
            seen.insert(hash.value)
        }
        #expect(seen.count == 1_000_000)
    }
}
