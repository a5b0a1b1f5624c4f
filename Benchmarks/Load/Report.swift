/// What a run found.
struct Report: Sendable {
    /// What was measured: `delay`, `latency` or `cancel`; with `_ms` the name of its figures.
    let measured: String
    let p50: Double
    let p99: Double
    let max: Double
    /// Other figures, by name, in order.
    var figures: [(name: String, value: Double)]
    /// Processes watched: CPU in shares of a core, and memory.
    var processes: [(name: String, cpu: Double, rssMegabytes: Double)] = []
    /// The machine's idle share while it was measured; nil if it was not looked at.
    var idle: Double?

    init(measured: String, _ histogram: Histogram, figures: [(name: String, value: Double)]) {
        self.measured = measured
        p50 = histogram.percentile(50)
        p99 = histogram.percentile(99)
        max = histogram.greatest
        self.figures = figures
    }

    /// Below a tenth of idle time, waits are for a core.
    var isSaturated: Bool { idle.map { $0 < 0.1 } ?? false }

    func isBeyond(_ limit: Double?) -> Bool {
        guard let limit, !isSaturated else { return false }
        return p99 > limit
    }

    func text(limitMilliseconds limit: Double?) -> String {
        var lines = figures.map { "\($0.name.replacing("_", with: " "))  \(Self.short($0.value))" }
        lines.append("\(measured)  p50 \(Self.short(p50)) ms  p99 \(Self.short(p99)) ms  max \(Self.short(max)) ms")
        for process in processes {
            lines.append(
                "\(process.name)  \(Self.short(process.cpu * 100)) % of a core  \(Self.short(process.rssMegabytes)) MB")
        }
        if let idle { lines.append("machine idle  \(Self.short(idle * 100)) %") }
        if isSaturated {
            lines.append("saturated")
        } else if let limit {
            lines.append(p99 > limit ? "p99 is over \(Self.short(limit)) ms" : "p99 is within \(Self.short(limit)) ms")
        }
        return lines.joined(separator: "\n")
    }

    var json: String {
        var fields = figures.map { #""\#($0.name)":\#(Self.number($0.value))"# }
        let spans = #"{"p50":\#(Self.number(p50)),"p99":\#(Self.number(p99)),"max":\#(Self.number(max))}"#
        fields.append(#""\#(measured)_ms":\#(spans)"#)
        let rows = processes.map {
            #""\#($0.name)":{"cpu":\#(Self.number($0.cpu)),"rss_mb":\#(Self.number($0.rssMegabytes))}"#
        }
        fields.append(#""processes":{\#(rows.joined(separator: ","))}"#)
        if let idle {
            fields.append(#""idle":\#(Self.number(idle)),"saturated":\#(isSaturated)"#)
        }
        return "{" + fields.joined(separator: ",") + "}"
    }

    /// Whole numbers without a point, so that counts read as counts.
    private static func number(_ value: Double) -> String {
        let rounded = (value * 1_000).rounded() / 1_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }

    private static func short(_ value: Double) -> String {
        number((value * 100).rounded() / 100)
    }
}
