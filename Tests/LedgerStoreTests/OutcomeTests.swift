import Ledger
import LedgerStore
import Testing

@Suite struct OutcomeTests {
    let scratch = Scratch()

    @Test func `counts requests that ended alike, and every one of them once`() async throws {
        let store = try scratch.store()
        let all = LedgerEntry.many(300)
        try await store.write(LedgerBatch(1, entries: all))
        for hasFailed in [nil, true, false] {
            var filter = EntryFilter()
            filter.hasFailed = hasFailed
            let counts = try await store.outcomes(filter)
            let meant = all.filter { hasFailed == nil || $0.hasFailed == hasFailed }
            #expect(counts.reduce(0) { $0 + $1.requests } == Int64(meant.count))
            #expect(
                counts.reduce(0) { $0 + $1.completionTokens } == meant.reduce(0) { $0 + Int64($1.completionTokens) })
            for count in counts {
                let same = meant.filter {
                    Day(of: $0.start) == count.day && $0.callType == count.callType && $0.modelAsked == count.modelAsked
                        && $0.instance == count.instance && $0.status == count.status && $0.error == count.error
                }
                #expect(Int64(same.count) == count.requests)
            }
        }
    }
}
