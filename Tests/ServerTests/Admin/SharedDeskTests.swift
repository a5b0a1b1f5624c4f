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

    @Test func `what another gateway has made is built on and shown at once`() async throws {
        let rig = AdminRig(isShared: true)
        let stamps = Stamps(at: AdminRig.start, by: "other")
        try await rig.store.publish([.putTeam(Team(id: "t", stamps: stamps))], audit: [])
        let key = try await rig.key(#"{"team_id": "t"}"#)
        #expect(rig.ledger.rows.key(KeyHash(of: key))?.teamID == "t")
        try await rig.store.publish([.putUser(User(id: "u", stamps: stamps))], audit: [])
        #expect(try await rig.ask("GET", "/user/info?user_id=u")["user_id"].string == "u")
        #expect(await rig.fault("GET", "/user/info?user_id=v")?.error.status == 404)
    }

    @Test func `whoever makes a key is answered once other gateways have heard of it`() async throws {
        let rig = AdminRig(isShared: true)
        let key = try await rig.key()
        #expect(rig.rests.all == [.milliseconds(300)])
        try await rig.ask("POST", "/key/update", "{\"key\": \"\(key)\", \"max_budget\": 1}")
        #expect(rig.rests.all.count == 1)
        try await rig.ask("POST", "/key/regenerate", "{\"key\": \"\(key)\"}")
        #expect(rig.rests.all.count == 2)
        let alone = AdminRig()
        _ = try await alone.key()
        #expect(alone.rests.all.isEmpty)
    }
}
