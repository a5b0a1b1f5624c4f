import LedgerStore
import Testing

@Suite struct StoreAddressTests {
    @Test(arguments: [
        ("sqlite:book", "book"), ("sqlite:/var/lib/drover/book", "/var/lib/drover/book"),
        ("sqlite:///var/lib/book", "/var/lib/book"), ("sqlite://book", "book"), ("sqlite:a:b", "a:b"),
    ])
    func `names a SQLite file`(_ text: String, _ path: String) throws {
        #expect(try StoreAddress(text) == .sqlite(path: path))
    }

    @Test(arguments: [
        "", "book", "sqlite:", "sqlite:a\u{0}b", "mysql://localhost", ":book",
    ])
    func `says what to write where it names none`(_ text: String) {
        let fault = #expect(throws: StoreAddressFault.self) { try StoreAddress(text) }
        #expect(fault?.message.hasSuffix("write sqlite:PATH") == true)
    }
}
