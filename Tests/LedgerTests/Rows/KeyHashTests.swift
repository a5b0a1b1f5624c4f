import Ledger
import Testing

@Suite struct KeyHashTests {
    @Test func `is the SHA-256 of the whole key, as LiteLLM keeps it`() {
        let hash = Samples.hash("sk-1234")
        #expect(hash.hex == "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b")
        #expect(KeyHash(hex: hash.hex) == hash)
        #expect(KeyHash(hex: hash.hex.uppercased()) == hash)
    }

    @Test(arguments: ["", "88dc", String(repeating: "g", count: 64), String(repeating: "0", count: 65)])
    func `is read from 64 hexadecimal digits only`(text: String) {
        #expect(KeyHash(hex: text) == nil)
    }

    @Test func `differs where any digit does`() {
        let hash = Samples.hash("sk-1234")
        let digits = Array(hash.hex)
        for index in digits.indices {
            var other = digits
            other[index] = other[index] == "0" ? "1" : "0"
            #expect(KeyHash(hex: String(other)) != hash)
        }
    }
}
