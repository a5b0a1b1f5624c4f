import Gateway
import Ledger
import Testing

@testable import Server

/// Changes of the directory where several gateways have it together.
@Suite struct SharedDeskTests {
    @Test func `one of several gateways makes a change when it hears of it, and only then answers`() async throws {
        let rig = AdminRig(isShared: true)
        let key = try await rig.key(#"{"max_budget": 1}"#)
        #expect(try rig.caller(key).pass != nil)
        try await rig.ask("POST", "/key/block", #"{"key": "\#(key)"}"#)
        #expect(throws: LedgerRefusal.keyBlocked) { try rig.caller(key) }
        #expect(rig.store.changes.count == 2)
    }

    @Test func `one that does not hear of it says that it is written`() async throws {
        let rig = AdminRig(isShared: true)
        rig.store.failTelling()
        let fault = await rig.fault("POST", "/key/generate", "{}")
        #expect(fault?.error.status == 503)
        #expect(fault?.error.message.hasPrefix("the change is written, and counts here when") == true)
        #expect(rig.store.changes.count == 1)
    }
}
