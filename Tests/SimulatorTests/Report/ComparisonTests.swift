import Testing

@testable import Simulator

@Suite struct ComparisonTests {
    private var comparison: Comparison {
        var one = Figures()
        one.requests = 90
        one.timeToFirstToken = Spread(sorted: [1, 2, 3, 4])
        one.goodput = 0.5
        var other = one
        other.timeToFirstToken = Spread(sorted: [3, 4, 5, 6])
        var traces = Traces()
        traces.timesToFirstToken = [0.02, 1, 2, 300]
        traces.open = [0, 3, 40, 2]
        traces.seconds = 600
        return Comparison(
            rows: [
                .init(strategy: "a<b>&\"c\"", runs: [one, other], traces: traces),
                .init(strategy: "plain", runs: [one, one], traces: Traces()),
            ], title: "a \"title\"", seeds: [1, 2], objectiveSeconds: 5)
    }

    @Test func `percentiles are the nearest rank`() {
        let spread = Spread(sorted: (1...100).map(Double.init))
        #expect(spread.p50 == 50)
        #expect(spread.p95 == 95)
        #expect(spread.p99 == 99)
        #expect(spread.mean == 50.5)
        #expect(Spread(sorted: [7]).p99 == 7)
        #expect(Spread(sorted: []) == Spread())
    }

    @Test func `the table has one line per strategy, columns aligned`() {
        let lines = comparison.table
        #expect(lines.count == 3)
        #expect(Set(lines.map(\.count)).count == 1)
        #expect(lines[1].contains("3.50 ±1.41"))
        #expect(lines[2].contains("2.50 ±0.00"))
    }

    @Test func `JSON gives means and deviations`() {
        #expect(comparison.json.contains("\"title\": \"a \\\"title\\\"\""))
        #expect(comparison.json.contains("\"ttft_mean_seconds\": {\"mean\": 3.5, \"deviation\": 1.414214}"))
        #expect(comparison.json.contains("\"goodput\": {\"mean\": 0.5, \"deviation\": 0}"))
    }

    @Test(arguments: [
        (0.0, 2, "0.00"), (1.005, 2, "1.01"), (-0.001, 2, "0.00"), (-2.5, 0, "-3"), (1234.5678, 1, "1234.6"),
        (0.05, 1, "0.1"), (.infinity, 1, "-"),
    ])
    func `numbers are rounded and padded`(value: Double, decimals: Int, text: String) {
        // 1.005 lies a little below 1.005.
        #expect(Number.text(value, decimals: decimals) == (value == 1.005 ? "1.00" : text))
    }

    @Test func `the picture is well-formed and shows every strategy`() throws {
        let svg = comparison.plot
        #expect(isWellFormed(svg))
        #expect(svg.contains("a&lt;b&gt;&amp;&quot;c&quot;"))
        #expect(svg.contains("plain"))
        #expect(svg.components("<polyline") == 2)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test func `an empty comparison has a picture too`() {
        let empty = Comparison(rows: [], title: "", seeds: [], objectiveSeconds: 5)
        #expect(isWellFormed(empty.plot))
        #expect(empty.table.count == 1)
    }

    /// Every tag is closed in order, every attribute quoted, no stray sign in texts.
    private func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            if rest[..<start].contains(">") { return false }
            guard let end = rest.firstIndex(of: ">") else { return false }
            let tag = rest[rest.index(after: start)..<end]
            if tag.filter({ $0 == "\"" }).count % 2 != 0 { return false }
            let name = tag.prefix { $0 != " " && $0 != "/" }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(name)
            }
            rest = rest[rest.index(after: end)...]
        }
        return open.isEmpty && rest.allSatisfy(\.isWhitespace)
    }
}

extension String {
    /// How often a piece occurs.
    fileprivate func components(_ piece: String) -> Int {
        indices.count { self[$0...].hasPrefix(piece) }
    }
}
