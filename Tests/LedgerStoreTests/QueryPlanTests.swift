import Ledger
import SQLite
import Testing

@testable import LedgerStore

/// No question that people ask often reads all requests: its cost does not grow with them.
@Suite struct QueryPlanTests {
    let scratch = Scratch()

    func plan(_ sql: String, _ values: [Cell]) throws -> [String] {
        _ = try scratch.sqliteStore()
        let connection = try Connection(path: scratch.book, busyMilliseconds: 0)
        return try SQLiteDatabase(connection: connection, path: scratch.book).rows("EXPLAIN QUERY PLAN " + sql, values)
        {
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

    @Test(arguments: 0..<6)
    func `rows that a filter leaves out are passed over in an index`(_ field: Int) throws {
        var filter = EntryFilter()
        switch field {
        case 0: filter.modelAsked = "m"
        case 1: filter.hasFailed = true
        case 2: filter.status = 502
        case 3: filter.error = "timeout"
        case 4: (filter.leastSpent, filter.mostSpent) = (.zero, .max)
        default: (filter.since, filter.until, filter.modelAsked) = (.at(day: 1), .at(day: 2), "m")
        }
        let condition = EntryCondition(filter)
        let count = try plan("SELECT count(*) FROM requests \(condition.text)", condition.values)
        #expect(count.count == 1 && count[0].contains("COVERING INDEX requests_by_time"), "\(count)")
        let page = try plan(
            "SELECT * FROM requests \(condition.text) ORDER BY start_at DESC, number DESC LIMIT 50", condition.values)
        #expect(page.count == 1 && page[0].contains("INDEX requests_by_time"), "\(page)")
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
                #expect(steps[0].hasPrefix("SEARCH") && steps[0].contains("day>? AND day<?"), "\(query): \(steps)")
            }
        }
    }
}
