import Gateway
import Ledger
import Testing

@testable import Server

/// `grace_period` of `/key/regenerate`.
@Suite struct GraceTests {
    private let rig = AdminRig()

    @Test func `the old key works until its time is over, and is the new one`() async throws {
        let old = try await rig.key(#"{"key_alias": "a", "max_budget": 1}"#)
        let made = try await rig.ask("POST", "/key/\(old)/regenerate", #"{"grace_period": "24h"}"#)
        let new = made["key"].string
        #expect(
            new != old && made["key_alias"].string == "a" && made["grace_until"].string == "2026-11-23T17:11:46.832000")
        let (before, after) = (try rig.caller(old).pass, try rig.caller(new).pass)
        #expect(before?.facts.key.hash == KeyHash(of: new) && before?.facts.key == after?.facts.key)
        // It is shown nowhere as a key of its own.
        #expect(try await rig.ask("GET", "/key/list")["total_count"].number == 1)
        #expect(await rig.fault("GET", "/key/info?key=\(old)")?.error.status == 404)
        #expect(try await rig.ask("GET", "/key/info", as: old)["key"].string == KeyHash(of: new).hex)
        rig.advance(seconds: 86_399)
        _ = try rig.caller(old)
        rig.advance(seconds: 1)
        #expect(throws: LedgerRefusal.unknownKey(KeyHash(of: old))) { try rig.caller(old) }
        _ = try rig.caller(new)
    }

    @Test func `both are one budget, and what ends the one ends the other`() async throws {
        let old = try await rig.key(#"{"max_budget": 1}"#)
        let pass = try #require(try rig.caller(old).pass)
        let new = try await rig.ask("POST", "/key/regenerate", #"{"key": "\#(old)", "grace_period": "1h"}"#)["key"]
            .string
        func spend(_ pass: KeyPass?, _ dollars: String) -> Bool {
            let money = Money(dollars) ?? .max
            let claim = Claim(pass: pass, model: "m", provider: "p", bound: money, least: money)
            guard case .granted(let reservation) = rig.ledger.reserve(claim, at: rig.now) else { return false }
            reservation.settle(Charge(money: Money(dollars) ?? .max, promptTokens: 1, completionTokens: 1), at: rig.now)
            return true
        }
        // Whoever was let in before goes on as well.
        #expect(spend(pass, "0.25"))
        #expect(spend(try rig.caller(old).pass, "0.5"))
        #expect(!spend(try rig.caller(new).pass, "0.5"))
        #expect(try await rig.ask("GET", "/key/info?key=\(new)")["info"]["spend"].number == 0.75)
        try await rig.ask("POST", "/key/block", #"{"key": "\#(new)"}"#)
        #expect(throws: LedgerRefusal.keyBlocked) { try rig.caller(old) }
        try await rig.ask("POST", "/key/delete", #"{"keys": ["\#(new)"]}"#)
        #expect(throws: LedgerRefusal.unknownKey(KeyHash(of: old))) { try rig.caller(old) }
    }

    @Test func `a chain of keys ends link by link`() async throws {
        let first = try await rig.key()
        let second = try await rig.ask("POST", "/key/\(first)/regenerate", #"{"grace_period": "2h"}"#)["key"].string
        let third = try await rig.ask("POST", "/key/\(second)/regenerate", #"{"grace_period": "1h"}"#)["key"].string
        for key in [first, second, third] { #expect(try rig.caller(key).pass?.facts.key.hash == KeyHash(of: third)) }
        rig.advance(seconds: 3_600)
        #expect(throws: LedgerRefusal.self) { try rig.caller(second) }
        _ = try rig.caller(first)
        // Without a time the key of before ends at once; what was promised to the others stands.
        let fourth = try await rig.ask("POST", "/key/\(third)/regenerate", "{}")["key"].string
        #expect(throws: LedgerRefusal.self) { try rig.caller(third) }
        #expect(try rig.caller(first).pass?.facts.key.hash == KeyHash(of: fourth))
    }

    @Test func `a key that still works is nobody else's`() async throws {
        let old = "sk-custom-value-0001"
        try await rig.ask("POST", "/key/generate", #"{"key": "\#(old)"}"#)
        let new = try await rig.ask("POST", "/key/\(old)/regenerate", #"{"grace_period": "1h"}"#)["key"].string
        let second = try await rig.ask("POST", "/key/\(new)/regenerate", #"{"grace_period": "1h"}"#)["key"].string
        let other = try await rig.key()
        for taken in [old, new] {
            #expect(await rig.fault("POST", "/key/generate", #"{"key": "\#(taken)"}"#)?.error.status == 400)
            let body = #"{"key": "\#(other)", "new_key": "\#(taken)"}"#
            #expect(await rig.fault("POST", "/key/regenerate", body)?.error.status == 400)
        }
        #expect(try rig.caller(old).pass?.facts.key.hash == KeyHash(of: second))
    }

    @Test(arguments: [("", false), ("0s", false), ("0", false), ("1s", true), ("2d", true)])
    func `nothing is no time`(grace: String, works: Bool) async throws {
        let old = try await rig.key()
        try await rig.ask("POST", "/key/\(old)/regenerate", #"{"grace_period": "\#(grace)"}"#)
        #expect(((try? rig.caller(old)) != nil) == works)
    }

    @Test(arguments: [#""soon""#, #""-1h""#, "24", #""24""#, #"["24h"]"#])
    func `a time that is none is 400, and nothing changes`(grace: String) async throws {
        let old = try await rig.key()
        let fault = await rig.fault("POST", "/key/\(old)/regenerate", #"{"grace_period": \#(grace)}"#)
        #expect(fault?.error.status == 400 && fault?.error.param == "grace_period")
        _ = try rig.caller(old)
    }

    @Test func `the operator's time counts where the request says none, and no more than sixteen keys work`()
        async throws
    {
        var rules = RowRules()
        rules.grace = BudgetPeriod("1h")
        let rig = AdminRig(rules: rules)
        let first = try await rig.key()
        var last = first
        for _ in 0..<16 { last = try await rig.ask("POST", "/key/\(last)/regenerate", "{}")["key"].string }
        _ = try rig.caller(first)
        #expect(await rig.fault("POST", "/key/\(last)/regenerate", "{}")?.error.param == "grace_period")
        let only = try await rig.ask("POST", "/key/\(last)/regenerate", #"{"grace_period": "0s"}"#)["key"].string
        // Which ends all that came before.
        for key in [first, last] { #expect(throws: LedgerRefusal.self) { try rig.caller(key) } }
        _ = try rig.caller(only)
    }
}
