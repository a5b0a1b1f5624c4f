/// The results of several strategies on the same workloads.
public struct Comparison: Sendable {
    /// One strategy's runs, one for each seed.
    public struct Row: Sendable {
        /// The strategy's name.
        public var strategy: String
        /// In the order of the seeds.
        public var runs: [Figures]
        /// Of the first seed.
        public var traces: Traces

        /// A row of these runs.
        public init(strategy: String, runs: [Figures], traces: Traces) {
            self.strategy = strategy
            self.runs = runs
            self.traces = traces
        }

        func has(_ measure: Measure) -> Bool { !runs.contains { measure.value($0).isNaN } }
    }

    /// In the order in which they are shown.
    public var rows: [Row]
    /// The pool and the workload, for people.
    public var title: String
    /// Where chance started in each run.
    public var seeds: [UInt64]
    /// A first token within this counts as good, in seconds.
    public var objectiveSeconds: Double

    /// A comparison of these rows.
    public init(rows: [Row], title: String, seeds: [UInt64], objectiveSeconds: Double) {
        self.rows = rows
        self.title = title
        self.seeds = seeds
        self.objectiveSeconds = objectiveSeconds
    }

    /// A table for people: a line of headers, then a line for each strategy. Means over the seeds, and behind `±` the
    /// standard deviation of a single seed.
    public var table: [String] {
        let measures = Measure.all.filter { measure in rows.contains { $0.has(measure) } }
        var cells = [["STRATEGY"] + measures.map(\.header)]
        for row in rows {
            cells.append(
                [row.strategy]
                    + measures.map { measure in
                        let (mean, deviation) = Self.summary(row.runs.map(measure.value))
                        let text = Number.text(mean * measure.scale, decimals: measure.decimals)
                        guard measure.hasSpread, row.runs.count > 1 else { return text }
                        return "\(text) ±\(Number.text(deviation * measure.scale, decimals: measure.decimals))"
                    })
        }
        let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }
    }

    /// All of it as JSON, keys in a fixed order: for each strategy and figure the mean over the seeds and the standard
    /// deviation.
    public var json: String {
        let strategies = rows.map { row in
            let figures = Measure.all.filter(row.has).map { measure in
                let (mean, deviation) = Self.summary(row.runs.map(measure.value))
                return
                    "      \"\(measure.key)\": {\"mean\": \(Number.json(mean)),"
                    + " \"deviation\": \(Number.json(deviation))}"
            }
            let counted = row.runs.first?.requests ?? 0
            return "    {\n      \"strategy\": \(Self.quoted(row.strategy)),\n      \"requests\": \(counted),\n"
                + figures.joined(separator: ",\n") + "\n    }"
        }
        let seeds = seeds.map(String.init).joined(separator: ", ")
        return "{\n  \"title\": \(Self.quoted(title)),\n  \"seeds\": [\(seeds)],\n"
            + "  \"objective_seconds\": \(Number.json(objectiveSeconds)),\n  \"strategies\": [\n"
            + strategies.joined(separator: ",\n") + "\n  ]\n}\n"
    }

    private static func summary(_ values: [Double]) -> (mean: Double, deviation: Double) {
        guard !values.isEmpty else { return (0, 0) }
        let mean = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else { return (mean, 0) }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(values.count - 1)).squareRoot())
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case let control where control.value < 0x20: quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
