import Ledger
import SQLite
import Testing

@testable import LedgerStore

/// No question that people ask often reads all requests: its cost does not grow with them.
@Suite struct QueryPlanTests {
    let scratch = Scratch()

    func plan(_ sql: String, _ values: [Value]) throws -> [String] {
        _ = try scratch.store()
        return try Connection(path: scratch.book, busyMilliseconds: 0).rows("EXPLAIN QUERY PLAN " + sql, values) {
            $0.text(3)
        }
    }

    @Test(arguments: 0..<7)
    func `a page is read from an index, in its order`(_ field: Int) throws {
        var filter = EntryFilter()
        switch field {
        case 0: break
        case 1: filter.since = .at(day: 1)
        case 2: filter.key = KeyHash("k")
        case 3: filter.userID = "u"
        case 4: filter.teamID = "t"
        case 5: filter.customer = "c"
        default: (filter.since, filter.until, filter.key) = (.at(day: 1), .at(day: 2), KeyHash("k"))
        }
        for after in [nil, EntryPage.Place(start: .at(day: 1), number: 5)] {
            var condition = EntryCondition(filter)
            if let after { condition.add(after) }
            let steps = try plan(
                "SELECT * FROM requests \(condition.text) ORDER BY start_at DESC, number DESC LIMIT 50",
                condition.values)
            #expect(steps.count == 1 && steps[0].contains("USING INDEX requests_by_"), "\(steps)")
        }
    }

    @Test(arguments: ["request_id", "call_id"])
    func `one request is looked up`(_ column: String) throws {
        let steps = try plan("SELECT * FROM requests WHERE \(column) = ?", [.text("a")])
        #expect(steps.count == 1 && steps[0].hasPrefix("SEARCH"), "\(steps)")
    }

    @Test(arguments: [SumQuery.Owner.everyone, .key(KeyHash("k")), .user("u"), .team("t")])
    func `sums are looked up by owner and day`(_ owner: SumQuery.Owner) throws {
        for dimension in SpendDimension.allCases {
            for name in [nil, "n"] {
                let query = SumQuery(
                    by: dimension, of: owner, since: Day(number: 1), until: Day(number: 30), name: name)
                let source = SumSource(query)
                let steps = try plan("SELECT \(source.name) FROM \(source.table) \(source.condition)", source.values)
                #expect(steps[0].hasPrefix("SEARCH") && !steps[0].contains("(dimension=?)"), "\(query): \(steps)")
            }
        }
    }
}
