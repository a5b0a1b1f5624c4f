import Balancer
import Gateway
import Testing

@Suite struct CallIDTests {
    private func given(_ text: String) -> CallID? { Array(text.utf8).withUnsafeBytes { CallID($0) } }

    @Test func `writes its bits as a UUID`() {
        let id = CallID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        #expect(id.description == "01234567-89ab-cdef-fedc-ba9876543210")
        #expect(id.count == 36)
    }

    @Test func `a made one is of version 4, and another each time`() {
        var random = RandomSource(seed: 1)
        var seen: Set<String> = []
        for _ in 0..<1_000 {
            let text = Array(CallID(random: &random).description)
            #expect(text[14] == "4")
            #expect("89ab".contains(text[19]))
            seen.insert(String(text))
        }
        #expect(seen.count == 1_000)
    }

    @Test(arguments: ["a", "req_01:x/y=z", String(repeating: "x", count: 64)])
    func `takes a client's own id as it is`(text: String) { #expect(given(text)?.description == text) }

    @Test(arguments: ["", "a b", "a\"b", "a\\b", "a\nb", "é", "\u{7f}", String(repeating: "x", count: 65)])
    func `refuses what would have to be escaped or is too long`(text: String) { #expect(given(text) == nil) }

    @Test func `a key is no call id, since no log shows one`() {
        #expect(given("sk-WQQ1xRqJSolQgVuq9J0d-A") == nil && given("call:sk-WQQ1xRqJSolQgVuq9J0d-A") == nil)
        #expect(given("sk-1")?.description == "sk-1")
    }

    @Test func `ids that differ in any one byte, or in length, have different hashes`() throws {
        var seen: Set<UInt64> = []
        var count = 0
        for length in 1...CallID.capacity {
            for place in 0..<length {
                for byte in "ab0".utf8 where byte != UInt8(ascii: "a") || place == 0 {
                    var text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    text[place] = byte
                    seen.insert(try #require(text.withUnsafeBytes { CallID($0) }).hashed)
                    count += 1
                }
            }
        }
        #expect(seen.count == count)
    }
}
