import Foundation
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

    @Test func `prediction errors are shown only where something was predicted`() throws {
        #expect(!comparison.table[0].contains("ERR"))
        #expect(!comparison.json.contains("prediction"))
        var mixed = comparison
        for run in 0..<2 { mixed.rows[0].runs[run].firstTokenError = 0.125 }
        #expect(mixed.table[0].hasSuffix("ERR TTFT %"))
        #expect(mixed.table[1].hasSuffix("12.5"))
        #expect(mixed.table[2].hasSuffix(" -"))
        let parts = mixed.json.components(separatedBy: "\"prediction_ttft_median_error\": {\"mean\": 0.125")
        #expect(parts.count == 2)
        #expect(!mixed.json.contains("prediction_completion"))
    }

    @Test func `errors are relative to what came, their median over the counted requests`() {
        var errors = PredictionErrors()
        errors.firstToken(0, after: .seconds(1), foreseen: 9)
        errors.firstToken(1, after: .seconds(2), foreseen: 3)
        errors.firstToken(2, after: .seconds(2), foreseen: 1.5)
        errors.firstToken(3, after: .seconds(4), foreseen: 4)
        errors.firstToken(4, after: .seconds(4), foreseen: -1)
        #expect(errors.medians(from: 1).firstToken == 0.25)
        #expect(errors.medians(from: 1).completion == nil)
    }

    @Test func `soonest foresees a warm box well`() throws {
        let pool = Pools.equal(boxes: 2)
        let workload = try Pools.synthetic(
            "poisson:rate=0.2,requests=400,prompt=fixed(500),output=fixed(20)", for: pool)
        let soonest = try Simulation.run("soonest", on: pool, workload, seed: 1).figures
        // The first token itself takes a tenth of a second after half a second of reading, which is not foreseen.
        #expect(try #require(soonest.firstTokenError) < 0.2)
        #expect(try #require(soonest.completionError) < 0.1)
        #expect(try Simulation.run("least-busy", on: pool, workload, seed: 1).figures.firstTokenError == nil)
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
