import Balancer
import Dialects
import Ledger
import Testing

@testable import Gateway

@Suite struct AdmissionTests {
    @Test(arguments: [nil, "", "Bearer anything", "nonsense"] as [String?])
    func `without a master key everyone is let in`(credential: String?) {
        #expect(throws: Never.self) { try Admission(masterKey: nil, seed: 1).admit(credential) }
    }

    @Test(arguments: [
        "Bearer sk-secret", "bearer sk-secret", "Basic sk-secret", "sk-secret", "Bearer  sk-secret",
        "Bearer \t sk-secret",
    ])
    func `the master key is accepted in every form it is sent in`(credential: String) {
        #expect(throws: Never.self) { try Admission(masterKey: "sk-secret", seed: 1).admit(credential) }
    }

    @Test(
        arguments: [nil, "", "Bearer", "Bearer ", "Bearer sk-secre", "Bearer sk-secret2", "Bearer sk-Secret"]
            as [String?])
    func `anything else is refused, and the message does not hold the key`(credential: String?) throws {
        let error = try #require(throws: GatewayError.self) {
            try Admission(masterKey: "sk-secret", seed: 1).admit(credential)
        }
        #expect(error.status == 401)
        #expect(error.code == "invalid_api_key")
        #expect(!error.message.contains("sk-"))
    }

    @Test func `tells clients apart by their credential, whatever scheme stands before it`() throws {
        let admission = Admission(masterKey: nil, seed: 1)
        #expect(try admission.admit(String?.none).flow == 0)
        #expect(try admission.admit("").flow == 0)
        let one = try admission.admit("Bearer sk-one").flow
        #expect(one != 0)
        #expect(try one == admission.admit("sk-one").flow)
        #expect(try one != admission.admit("Bearer sk-two").flow)
        #expect(try one != Admission(masterKey: nil, seed: 2).admit("Bearer sk-one").flow)
    }

    @Test func `the master key confines nothing`() throws {
        #expect(try Admission(masterKey: "sk-secret", seed: 1).admit("sk-secret").confinement.isEmpty)
    }

    @Test func `of a refused caller nothing is known but what tells it from others`() throws {
        let admission = Admission(masterKey: "sk-secret", seed: 1)
        let (other, another) = (admission.judge("Bearer sk-other"), admission.judge("Basic sk-another"))
        #expect(other.refusal?.kind == .invalidKey && other.isUnknown)
        #expect(
            other.caller.flow != another.caller.flow && other.caller.pass == nil && other.caller.confinement.isEmpty)
        #expect(other.caller == admission.judge("sk-other").caller)
        let none = admission.judge(String?.none)
        #expect(none.caller == Caller() && none.refusal?.kind == .invalidKey && !none.isUnknown)
        let master = admission.judge("Bearer sk-secret")
        #expect(master.refusal == nil && !master.isUnknown)
    }

    @Test func `a key that is blocked or whose time is over is nobody's guess`() throws {
        let now = WallTime(microseconds: 1_795_367_506_000_000)
        let ledger = SpendLedger(LedgerState(origin: 1, at: now))
        let admission = Admission(masterKey: "sk-secret", seed: 1, keys: Admission.Keys(ledger) { now })
        for (name, change) in [
            ("sk-good", { _ in }), ("sk-blocked", { $0.isBlocked = true }), ("sk-old", { $0.expires = now }),
        ] as [(String, (inout VirtualKey) -> Void)] {
            var text = name
            let hash = text.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
            var key = VirtualKey(hash: hash, name: name, stamps: Stamps(at: now, by: "t"))
            change(&key)
            try ledger.apply(.putKey(key), at: now)
        }
        #expect(admission.judge("sk-good").refusal == nil && !admission.judge("sk-good").isUnknown)
        for name in ["sk-blocked", "sk-old"] {
            #expect(admission.judge(name).refusal?.kind == .invalidKey && !admission.judge(name).isUnknown, "\(name)")
        }
        for name in ["sk-never", "never", "sk-goo"] {
            #expect(admission.judge(name).refusal?.kind == .invalidKey && admission.judge(name).isUnknown, "\(name)")
        }
    }

    @Test func `a ticket opens what its session's key opens at that moment`() throws {
        struct Desk: TicketDesk {
            let tickets: [KeyHash: Ticket]
            func ticket(_ hash: KeyHash) -> Ticket? { tickets[hash] }
        }
        func hash(_ name: String) -> KeyHash {
            var name = name
            return name.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
        }
        let now = WallTime(microseconds: 1_795_367_506_000_000)
        let ledger = SpendLedger(LedgerState(origin: 1, at: now))
        func put(isBlocked: Bool) throws {
            var key = VirtualKey(hash: hash("sk-a"), name: "sk-a", stamps: Stamps(at: now, by: "t"))
            key.isBlocked = isBlocked
            key.localOnly = true
            try ledger.apply(.putKey(key), at: now)
        }
        try put(isBlocked: false)
        let plain = Admission(masterKey: "sk-secret", seed: 1, keys: Admission.Keys(ledger) { now })
        let admission = plain.taking(
            ticketsOf: Desk(tickets: [
                hash("ui-master"): Ticket(holder: .master, flow: 5),
                hash("ui-a"): Ticket(holder: .key(hash("sk-a")), flow: 6),
                hash("ui-gone"): Ticket(holder: .key(hash("sk-gone")), flow: 7),
            ]))
        let master = admission.judge("Bearer ui-master")
        #expect(master.refusal == nil && master.caller.pass == nil && master.caller.flow == 5)
        let own = admission.judge("ui-a")
        #expect(own.refusal == nil && own.caller.flow == 6)
        #expect(own.caller.pass?.facts === admission.judge("sk-a").caller.pass?.facts)
        #expect(own.caller.confinement == admission.judge("sk-a").caller.confinement)
        for name in ["ui-gone", "ui-none", "ui-", "ui-A"] {
            let verdict = admission.judge(name)
            #expect(verdict.refusal?.kind == .invalidKey && verdict.caller.pass == nil, "\(name)")
            #expect(!verdict.isUnknown, "nobody guesses 256 bits, and a page that is left open is no guess: \(name)")
        }
        #expect(plain.judge("ui-master").isUnknown, "without a desk there are no tickets")
        try put(isBlocked: true)
        #expect(admission.judge("ui-a").refusal?.kind == .invalidKey)
        // A master key that looks like a ticket is the master key.
        #expect(
            Admission(masterKey: "ui-x", seed: 1).taking(ticketsOf: Desk(tickets: [:])).judge("ui-x").refusal == nil)
    }

    @Test func `of a connection's keys each opens what it opens alone, whichever came before`() throws {
        let now = WallTime(microseconds: 1_795_367_506_000_000)
        let ledger = SpendLedger(LedgerState(origin: 1, at: now))
        let admission = Admission(masterKey: "sk-secret", seed: 1, keys: Admission.Keys(ledger) { now })
        func put(_ name: String, _ change: (inout VirtualKey) -> Void = { _ in }) throws {
            var text = name
            let hash = text.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
            var key = VirtualKey(hash: hash, name: name, stamps: Stamps(at: now, by: "t"))
            change(&key)
            try ledger.apply(.putKey(key), at: now)
        }
        let long = "sk-" + String(repeating: "x", count: 300)
        for name in ["sk-a", "sk-b", "sk-ab", long] { try put(name) }
        var presented = PresentedKey()
        func judge(_ name: String?) -> Admission.Verdict {
            guard var name else { return admission.judge(nil, after: &presented) }
            return name.withUTF8 { admission.judge(UnsafeRawBufferPointer($0), after: &presented) }
        }
        var random = RandomSource(seed: 5)
        let names = ["sk-a", "sk-b", "sk-ab", long, "sk-none", "none", "sk-secret", "Bearer sk-a", "sk-", nil]
        for _ in 0..<500 {
            let name = names[random.below(names.count)]
            let (after, alone) = (judge(name), admission.judge(name))
            #expect(after.caller.pass?.facts.key.hash == alone.caller.pass?.facts.key.hash, "\(name ?? "none")")
            #expect(after.refusal?.kind == alone.refusal?.kind && after.isUnknown == alone.isUnknown)
        }
        // What is changed holds for the next request, though the key is known.
        #expect(judge("sk-a").refusal == nil)
        try put("sk-a") { $0.isBlocked = true }
        #expect(judge("sk-a").refusal != nil)
    }
}

extension Admission {
    /// The same for text, as it stood in a header.
    fileprivate func judge(_ credential: String?) -> Verdict {
        guard var credential else { return judge(UnsafeRawBufferPointer?.none) }
        return credential.withUTF8 { judge(UnsafeRawBufferPointer($0)) }
    }

    fileprivate func admit(_ credential: String?) throws(GatewayError) -> Caller {
        let verdict = judge(credential)
        if let refusal = verdict.refusal { throw refusal }
        return verdict.caller
    }
}
