import Dialects
import Ledger
import Testing

@testable import Gateway

@Suite struct TokenAdmissionTests {
    private static let now = WallTime(microseconds: 1_795_367_506_000_000)

    /// Takes what begins with `tok`, and answers as it is told to.
    private struct Desk: TokenDesk {
        let verdict: TokenVerdict

        func takes(_ credential: UnsafeRawBufferPointer) -> Bool { credential.starts(with: "tok".utf8) }
        func judge(_ token: UnsafeRawBufferPointer, hash: KeyHash, at now: WallTime) -> TokenVerdict { verdict }
    }

    private func admission(_ verdict: TokenVerdict, _ changes: [DirectoryChange] = []) throws -> Admission {
        let ledger = SpendLedger(LedgerState(origin: 1, at: Self.now))
        for change in changes { try ledger.apply(change, at: Self.now) }
        return Admission(
            masterKey: "sk-secret", seed: 1, keys: Admission.Keys(ledger) { Self.now }, tokens: Desk(verdict: verdict))
    }

    private func judge(_ text: String, _ admission: Admission) -> Admission.Verdict {
        Array(text.utf8).withUnsafeBytes { admission.judge($0) }
    }

    private var ann: DirectoryChange { .putUser(User(id: "ann", stamps: Stamps(at: Self.now, by: "t"))) }

    private func team(_ id: String, _ change: (inout Team) -> Void = { _ in }) -> DirectoryChange {
        var team = Team(id: id, stamps: Stamps(at: Self.now, by: "t"))
        change(&team)
        return .putTeam(team)
    }

    @Test func `whoever a token names comes in, as one client whatever the token`() throws {
        let admission = try admission(.people([SignedIn(userID: "ann")]), [ann])
        let (one, other) = (judge("Bearer tok1", admission), judge("tok2", admission))
        #expect(one.refusal == nil && !one.isUnknown && one.caller.pass?.facts.key.userID == "ann")
        #expect(one.caller.flow == other.caller.flow && one.caller.flow != 0 && one.caller.others.isEmpty)
        #expect(one.caller.label.map { String(decoding: $0.bytes, as: UTF8.self) } == "jwt:ann")
        // The desk is asked about nothing else.
        for text in ["sk-tok", "ui-tok", "x"] { #expect(judge(text, admission).refusal != nil) }
        #expect(judge("sk-secret", admission).caller.pass == nil)
    }

    @Test func `a token that opens nothing says whether it is a guess`() throws {
        for isGuess in [true, false] {
            let verdict = judge("tok", try admission(.refused(.invalidKey(message: "no"), isGuess: isGuess)))
            #expect(verdict.refusal?.status == 401 && verdict.isUnknown == isGuess && verdict.caller.pass == nil)
        }
    }

    @Test func `who has no row is refused, and is no guess`() throws {
        let verdict = judge("tok", try admission(.people([SignedIn(userID: "ann")])))
        #expect(verdict.refusal?.kind == .forbidden && !verdict.isUnknown)
        #expect(verdict.refusal?.message.contains("User doesn't exist in db") == true)
    }

    @Test func `of several teams those count that are there and not blocked`() throws {
        let people = ["gone", "blocked", "one", "two"].map { SignedIn(userID: "ann", teamID: $0) }
        let rows = [ann, team("blocked") { $0.isBlocked = true }, team("one"), team("two")]
        let caller = judge("tok", try admission(.people(people), rows)).caller
        #expect(caller.pass?.facts.team?.id == "one" && caller.others.map { $0.facts.team?.id } == ["two"])
        let none = judge("tok", try admission(.people(Array(people.prefix(2))), rows))
        #expect(none.refusal?.message.contains("Team=gone") == true && none.caller.pass == nil)
    }

    @Test func `who is no user but in several teams is one owner of answers, whichever team it asks in`() throws {
        let people = ["one", "two"].map { SignedIn(userID: nil, teamID: $0) }
        let rows = [team("one") { $0.models = ["llama3"] }, team("two") { $0.models = ["gpt-4o"] }]
        let caller = judge("tok", try admission(.people(people), rows)).caller
        let routes = RouteTable(routes: [], deployments: [])
        let chosen = try ["llama3", "gpt-4o", "none"].map { try #require(routes.chosen(caller, for: $0)) }
        #expect(chosen.map { $0.pass?.facts.team?.id } == ["one", "two", "one"])
        #expect(Set(chosen.map(\.owner) + [caller.owner]).count == 1)
    }

    @Test func `the first team that may ask for a model is asked in`() throws {
        let people = ["one", "two"].map { SignedIn(userID: "ann", teamID: $0) }
        let rows = [
            ann, team("one") { $0.models = ["llama3", "both"] }, team("two") { $0.models = ["gpt-4o", "both"] },
        ]
        let caller = judge("tok", try admission(.people(people), rows)).caller
        let routes = RouteTable(routes: [], deployments: [])
        func chosen(_ model: String) -> String? { routes.chosen(caller, for: model)?.pass?.facts.team?.id }
        #expect(chosen("llama3") == "one" && chosen("gpt-4o") == "two")
        #expect(chosen("both") == "one" && chosen("none") == "one")
        #expect(routes.chosen(caller, for: "gpt-4o")?.others.isEmpty == true)
        #expect(try routes.permitted("gpt-4o", for: caller) == "gpt-4o")
        #expect(throws: LedgerRefusal.self) { try routes.permitted("none", for: caller) }
        #expect(caller.allows("gpt-4o") && !caller.allows("none"))
    }
}
