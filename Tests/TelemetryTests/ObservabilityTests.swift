import Foundation
import Testing

@testable import Telemetry

/// What people read and what Prometheus and Grafana go by names the metrics as the code does.
@Suite struct ObservabilityTests {
    /// The row of `docs/OBSERVABILITY.md` that a metric has.
    static func row(_ metric: MetricNames) -> String {
        let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
        return
            "| `\(metric.rawValue)` | \(metric.type) | \(metric.unit) | \(labels.isEmpty ? "-" : labels) | \(metric.help) |"
    }

    @Test(arguments: MetricNames.allCases)
    func `every metric has its row in the documentation`(metric: MetricNames) throws {
        let text = try contents(of: "docs/OBSERVABILITY.md")
        #expect(text.contains("\n\(Self.row(metric))\n"), "\(Self.row(metric))")
    }

    @Test(arguments: [
        "docs/OBSERVABILITY.md", "docs/FALLBACKS.md", "configs/observability/drover.rules.yml",
        "configs/observability/drover.rules.test.yml", "configs/observability/drover-dashboard.json",
    ])
    func `every metric that a file names exists`(file: String) throws {
        let series = Set(MetricNames.allCases.flatMap(Self.series))
        let found = try contents(of: file).matches(of: /gateway_[a-z_]+/).map { String($0.output) }
        #expect(!found.isEmpty)
        for name in found { #expect(series.contains(name), "\(name)") }
    }

    @Test func `the dashboard shows every metric of requests and of the pool, and filters by labels that they have`()
        throws
    {
        let text = try contents(of: "configs/observability/drover-dashboard.json")
        // Shown by another: the sum of a pair's is the whole, and the parts of a build are in no chart.
        let elsewhere: Set<MetricNames> = [
            .mendedCalls, .deploymentReady, .loadedModels, .breakerOpen, .abandoned, .probeFailures, .build,
        ]
        for metric in MetricNames.allCases where !elsewhere.contains(metric) {
            #expect(text.contains(metric.rawValue), "\(metric.rawValue)")
        }
        for match in text.matches(of: /(gateway_[a-z_]+)\{([^}]*)\}/) {
            let metric = try #require(MetricNames.allCases.first { Self.series($0).contains(String(match.output.1)) })
            for label in match.output.2.matches(of: /([a-z]+)=/) {
                #expect(metric.labels.contains(String(label.output.1)), "\(match.output.0)")
            }
        }
    }

    @Test func `names go by Prometheus' rules`() {
        for metric in MetricNames.allCases {
            #expect(metric.rawValue.hasSuffix("_total") == (String(describing: metric.type) == "counter"))
            if metric.unit == "seconds" { #expect(metric.rawValue.hasSuffix("_seconds"), "\(metric.rawValue)") }
            if metric.unit == "bytes" { #expect(metric.rawValue.hasSuffix("_bytes"), "\(metric.rawValue)") }
        }
    }

    /// The names of its series.
    private static func series(_ metric: MetricNames) -> [String] {
        guard String(describing: metric.type) == "histogram" else { return [metric.rawValue] }
        return ["", "_bucket", "_sum", "_count"].map { metric.rawValue + $0 }
    }

    private func contents(of path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }
}
