import Balancer
import Dialects
import Testing

@testable import Server

@Suite struct KeptResponsesTests {
    private func response(_ id: String, bytes: Int = 100) -> KeptResponse {
        KeptResponse(id: id, object: Array(repeating: 0x20, count: bytes - id.utf8.count), items: [])
    }

    private func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    @Test func `each owner has its own, and what is forgotten is gone`() {
        let kept = KeptResponses()
        kept.keep(response("a"), of: 1, .header, at: at(0))
        #expect(kept.find("a", of: 1, at: at(1))?.confinement == .header)
        #expect(kept.find("a", of: 2, at: at(1)) == nil && kept.find("b", of: 1, at: at(1)) == nil)
        #expect(!kept.remove("a", of: 2, at: at(1)))
        #expect(kept.remove("a", of: 1, at: at(1)) && !kept.remove("a", of: 1, at: at(1)))
        #expect(kept.find("a", of: 1, at: at(1)) == nil && kept.bytes == 0)
    }

    @Test func `the oldest go where there are too many, in number or in bytes`() {
        let few = KeptResponses(KeptResponses.Limits(count: 2, bytes: 10_000))
        for id in ["a", "b", "c"] { few.keep(response(id), of: 1, [], at: at(0)) }
        #expect(["a", "b", "c"].map { few.find($0, of: 1, at: at(0)) != nil } == [false, true, true])
        let small = KeptResponses(KeptResponses.Limits(count: 100, bytes: 450))
        for id in ["a", "b", "c", "d", "e"] { small.keep(response(id), of: 1, [], at: at(0)) }
        #expect(small.find("a", of: 1, at: at(0)) == nil && small.find("b", of: 1, at: at(0)) != nil)
        #expect(small.bytes == 400)
        small.keep(response("f", bytes: 200), of: 1, [], at: at(0))
        #expect(small.find("f", of: 1, at: at(0)) == nil && small.bytes == 400, "too large to be kept at all")
    }

    @Test func `one that is kept again counts once, and as the newest`() {
        let kept = KeptResponses(KeptResponses.Limits(count: 2, bytes: 10_000))
        for id in ["a", "b", "a", "c"] { kept.keep(response(id), of: 1, [], at: at(0)) }
        #expect(["a", "b", "c"].map { kept.find($0, of: 1, at: at(0)) != nil } == [true, false, true])
        #expect(kept.bytes == 200)
    }

    @Test func `those that are forgotten leave nothing behind, and the others in their order`() {
        let kept = KeptResponses(KeptResponses.Limits(count: 2, bytes: 10_000))
        kept.keep(response("a"), of: 1, [], at: at(0))
        for _ in 0..<1000 {
            kept.keep(response("b"), of: 1, [], at: at(0))
            #expect(kept.remove("b", of: 1, at: at(0)))
        }
        #expect(kept.places <= 66 && kept.bytes == 100)
        for id in ["c", "d"] { kept.keep(response(id), of: 1, [], at: at(0)) }
        #expect(["a", "c", "d"].map { kept.find($0, of: 1, at: at(0)) != nil } == [false, true, true])
    }

    @Test func `none is there when its time is over, and its room is given back with the next`() {
        let kept = KeptResponses(KeptResponses.Limits(age: .seconds(10)))
        kept.keep(response("a"), of: 1, [], at: at(0))
        #expect(kept.find("a", of: 1, at: at(9)) != nil)
        #expect(kept.find("a", of: 1, at: at(10)) == nil && !kept.remove("a", of: 1, at: at(10)))
        kept.keep(response("b"), of: 1, [], at: at(11))
        #expect(kept.bytes == 100)
    }
}
