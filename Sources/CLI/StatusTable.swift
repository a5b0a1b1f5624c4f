import Balancer

/// The pool as people read it: one row per deployment, grouped by instance, then the models and what to look at.
///
/// A value that makes text of a snapshot; where it is shown is for others to decide.
struct StatusTable {
    /// The exit status of `drover status`.
    enum Verdict: Int32 {
        /// Every model has all its instances ready.
        case allReady = 0
        /// Some instance is not.
        case someNotReady = 1
        /// Some model has no instance that may be picked.
        case modelWithoutInstance = 2
    }

    let snapshot: PoolSnapshot

    /// A deployment counts as ready while it is full of work; one not probed yet may be picked, but is not known to be.
    var verdict: Verdict {
        var verdict = Verdict.allReady
        for model in snapshot.models {
            let states = snapshot.deployments.filter { $0.modelName == model.modelName }.map(\.state)
            if states.allSatisfy({ Self.isReady($0) }) { continue }
            if !states.contains(where: { Self.isReady($0) || $0 == "unknown" }) { return .modelWithoutInstance }
            verdict = .someNotReady
        }
        return verdict
    }

    /// The lines, without line ends. `width` is for a screen that must not wrap: where the table is wider, reasons
    /// stand on lines of their own, and what is longer still is cut.
    func lines(coloured: Bool, width: Int? = nil) -> [String] {
        var lines = [[Self.plain(summary)], []]
        lines += rows(width: width)
        if !snapshot.models.isEmpty { lines.append([]) }
        lines += snapshot.models.map { [modelCell($0)] }
        lines += snapshot.warnings.map { [Cell("warning: \($0)", .yellow)] }
        return lines.map { Self.render($0, coloured: coloured, width: width) }
    }

    // MARK: - What is said

    private var summary: String {
        "drover \(snapshot.version), up \(Self.time(snapshot.uptimeSeconds)): "
            + "\(snapshot.inFlight) in flight, \(snapshot.waiting) waiting"
    }

    private static let names = ["INSTANCE", "MODEL", "TAG", "STATE"]
    private static let figures = ["IN FLIGHT", "LOADED", "TTFT ms", "TOK/S"]
    /// The learned times of loads and of reading prompts; shown where there are any.
    private static let learned = ["LOAD s", "READ/S"]
    private static let counts = ["REQUESTS", "FAILED"]
    private static let leftAligned: Set = ["INSTANCE", "MODEL", "TAG", "STATE", "LOADED", "REASON"]

    private var hasLearned: Bool { snapshot.deployments.contains { $0.learned != nil } }

    private var header: [String] {
        Self.names + Self.figures + (hasLearned ? Self.learned : []) + Self.counts + ["REASON"]
    }

    private func rows(width: Int?) -> [[Cell]] {
        var table = [header.map { Cell($0, .bold) }]
        for instance in snapshot.instances {
            let deployments = snapshot.deployments.filter { $0.instance == instance.instance }
            for (position, deployment) in deployments.enumerated() {
                table.append(row(deployment, of: instance, isFirst: position == 0))
            }
            if deployments.isEmpty { table.append(row(withoutDeployment: instance)) }
        }
        let lines = aligned(table)
        let widest = lines.map { $0.reduce(0) { $0 + $1.text.count } }.max() ?? 0
        return widest <= width ?? .max ? lines : lines.flatMap(folded)
    }

    /// A row without its reason, and the reason below it.
    private func folded(_ row: [Cell]) -> [[Cell]] {
        guard let reason = row.last, !reason.text.isEmpty, reason.text != header.last else { return [row.dropLast()] }
        return [row.dropLast(), [Self.plain("    " + reason.text)]]
    }

    private func row(_ deployment: PoolSnapshot.Deployment, of instance: PoolSnapshot.Instance, isFirst: Bool) -> [Cell]
    {
        let busy = deployment.slots.map { "\(deployment.inFlight)/\($0)" } ?? "\(deployment.inFlight)"
        var cells = [
            Self.plain(isFirst ? instance.instance : ""),
            Self.plain(deployment.modelName),
            Self.plain(Self.tag(deployment.model)),
            Cell(deployment.state, Self.colour(of: deployment.state)),
            Self.plain(busy),
            Self.plain(Self.memory(deployment)),
            Self.plain(deployment.timeToFirstTokenMilliseconds.map { "\(Int($0.rounded()))" } ?? "-"),
            Self.plain(deployment.tokensPerSecond.map(Self.oneDecimal) ?? "-"),
        ]
        if hasLearned {
            cells.append(Self.plain(deployment.learned?.loadSeconds.map(Self.oneDecimal) ?? "-"))
            cells.append(
                Self.plain(deployment.learned?.prefillTokensPerSecond.map { "\(Int($0.rounded()))" } ?? "-"))
        }
        return cells + [
            Self.plain("\(deployment.requests)"),
            Self.plain("\(deployment.failures)"),
            Self.plain(deployment.reason ?? (deployment.state == "ready" ? "" : instance.reason ?? "")),
        ]
    }

    private func row(withoutDeployment instance: PoolSnapshot.Instance) -> [Cell] {
        var cells = header.map { _ in Self.plain("-") }
        cells[0] = Self.plain(instance.instance)
        cells[3] = Cell(instance.state, Self.colour(of: instance.state))
        cells[4] = Self.plain("\(instance.inFlight)")
        cells[cells.count - 1] = Self.plain(instance.reason ?? "")
        return cells
    }

    private func modelCell(_ model: PoolSnapshot.Model) -> Cell {
        let text = "\(model.modelName): \(model.ready) of \(model.total) ready, \(model.strategy)"
        if model.ready == 0 { return Cell(text, .red) }
        return model.ready < model.total ? Cell(text, .yellow) : Self.plain(text)
    }

    // MARK: - How it is laid out

    private struct Cell {
        var text: String
        var colour: TerminalColour?

        init(_ text: String, _ colour: TerminalColour?) {
            self.text = text.forTerminal
            self.colour = colour
        }
    }

    private static func plain(_ text: String) -> Cell { Cell(text, nil) }

    /// Pads every column but the last to its widest cell, two blanks between.
    private func aligned(_ table: [[Cell]]) -> [[Cell]] {
        let header = header
        let widths = header.indices.map { column in table.map { $0[column].text.count }.max() ?? 0 }
        return table.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.text.count)
                let isLast = column == header.count - 1
                let isLeft = Self.leftAligned.contains(header[column])
                let text = !isLeft ? padding + cell.text : isLast ? cell.text : cell.text + padding
                return Cell(isLast ? text : text + "  ", cell.colour)
            }
        }
    }

    private static func render(_ cells: [Cell], coloured: Bool, width: Int?) -> String {
        var line = ""
        var left = width ?? .max
        for cell in cells {
            let text = String(cell.text.prefix(left))
            left -= text.count
            line += coloured ? cell.colour?.paint(text) ?? text : text
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// Whether it is in memory, by what was learned where something is, and how much of it on the GPU if not all.
    private static func memory(_ deployment: PoolSnapshot.Deployment) -> String {
        guard let learned = deployment.learned else { return deployment.resident.map { $0 ? "yes" : "no" } ?? "-" }
        switch learned.memory {
        case "resident": return learned.gpuShare < 1 ? "\(Int((learned.gpuShare * 100).rounded())) % GPU" : "yes"
        case "loading": return "loading"
        default: return "no"
        }
    }

    private static func isReady(_ state: String) -> Bool { state == "ready" || state == "full" }

    private static func colour(of state: String) -> TerminalColour {
        switch state {
        case "ready": .green
        case "down": .red
        default: .yellow
        }
    }

    /// The name that the instance knows: `llama3.1:8b` of `ollama/llama3.1:8b`.
    private static func tag(_ model: String) -> String {
        for prefix in ["ollama/", "ollama_chat/"] where model.hasPrefix(prefix) {
            return String(model.dropFirst(prefix.count))
        }
        return model
    }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    static func time(_ seconds: Double) -> String {
        let whole = Int(seconds)
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        case ..<86_400: return "\(whole / 3600) h \(whole / 60 % 60) min"
        default: return "\(whole / 86_400) d \(whole / 3600 % 24) h"
        }
    }
}
