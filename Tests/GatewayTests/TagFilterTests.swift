import Testing

@testable import Gateway

@Suite struct TagFilterTests {
    private static let pool = [["free"], ["paid"], ["paid", "eu"], ["default"], []]
    private static let plain = [["free"], ["paid"], ["paid", "eu"], []]

    /// Wanted tags, whether any suffices, the deployments' tags, and who is left; nil: all.
    private static let rows: [(wanted: [String], matchesAny: Bool, pool: [[String]], admitted: [Bool]?)] = [
        (["free"], true, pool, [true, false, false, false, false]),
        (["paid"], true, pool, [false, true, true, false, false]),
        (["paid", "eu"], true, pool, [false, true, true, false, false]),
        (["paid", "eu"], false, pool, [false, false, true, false, false]),
        (["free", "eu"], false, pool, [false, false, false, true, false]),
        (["other"], true, pool, [false, false, false, true, false]),
        (["default"], true, pool, [false, false, false, true, false]),
        ([], true, pool, [false, false, false, true, false]),
        ([], false, pool, [false, false, false, true, false]),
        ([], true, plain, nil),
        ([], false, plain, nil),
        (["other"], true, plain, [false, false, false, false]),
        (["free", "eu"], false, plain, [false, false, false, false]),
        (["free", "eu"], true, plain, [true, false, true, false]),
        (["Free"], true, plain, [false, false, false, false]),
        ([], true, [], nil),
    ]

    @Test(arguments: rows.indices)
    func `tags choose as LiteLLM has them`(row: Int) {
        let (wanted, matchesAny, pool, admitted) = Self.rows[row]
        #expect(TagFilter(matchesAny: matchesAny).admitted(wanted, among: pool) == admitted)
    }
}
