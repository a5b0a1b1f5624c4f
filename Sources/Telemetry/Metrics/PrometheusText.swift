/// Builds Prometheus' text format, version 0.0.4.
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    /// Starts a family: its `# HELP` and `# TYPE` lines.
    mutating func family(_ metric: MetricNames) {
        append("# HELP \(metric.rawValue) \(metric.help)\n# TYPE \(metric.rawValue) \(metric.type)\n")
    }

    /// One sample of a counter or gauge.
    mutating func sample(_ metric: MetricNames, _ labels: KeyValuePairs<StaticString, String>, _ value: UInt64) {
        sample(metric.rawValue, labels, String(value))
    }

    /// One sample of a counter in dollars.
    mutating func sample(
        _ metric: MetricNames, _ labels: KeyValuePairs<StaticString, String>, picodollars: UInt64
    ) {
        sample(metric.rawValue, labels, String(Double(picodollars) / 1e12))
    }

    /// One sample of a gauge in seconds.
    mutating func sample(
        _ metric: MetricNames, _ labels: KeyValuePairs<StaticString, String> = [:], seconds: Double
    ) {
        sample(metric.rawValue, labels, String(seconds))
    }

    /// One histogram: cumulative buckets, sum in seconds, count.
    mutating func histogram(
        _ metric: MetricNames, _ labels: [(StaticString, String)], _ buckets: LatencyBuckets,
        counts: ArraySlice<UInt64>, sumNanoseconds: UInt64
    ) {
        var running: UInt64 = 0
        for (count, bound) in zip(counts, buckets.bounds + ["+Inf"]) {
            running += count
            sample(metric.rawValue + "_bucket", labels + [("le", bound)], String(running))
        }
        sample(metric.rawValue + "_sum", labels, String(Double(sumNanoseconds) / 1e9))
        sample(metric.rawValue + "_count", labels, String(running))
    }

    private mutating func sample(_ name: String, _ labels: KeyValuePairs<StaticString, String>, _ value: String) {
        sample(name, labels.map { ($0.key, $0.value) }, value)
    }

    private mutating func sample(_ name: String, _ labels: [(StaticString, String)], _ value: String) {
        append(name)
        if !labels.isEmpty {
            for (index, label) in labels.enumerated() {
                append(index == 0 ? "{" : ",")
                append("\(label.0)=\"")
                appendEscaped(label.1)
                append("\"")
            }
            append("}")
        }
        append(" ")
        append(value)
        append("\n")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func appendEscaped(_ value: String) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
    }
}
