import Balancer
import Dialects
import Gateway
import Ledger
import LedgerStore
import Testing

@testable import Server

@Suite struct KeptResponsesTests {
    private func response(_ id: String, bytes: Int = 100) -> KeptResponse {
        KeptResponse(id: id, object: Array(repeating: 0x20, count: bytes - id.utf8.count), items: [])
    }

    private func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    @Test func `each owner has its own, and what is forgotten is gone`() {
        let kept = KeptResponses()
        kept.keep(response("a"), of: .user("1"), .header, at: at(0))
        #expect(kept.find("a", of: .user("1"), at: at(1))?.confinement == .header)
        #expect(kept.find("a", of: .user("2"), at: at(1)) == nil && kept.find("b", of: .user("1"), at: at(1)) == nil)
        #expect(!kept.remove("a", of: .user("2"), at: at(1)).wasHere)
        #expect(
            kept.remove("a", of: .user("1"), at: at(1)).wasHere && !kept.remove("a", of: .user("1"), at: at(1)).wasHere)
        #expect(kept.find("a", of: .user("1"), at: at(1)) == nil && kept.bytes == 0)
    }

    @Test func `the oldest go where there are too many, in number or in bytes`() {
        let few = KeptResponses(KeptResponses.Limits(count: 2, bytes: 10_000))
        for id in ["a", "b", "c"] { few.keep(response(id), of: .user("1"), [], at: at(0)) }
        #expect(["a", "b", "c"].map { few.find($0, of: .user("1"), at: at(0)) != nil } == [false, true, true])
        let small = KeptResponses(KeptResponses.Limits(count: 100, bytes: 450))
        for id in ["a", "b", "c", "d", "e"] { small.keep(response(id), of: .user("1"), [], at: at(0)) }
        #expect(small.find("a", of: .user("1"), at: at(0)) == nil && small.find("b", of: .user("1"), at: at(0)) != nil)
        #expect(small.bytes == 400)
        small.keep(response("f", bytes: 200), of: .user("1"), [], at: at(0))
        #expect(small.find("f", of: .user("1"), at: at(0)) == nil && small.bytes == 400, "too large to be kept at all")
    }

    @Test func `one that is kept again counts once, and as the newest`() {
        let kept = KeptResponses(KeptResponses.Limits(count: 2, bytes: 10_000))
        for id in ["a", "b", "a", "c"] { kept.keep(response(id), of: .user("1"), [], at: at(0)) }
        #expect(["a", "b", "c"].map { kept.find($0, of: .user("1"), at: at(0)) != nil } == [true, false, true])
        #expect(kept.bytes == 200)
    }

    @Test func `those that are forgotten leave nothing behind, and the others in their order`() {
        let kept = KeptResponses(KeptResponses.Limits(count: 2, bytes: 10_000))
        kept.keep(response("a"), of: .user("1"), [], at: at(0))
        for _ in 0..<1000 {
            kept.keep(response("b"), of: .user("1"), [], at: at(0))
            #expect(kept.remove("b", of: .user("1"), at: at(0)).wasHere)
        }
        #expect(kept.places <= 66 && kept.bytes == 100)
        for id in ["c", "d"] { kept.keep(response(id), of: .user("1"), [], at: at(0)) }
        #expect(["a", "c", "d"].map { kept.find($0, of: .user("1"), at: at(0)) != nil } == [false, true, true])
    }

    @Test func `none is there when its time is over, and its room is given back with the next`() {
        let kept = KeptResponses(KeptResponses.Limits(age: .seconds(10)))
        kept.keep(response("a"), of: .user("1"), [], at: at(0))
        #expect(kept.find("a", of: .user("1"), at: at(9)) != nil)
        #expect(
            kept.find("a", of: .user("1"), at: at(10)) == nil && !kept.remove("a", of: .user("1"), at: at(10)).wasHere)
        kept.keep(response("b"), of: .user("1"), [], at: at(11))
        #expect(kept.bytes == 100)
    }

    // MARK: Beyond the process

    /// Both clocks, so many seconds behind a start.
    private func both(_ seconds: Int64, wall: Int64? = nil) -> LedgerTime {
        LedgerTime(wall: WallTime(microseconds: (wall ?? 1_000 + seconds) * 1_000_000), ticks: seconds * 1_000_000_000)
    }

    @Test func `what is kept, kept again and forgotten is told once`() {
        let kept = KeptResponses(KeptResponses.Limits(age: .seconds(10)), in: .file)
        kept.keep(response("a"), of: .user("1"), .key, at: at(0))
        kept.keep(response("b"), of: .user("1"), [], at: at(1))
        let first = kept.changes(at: both(2))
        #expect(Set(first.answers.map(\.name.id)) == ["a", "b"] && first.forgotten.isEmpty)
        let a = first.answers.first { $0.name.id == "a" }
        #expect(a?.name.owner == "user:1" && a?.confinement == Confinement.key.rawValue)
        #expect(a?.until == WallTime(microseconds: 1_010_000_000))
        #expect(kept.changes(at: both(3)).isEmpty)
        #expect(kept.remove("a", of: .user("1"), at: at(4)).wasHere)
        // One that nobody has written down need not be forgotten.
        kept.keep(response("c"), of: .user("1"), [], at: at(4))
        #expect(kept.remove("c", of: .user("1"), at: at(4)).wasHere)
        let second = kept.changes(at: both(5))
        #expect(second.answers.isEmpty && second.forgotten.map(\.id) == ["a"])
        // Nobody asks any more, and its time is over all the same.
        #expect(kept.changes(at: both(11)).forgotten.map(\.id) == ["b"] && kept.bytes == 0)
    }

    @Test func `what there was no room for is forgotten, and nothing is told where nobody writes it down`() {
        let kept = KeptResponses(KeptResponses.Limits(count: 2, bytes: 10_000), in: .file)
        for id in ["a", "b"] { kept.keep(response(id), of: .user("1"), [], at: at(0)) }
        _ = kept.changes(at: both(0))
        for id in ["c", "d", "e"] { kept.keep(response(id), of: .user("1"), [], at: at(0)) }
        let changes = kept.changes(at: both(0))
        #expect(Set(changes.answers.map(\.name.id)) == ["d", "e"] && Set(changes.forgotten.map(\.id)) == ["a", "b"])
        let memory = KeptResponses()
        memory.keep(response("a"), of: .user("1"), [], at: at(0))
        #expect(memory.changes(at: both(0)).isEmpty)
    }

    @Test func `the next process has what was told, for its owner and for as long as is left`() throws {
        let hash = try #require(KeyHash(hex: String(repeating: "a", count: 64)))
        let before = KeptResponses(KeptResponses.Limits(age: .seconds(100)), in: .file, requiresKey: true)
        before.keep(response("a"), of: .key(hash), .header, at: at(0))
        before.keep(response("b"), of: .keyless, [], at: at(5))
        let answers = before.changes(at: both(10)).answers.sorted { $0.until < $1.until }
        // Its clock begins anew; the calendar is a minute on.
        let after = KeptResponses(KeptResponses.Limits(age: .seconds(100)), in: .file, requiresKey: true)
        after.restore(answers, at: both(0, wall: 1_070))
        #expect(after.find("a", of: .key(hash), at: at(29))?.confinement == .header)
        #expect(after.find("a", of: .key(hash), at: at(30)) == nil)
        #expect(after.find("a", of: .keyless, at: at(0)) == nil && after.find("b", of: .key(hash), at: at(0)) == nil)
        #expect(after.find("b", of: .keyless, at: at(34)) != nil)
        #expect(after.changes(at: both(1, wall: 1_071)).isEmpty, "it is written down already")
        #expect(after.remove("a", of: .key(hash), at: at(2)).wasHere)
        #expect(after.changes(at: both(3, wall: 1_073)).forgotten.map(\.id) == ["a"])
        // Whoever has no key is somebody else where the master key is not asked for.
        let open = KeptResponses(KeptResponses.Limits(age: .seconds(100)), in: .file)
        open.restore(answers, at: both(0, wall: 1_070))
        #expect(open.find("b", of: .keyless, at: at(0)) == nil && open.find("a", of: .key(hash), at: at(0)) != nil)
    }

    @Test func `what was told is older than what is there, and of it only as much as there is room for`() {
        let before = KeptResponses(in: .file)
        for id in ["a", "b", "c"] { before.keep(response(id), of: .keyless, [], at: at(Int64(id.utf8.first!))) }
        let answers = before.changes(at: both(100)).answers.sorted { $0.until < $1.until }
        let after = KeptResponses(KeptResponses.Limits(count: 3, bytes: 10_000), in: .file)
        after.keep(response("d"), of: .keyless, [], at: at(0))
        after.restore(answers, at: both(0, wall: 1_100))
        #expect(
            ["a", "b", "c", "d"].map { after.find($0, of: .keyless, at: at(0)) != nil } == [false, true, true, true])
        #expect(after.changes(at: both(0, wall: 1_100)).forgotten.map(\.id) == ["a"])
    }

    @Test func `words that were written down are forgotten where none are to be any more`() {
        let before = KeptResponses(in: .file)
        before.keep(response("a"), of: .keyless, [], at: at(0))
        let answers = before.changes(at: both(0)).answers
        let after = KeptResponses(requiresKey: true)
        after.restore(answers, at: both(0))
        #expect(after.find("a", of: .keyless, at: at(0)) == nil && after.bytes == 0)
        let changes = after.changes(at: both(0))
        #expect(changes.answers.isEmpty && changes.forgotten == answers.map(\.name))
        #expect(after.changes(at: both(1)).isEmpty)
    }

    @Test func `a clock that was set back makes nothing last longer than it may`() {
        let before = KeptResponses(KeptResponses.Limits(age: .seconds(10)), in: .file)
        before.keep(response("a"), of: .keyless, [], at: at(0))
        let answers = before.changes(at: both(0)).answers
        let after = KeptResponses(KeptResponses.Limits(age: .seconds(10)), in: .file)
        after.restore(answers, at: both(0, wall: 5))
        #expect(after.find("a", of: .keyless, at: at(9)) != nil && after.find("a", of: .keyless, at: at(10)) == nil)
    }

    // MARK: In a database

    private static let own = "resp_00000000000000a1"

    @Test func `what is written to a database is asked for there, and what is forgotten a moment ago is not`() {
        let kept = KeptResponses(in: .database(takesConfined: true))
        kept.keep(response(Self.own), of: .user("1"), .header, at: at(0))
        #expect(!kept.mayBeElsewhere(Self.own, of: .user("1")) && kept.mayBeElsewhere(Self.own, of: .user("2")))
        #expect(!kept.mayBeElsewhere("resp_68a0", of: .user("1")), "a provider's own")
        #expect(kept.changes(at: both(1)).answers.map(\.name.id) == [Self.own])
        // Not there yet, as far as is known.
        #expect(kept.find(Self.own, of: .user("1"), at: at(1)) != nil)
        kept.confirm()
        #expect(kept.find(Self.own, of: .user("1"), at: at(1)) == nil && kept.bytes == 0)
        #expect(kept.mayBeElsewhere(Self.own, of: .user("1")) && kept.changes(at: both(2)).isEmpty)
        kept.keep(response(Self.own), of: .user("1"), [], at: at(3))
        _ = kept.changes(at: both(3))
        // On its way there: it is forgotten behind that.
        #expect(kept.remove(Self.own, of: .user("1"), at: at(3)).wasHere)
        kept.confirm()
        #expect(!kept.mayBeElsewhere(Self.own, of: .user("1")))
        #expect(kept.changes(at: both(4)).forgotten.map(\.id) == [Self.own])
        kept.confirm()
        #expect(kept.mayBeElsewhere(Self.own, of: .user("1")))
    }

    @Test func `one that is forgotten stays so until the database has heard of it`() {
        let kept = KeptResponses(in: .database(takesConfined: true))
        kept.keep(response(Self.own), of: .user("1"), [], at: at(0))
        _ = kept.changes(at: both(0))
        // It may be there already: whoever forgets it asks there at once.
        #expect(
            kept.remove(Self.own, of: .user("1"), at: at(0))
                == KeptResponses.Removal(wasHere: true, mayBeElsewhere: true))
        kept.confirm()
        #expect(kept.changes(at: both(1)).forgotten.map(\.id) == [Self.own])
        // The write fails, and is made again.
        #expect(!kept.mayBeElsewhere(Self.own, of: .user("1")))
        #expect(
            kept.remove(Self.own, of: .user("1"), at: at(2))
                == KeptResponses.Removal(wasHere: false, mayBeElsewhere: false))
        kept.confirm()
        #expect(kept.mayBeElsewhere(Self.own, of: .user("1")))
    }

    @Test func `one that went to the database meanwhile is forgotten there`() {
        let kept = KeptResponses(in: .database(takesConfined: true))
        kept.keep(response(Self.own), of: .user("1"), [], at: at(0))
        #expect(!kept.mayBeElsewhere(Self.own, of: .user("1")))
        _ = kept.changes(at: both(0))
        kept.confirm()
        #expect(
            kept.remove(Self.own, of: .user("1"), at: at(0))
                == KeptResponses.Removal(wasHere: false, mayBeElsewhere: true))
        // One that was never handed out is nowhere else.
        kept.keep(response(Self.own), of: .user("2"), [], at: at(0))
        #expect(
            kept.remove(Self.own, of: .user("2"), at: at(0))
                == KeptResponses.Removal(wasHere: true, mayBeElsewhere: false))
    }

    @Test func `what memory has no room or time for stays in the database`() {
        let kept = KeptResponses(
            KeptResponses.Limits(count: 1, bytes: 10_000, age: .seconds(10)), in: .database(takesConfined: true))
        kept.keep(response(Self.own), of: .user("1"), [], at: at(0))
        #expect(kept.changes(at: both(0)).answers.count == 1)
        let other = "resp_00000000000000a2"
        kept.keep(response(other), of: .user("1"), [], at: at(1))
        #expect(kept.find(Self.own, of: .user("1"), at: at(1)) == nil && kept.mayBeElsewhere(Self.own, of: .user("1")))
        let changes = kept.changes(at: both(1))
        #expect(changes.forgotten.isEmpty && changes.answers.map(\.name.id) == [other])
        #expect(kept.changes(at: both(12)).isEmpty && kept.bytes == 0)
    }

    @Test func `one that was kept again meanwhile is not confirmed with the one before`() {
        let kept = KeptResponses(in: .database(takesConfined: true))
        kept.keep(response(Self.own), of: .user("1"), [], at: at(0))
        _ = kept.changes(at: both(0))
        kept.keep(response(Self.own, bytes: 200), of: .user("1"), [], at: at(0))
        kept.confirm()
        #expect(kept.find(Self.own, of: .user("1"), at: at(0))?.response.size == 200)
        #expect(kept.changes(at: both(1)).answers.count == 1)
    }

    @Test func `what must stay inside goes to no database outside, and is in memory`() {
        let kept = KeptResponses(in: .database(takesConfined: false))
        kept.keep(response(Self.own), of: .user("1"), .header, at: at(0))
        #expect(kept.changes(at: both(1)).isEmpty)
        kept.confirm()
        #expect(kept.find(Self.own, of: .user("1"), at: at(2)) != nil)
        #expect(!kept.mayBeElsewhere(Self.own, of: .user("1")))
        #expect(kept.remove(Self.own, of: .user("1"), at: at(2)).wasHere && kept.changes(at: both(3)).isEmpty)
    }

    @Test func `a file of an earlier process is forgotten where a database keeps them`() {
        let before = KeptResponses(in: .file)
        before.keep(response(Self.own), of: .keyless, [], at: at(0))
        let answers = before.changes(at: both(0)).answers
        let after = KeptResponses(in: .database(takesConfined: true))
        after.restore(answers, at: both(0))
        #expect(after.disowned().forgotten == answers.map(\.name) && after.disowned().isEmpty)
        #expect(after.changes(at: both(1)).isEmpty)
    }
}
