import Gateway
import Ledger
import LedgerStore
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
        try await rig.store.publish([.putTeam(Team(id: "t", stamps: stamps))])
        let key = try await rig.key(#"{"team_id": "t"}"#)
        #expect(rig.ledger.rows.key(KeyHash(of: key))?.teamID == "t")
        try await rig.store.publish([.putUser(User(id: "u", stamps: stamps))])
        #expect(try await rig.ask("GET", "/user/info?user_id=u")["user_id"].string == "u")
        #expect(await rig.fault("GET", "/user/info?user_id=v")?.error.status == 404)
    }

    // Regression: only what is asked for by GET was looked for again.
    @Test func `what another gateway has made is shown by routes that are asked with a body, too`() async throws {
        let rig = AdminRig(isShared: true)
        let stamps = Stamps(at: AdminRig.start, by: "other")
        try await rig.store.publish([.putBudget(BudgetTemplate(id: "b", stamps: stamps))])
        let budgets = try await rig.ask("POST", "/budget/info", #"{"budgets": ["b", "c"]}"#)
        #expect(budgets.elements.map { $0["budget_id"].string } == ["b"])
        let key = VirtualKey(hash: KeyHash(of: "sk-other-key-0001"), name: "sk-...0001", stamps: stamps)
        try await rig.store.publish([.putKey(key)])
        let keys = try await rig.ask("POST", "/v2/key/info", #"{"keys": ["sk-other-key-0001"]}"#)
        #expect(keys["info"].elements.count == 1)
        #expect(await rig.fault("POST", "/v2/key/info", #"{"keys": ["sk-no-such-key"]}"#)?.error.status == 404)
    }

    // Regression: a model that another gateway had just made could not be changed here.
    @Test func `a model that another gateway has made can be changed and deleted at once`() async throws {
        let rig = AdminRig(isShared: true)
        let stamps = Stamps(at: AdminRig.start, by: "other")
        let model = StoredModel(id: "m", name: "x", parameters: "{}", info: "{}", stamps: stamps)
        try await rig.store.publish([.putModel(model)])
        // Nothing here would serve it, which is told once it is gone.
        _ = await rig.fault("POST", "/model/delete", #"{"id": "m"}"#)
        #expect(rig.store.changes.last == .removeModel("m") && rig.ledger.rows.model("m") == nil)
    }

    // Regression: a row is written as a whole, so of two members that were added on two gateways at the same time one was lost, and of
    // two new keys in the place of one a key was handed out that nobody knew.
    @Test func `a change that another gateway has overtaken is made anew of the rows as they are then`() async throws {
        let rig = AdminRig(isShared: true)
        let stamps = Stamps(at: AdminRig.start, by: "other")
        var team = Team(id: "t", stamps: stamps)
        try await rig.store.publish([.putTeam(team), .putUser(User(id: "a", stamps: stamps))])
        team.members = [Team.Member(userID: "a")]
        rig.store.publishMeanwhile([.putTeam(team)])
        try await rig.ask("POST", "/team/member_add", #"{"team_id": "t", "member": {"user_id": "b", "role": "user"}}"#)
        #expect(rig.ledger.rows.team("t")?.members.map(\.userID) == ["a", "b"])
        let key = try await rig.key()
        let heir = VirtualKey(hash: KeyHash(of: "sk-heir"), name: "sk-...heir", stamps: stamps)
        rig.store.publishMeanwhile([.replaceKey(KeyHash(of: key), with: heir)])
        let count = rig.store.changes.count
        #expect(await rig.fault("POST", "/key/\(key)/regenerate", "{}")?.error.status == 404)
        #expect(rig.store.changes.count == count + 1)
    }

    @Test func `whoever makes a key is answered once other gateways have heard of it`() async throws {
        let rig = AdminRig(isShared: true)
        let key = try await rig.key()
        let rest = try #require(rig.rests.all.first)
        #expect(rig.rests.all.count == 1 && rest > ShareKeeper.usualSilence)
        try await rig.ask("POST", "/key/update", "{\"key\": \"\(key)\", \"max_budget\": 1}")
        #expect(rig.rests.all.count == 1)
        try await rig.ask("POST", "/key/regenerate", "{\"key\": \"\(key)\"}")
        #expect(rig.rests.all.count == 2)
        let alone = AdminRig()
        _ = try await alone.key()
        #expect(alone.rests.all.isEmpty)
    }
}
