import Testing

@testable import SignIn

@Suite struct ClaimTreeTests {
    @Test func `a member that is named twice makes it no value, at any depth`() {
        #expect(ClaimTree(Array(#"{"a":1,"b":{"a":1}}"#.utf8)) != nil)
        #expect(ClaimTree(Array(#"{"a":1,"\u0061":2}"#.utf8)) == nil)
        #expect(ClaimTree(Array(#"{"b":[{"a":1,"a":1}]}"#.utf8)) == nil)
    }

    @Test(arguments: ["", "{", "{}x", "nul", "[1,]", "\u{FEFF}{}", "1e999"])
    func `what is no JSON is none`(text: String) { #expect(ClaimTree(Array(text.utf8)) == nil) }

    @Test func `bytes that are no UTF-8 are none`() { #expect(ClaimTree([0x22, 0xC3, 0x28, 0x22]) == nil) }

    @Test func `no value is deeper than claims are`() {
        let deepest = String(repeating: "[", count: 15) + "1" + String(repeating: "]", count: 15)
        #expect(ClaimTree(Array(deepest.utf8)) != nil)
        #expect(ClaimTree(Array("[\(deepest)]".utf8)) == nil)
    }

    @Test func `ids may be numbers, and words may stand alone`() {
        #expect(ClaimTree.number(42).word == "42" && ClaimTree.number(0.5).word == nil)
        #expect(ClaimTree.text("").word == nil && ClaimTree.flag(true).word == nil)
        #expect(ClaimTree.text("a").words == ["a"])
        #expect(ClaimTree.list([.text("a"), .null, .number(1)]).words == ["a", "1"])
    }
}
