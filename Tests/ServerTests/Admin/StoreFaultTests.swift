import Gateway
import Testing

@testable import Server

/// What a management route answers where the store fails.
@Suite struct StoreFaultTests {
    /// The store's own words may name a server, and quote what was written.
    @Test(arguments: [
        ("POST", "/key/generate", "nothing was changed: the ledger's store failed (full)"),
        ("GET", "/spend/logs", "the ledger's store cannot be read (full)"),
        ("GET", "/global/spend/logs", "the ledger's store cannot be read (full)"),
    ])
    func `why a store failed is for the log alone`(_ method: String, _ path: String, _ message: String) async throws {
        let rig = AdminRig()
        rig.store.fail("postgres://ann@h/db: a statement failed")
        #expect(await rig.fault(method, path, method == "POST" ? "{}" : "")?.error.message == message)
        let line = "warning: The store failed under a management route. error=postgres://ann@h/db: a statement failed"
        #expect(rig.lines.texts == ["\(line) reason=full"])
    }
}
