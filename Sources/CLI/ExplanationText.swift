import Balancer
import Ledger

/// A decision as people read it: what was chosen, what else there was, and how right the prediction was.
struct ExplanationText {
    let report: DecisionReport

    /// The lines, without line ends.
    var lines: [String] {
        var lines = [report.callID]
        for (number, attempt) in report.attempts.enumerated() {
            lines.append("")
            lines += text(attempt, number: number + 1)
        }
        if let cost = report.cost {
            lines += [
                "",
                "cost $\(Self.money(cost))"
                    + (report.failedAttemptsCost.map { $0 > 0 ? ", failed attempts $\(Self.money($0))" : "" } ?? ""),
            ]
        }
        // Clients choose the name of a call and of a model.
        return lines.map(\.forTerminal)
    }

    /// In full, however small.
    private static func money(_ dollars: Double) -> String { Money("\(dollars)").map { "\($0)" } ?? "\(dollars)" }

    private func text(_ attempt: DecisionReport.Attempt, number: Int) -> [String] {
        var lines = [
            "attempt \(number), \(attempt.at): \(attempt.model) on \(attempt.instance) by \(attempt.strategy)"
                + Self.way(attempt)
        ]
        var told = "  prompt about \(attempt.promptTokens) tokens"
        if let expected = attempt.expectedTokens { told += ", answer expected \(expected)" }
        lines.append(told)
        lines += Self.aligned(rows(attempt)).map { "  " + $0 }
        lines.append("  " + Self.outcome(attempt))
        return lines
    }

    private func rows(_ attempt: DecisionReport.Attempt) -> [[String]] {
        let hasTerms = attempt.candidates.contains { $0.terms != nil }
        var rows = [["", "INSTANCE", "IN FLIGHT", hasTerms ? "TOTAL s" : "KEY"]]
        if hasTerms { rows[0] += ["WAIT", "LOAD", "EVICTION", "PREFILL", "HARM", "OVERWRITE"] }
        for candidate in attempt.candidates {
            var row = [
                candidate.instance == attempt.instance ? ">" : "", candidate.instance, "\(candidate.inFlight)",
                candidate.total.map(Self.number) ?? candidate.out.map { "out: \($0)" } ?? "-",
            ]
            if let terms = candidate.terms {
                row += [terms.wait, terms.load, terms.eviction, terms.prefill, terms.harm, terms.overwrite].map(
                    Self.number)
            }
            rows.append(row)
        }
        return rows
    }

    private static func way(_ attempt: DecisionReport.Attempt) -> String {
        switch attempt.way {
        case "queue": ", after \(number(attempt.waitedSeconds)) s in the queue"
        case "retry": ", a retry"
        case "trial": ", as a trial"
        default: ""
        }
    }

    private static func outcome(_ attempt: DecisionReport.Attempt) -> String {
        var text = attempt.outcome
        if let actual = attempt.actual?.firstToken { text += ", first token after \(number(actual)) s" }
        if let predicted = attempt.predicted?.firstToken { text += " (predicted \(number(predicted)) s" }
        if let error = attempt.firstTokenError { text += ", off by \(Int((error * 100).rounded())) %" }
        if attempt.predicted != nil { text += ")" }
        if let actual = attempt.actual?.duration { text += ", done after \(number(actual)) s" }
        if let predicted = attempt.predicted?.duration { text += " (predicted \(number(predicted)) s)" }
        return text
    }

    /// Two blanks between columns; numbers to the right.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.compactMap { $0.count > column ? $0[column].count : nil }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += (column < 2 ? cell + padding : padding + cell) + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private static func number(_ seconds: Double) -> String {
        let thousandths = Int((seconds * 1000).rounded())
        let rest = abs(thousandths % 1000)
        return "\(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000)."
            + String(repeating: "0", count: rest < 10 ? 2 : rest < 100 ? 1 : 0) + "\(rest)"
    }
}
