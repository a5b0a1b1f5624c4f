extension Comparison {
    /// A picture of the first seed's runs as SVG: the share of requests whose first token came within a time, and how
    /// many requests are open over time.
    public var plot: String { ComparisonPlot(self).text }
}

/// Two charts above each other with one legend.
struct ComparisonPlot {
    private static let width = 1_000
    private static let left = 64.0
    private static let chartWidth = 640.0
    private static let chartHeight = 280.0
    private static let tops = (first: 72.0, second: 436.0)
    /// Told apart also by those who do not see red from green; from the ninth on the lines are dashed.
    private static let colours = [
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#333333", "#8c564b",
    ]

    private let comparison: Comparison
    private let times: Axis
    private let counts: Axis

    init(_ comparison: Comparison) {
        self.comparison = comparison
        let all = comparison.rows.flatMap { row in
            [row.traces.timesToFirstToken.first, row.traces.timesToFirstToken.last].compactMap(\.self)
        }
        times = Axis(logarithmicFrom: max(all.min() ?? 0.1, 0.001), to: max(all.max() ?? 1, 0.01))
        counts = Axis(upTo: comparison.rows.flatMap(\.traces.open).max() ?? 1)
    }

    var text: String {
        let height = Int(Self.tops.second + Self.chartHeight) + 56
        var svg =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.width)\" height=\"\(height)\""
            + " viewBox=\"0 0 \(Self.width) \(height)\" font-family=\"Helvetica, Arial, sans-serif\""
            + " font-size=\"12\" fill=\"#222\">\n"
        svg += "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        svg += label(Self.left, 26, comparison.title, size: 15, weight: "bold")
        svg += label(Self.left, Self.tops.first - 14, "Requests whose first token came within …")
        svg += frame(Self.tops.first)
        for share in stride(from: 0.0, through: 1, by: 0.2) {
            svg += horizontal(Self.tops.first, share, Number.text(share * 100, decimals: 0) + " %")
        }
        for tick in times.ticks { svg += vertical(Self.tops.first, tick.place, tick.text + " s") }
        svg += objective
        svg += label(Self.left, Self.tops.second - 14, "Requests in the gateway or on a box")
        svg += frame(Self.tops.second)
        for tick in counts.ticks { svg += horizontal(Self.tops.second, tick.place, tick.text) }
        let seconds = comparison.rows.map(\.traces.seconds).max() ?? 0
        for share in stride(from: 0.0, through: 1, by: 0.25) {
            svg += vertical(Self.tops.second, share, Number.text(seconds * share / 60, decimals: 1) + " min")
        }
        for (index, row) in comparison.rows.enumerated() {
            svg += line(distribution(row.traces), index)
            svg += line(overTime(row.traces), index)
            svg += legend(row, index)
        }
        return svg + "</svg>\n"
    }

    // MARK: - Lines

    /// At most some hundred points: no more are seen.
    private func distribution(_ traces: Traces) -> [(x: Double, y: Double)] {
        let values = traces.timesToFirstToken
        guard !values.isEmpty else { return [] }
        let points = min(values.count, 400)
        return (0...points).map { point in
            let index = min(values.count - 1, values.count * point / points)
            let share = Double(index + 1) / Double(values.count)
            return (
                Self.left + times.place(of: values[index]) * Self.chartWidth,
                Self.tops.first + (1 - share) * Self.chartHeight
            )
        }
    }

    private func overTime(_ traces: Traces) -> [(x: Double, y: Double)] {
        traces.open.enumerated().map { index, open in
            (
                Self.left + (Double(index) + 0.5) / Double(traces.open.count) * Self.chartWidth,
                Self.tops.second + (1 - counts.place(of: open)) * Self.chartHeight
            )
        }
    }

    private func line(_ points: [(x: Double, y: Double)], _ index: Int) -> String {
        guard !points.isEmpty else { return "" }
        let path = points.map { "\(Number.text($0.x, decimals: 1)),\(Number.text($0.y, decimals: 1))" }
        return "<polyline fill=\"none\" \(stroke(index)) points=\"\(path.joined(separator: " "))\"/>\n"
    }

    private func stroke(_ index: Int) -> String {
        let colour = Self.colours[index % Self.colours.count]
        let dashes = ["", " stroke-dasharray=\"6 3\"", " stroke-dasharray=\"2 2\""]
        return "stroke=\"\(colour)\" stroke-width=\"1.8\"\(dashes[min(index / Self.colours.count, 2)])"
    }

    // MARK: - Around them

    private var objective: String {
        let place = times.place(of: comparison.objectiveSeconds)
        guard place > 0, place < 1 else { return "" }
        let x = Number.text(Self.left + place * Self.chartWidth, decimals: 1)
        return "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Self.tops.first)\" y2=\"\(Self.tops.first + Self.chartHeight)\""
            + " stroke=\"#888\" stroke-dasharray=\"4 4\"><title>the objective</title></line>\n"
            + "<text x=\"\(x)\" y=\"\(Self.tops.first - 4)\" text-anchor=\"middle\" fill=\"#888\">objective</text>\n"
    }

    private func legend(_ row: Comparison.Row, _ index: Int) -> String {
        let x = Self.left + Self.chartWidth + 24
        let y = Self.tops.first + 10 + Double(index) * 20
        let middle = Number.text(y - 4, decimals: 1)
        let p95 = row.runs.first.map { Number.text($0.timeToFirstToken.p95, decimals: 1) } ?? "-"
        return "<line x1=\"\(Int(x))\" x2=\"\(Int(x) + 24)\" y1=\"\(middle)\" y2=\"\(middle)\" \(stroke(index))/>\n"
            + label(x + 32, y, "\(row.strategy) (p95 \(p95) s)", size: 11)
    }

    private func frame(_ top: Double) -> String {
        "<rect x=\"\(Self.left)\" y=\"\(top)\" width=\"\(Self.chartWidth)\" height=\"\(Self.chartHeight)\""
            + " fill=\"#fafafa\" stroke=\"#bbb\"/>\n"
    }

    private func horizontal(_ top: Double, _ place: Double, _ text: String) -> String {
        let y = top + (1 - place) * Self.chartHeight
        let at = Number.text(y, decimals: 1)
        return "<line x1=\"\(Self.left)\" x2=\"\(Self.left + Self.chartWidth)\" y1=\"\(at)\" y2=\"\(at)\""
            + " stroke=\"#e4e4e4\"/>\n" + label(Self.left - 8, y + 4, text, anchor: "end")
    }

    private func vertical(_ top: Double, _ place: Double, _ text: String) -> String {
        let x = Self.left + place * Self.chartWidth
        let at = Number.text(x, decimals: 1)
        return "<line x1=\"\(at)\" x2=\"\(at)\" y1=\"\(top)\" y2=\"\(top + Self.chartHeight)\" stroke=\"#e4e4e4\"/>\n"
            + label(x, top + Self.chartHeight + 18, text, anchor: "middle")
    }

    private func label(
        _ x: Double, _ y: Double, _ text: String, size: Int = 12, weight: String = "normal", anchor: String = "start"
    ) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return "<text x=\"\(Number.text(x, decimals: 1))\" y=\"\(Number.text(y, decimals: 1))\" font-size=\"\(size)\""
            + " font-weight=\"\(weight)\" text-anchor=\"\(anchor)\">\(escaped)</text>\n"
    }
}

/// Places from 0 to 1 for values of many sizes.
private struct Axis {
    let ticks: [(place: Double, text: String)]
    private let low: Double
    private let high: Double
    /// Added to each value before its logarithm is taken, so that 0 has a place.
    private let shift: Double

    /// From a power of ten to a power of ten.
    init(logarithmicFrom least: Double, to most: Double) {
        low = (Self.log10(least) - 1e-9).rounded(.down)
        high = max((Self.log10(most) - 1e-9).rounded(.up), low + 1)
        shift = 0
        var ticks: [(Double, String)] = []
        for exponent in Int(low)...Int(high) {
            let value = power(10, Double(exponent))
            let text = Number.text(value, decimals: max(0, -exponent))
            ticks.append(((Double(exponent) - low) / (high - low), text))
        }
        self.ticks = ticks
    }

    /// From 0 to at least `most`.
    init(upTo most: Double) {
        low = 0
        shift = 1
        high = max((Self.log10(most + 1) * 4).rounded(.up) / 4, 1)
        var ticks: [(Double, String)] = [(0, "0")]
        var value = 1.0
        while Self.log10(value + 1) <= high {
            ticks.append((Self.log10(value + 1) / high, Number.text(value, decimals: 0)))
            value *= 10
        }
        self.ticks = ticks
    }

    func place(of value: Double) -> Double {
        min(max((Self.log10(max(value + shift, 1e-9)) - low) / (high - low), 0), 1)
    }

    private static func log10(_ value: Double) -> Double { logarithm(value) / logarithm(10) }
}
