import Testing

@testable import SignIn

@Suite struct Base64URLTests {
    @Test func `the examples of RFC 4648 are read, without their padding`() {
        let examples = ["": "", "Zg": "f", "Zm8": "fo", "Zm9v": "foo", "Zm9vYg": "foob", "Zm9vYmE": "fooba"]
        for (text, bytes) in examples { #expect(Base64URL.decode(text.utf8) == Array(bytes.utf8), "\(text)") }
        #expect(Base64URL.decode("-_-_".utf8) == [0xFB, 0xFF, 0xBF])
    }

    @Test(arguments: ["Zg==", "Z", "Zm9vY", "Zh", "Zm9=", "Zm+v", "Zm/v", "Zm 9", "Zm9\n", "Zé"])
    func `each value has one text`(text: String) { #expect(Base64URL.decode(text.utf8) == nil) }
}
