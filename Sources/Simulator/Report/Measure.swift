/// One column of a comparison: a figure, how it is called and how it is written.
struct Measure: Sendable {
    /// In the table.
    let header: String
    /// In JSON: a name with its unit.
    let key: String
    /// Digits behind the point in the table.
    let decimals: Int
    /// Times this in the table: 100 for per cent.
    var scale = 1.0
    /// Whether the table gives the spread over the seeds too.
    var hasSpread = false
    /// Not a number where a strategy has none; a measure that none has is left out.
    let value: @Sendable (Figures) -> Double

    static let all: [Measure] = [
        Measure(header: "TTFT s", key: "ttft_mean_seconds", decimals: 2, hasSpread: true) {
            $0.timeToFirstToken.mean
        },
        Measure(header: "p50", key: "ttft_p50_seconds", decimals: 2) { $0.timeToFirstToken.p50 },
        Measure(header: "p95", key: "ttft_p95_seconds", decimals: 2, hasSpread: true) { $0.timeToFirstToken.p95 },
        Measure(header: "p99", key: "ttft_p99_seconds", decimals: 2) { $0.timeToFirstToken.p99 },
        Measure(header: "DONE s", key: "completion_mean_seconds", decimals: 2) { $0.completion.mean },
        Measure(header: "p50", key: "completion_p50_seconds", decimals: 2) { $0.completion.p50 },
        Measure(header: "p95", key: "completion_p95_seconds", decimals: 2) { $0.completion.p95 },
        Measure(header: "p99", key: "completion_p99_seconds", decimals: 2) { $0.completion.p99 },
        Measure(header: "GOOD %", key: "goodput", decimals: 1, scale: 100) { $0.goodput },
        Measure(header: "COLD/k", key: "loads_per_thousand", decimals: 1) { $0.loadsPerThousand },
        Measure(header: "EVICT/k", key: "evictions_per_thousand", decimals: 1) { $0.evictionsPerThousand },
        Measure(header: "BUSY %", key: "utilisation", decimals: 1, scale: 100) { $0.utilisation },
        Measure(header: "MOST", key: "most_loaded_over_mean", decimals: 2) { $0.mostLoaded },
        Measure(header: "HITS %", key: "prefix_hits", decimals: 1, scale: 100) { $0.prefixHits },
        Measure(header: "JAIN", key: "jain_index_over_keys", decimals: 3) { $0.jain },
        Measure(header: "LOST", key: "lost_requests", decimals: 1) { Double($0.lost) },
        Measure(header: "INTERACTIVE p95", key: "ttft_interactive_p95_seconds", decimals: 2) {
            $0.interactiveP95 ?? .nan
        },
        Measure(header: "ERR TTFT %", key: "prediction_ttft_median_error", decimals: 1, scale: 100) {
            $0.firstTokenError ?? .nan
        },
        Measure(header: "ERR DONE %", key: "prediction_completion_median_error", decimals: 1, scale: 100) {
            $0.completionError ?? .nan
        },
    ]
}

/// Numbers as text, the same on every machine.
enum Number {
    /// With that many digits behind the point, rounded half away from zero.
    static func text(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let whole = Int(scaled)
        let unit = Int(scale)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(whole) }
        let fraction = String(whole % unit)
        return sign + "\(whole / unit)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// For JSON: six digits behind the point at most, none that say nothing.
    static func json(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        var text = text(value, decimals: 6)
        if text.contains(".") {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        return text
    }
}
