public import Balancer
import Gateway

extension Telemetry {
    /// The answer to `GET /metrics`: Prometheus' text format, to be sent as `text/plain; version=0.0.4`.
    ///
    /// - Parameters:
    ///   - loops: A snapshot of every event loop, each taken on its own loop.
    ///   - pool: The pool as it is now.
    ///   - metrics: The facts of the balancer and the prober so far.
    ///   - connections: Client connections open now.
    ///   - heldBytes: Bodies and answers that they hold.
    public func prometheus(
        loops: [LoopSnapshot], pool: PoolSnapshot, metrics: PoolMetrics, connections: Int, heldBytes: Int
    ) -> [UInt8] {
        var text = PrometheusText()
        requestMetrics(loops, into: &text)
        pool.publish(into: &text)
        metrics.publish(into: &text)
        unknownRoutes.publish(into: &text)
        text.family(.clientConnections)
        text.sample(.clientConnections, [:], UInt64(max(0, connections)))
        text.family(.heldBytes)
        text.sample(.heldBytes, [:], UInt64(max(0, heldBytes)))
        limits.publish(into: &text)
        exportMetrics(into: &text)
        return text.bytes
    }

    private func requestMetrics(_ loops: [LoopSnapshot], into text: inout PrometheusText) {
        typealias Column = LoopCounters.Column
        let names = names
        let merged = MergedCounters(loops, names: names)

        text.family(.requests)
        for row in merged.rows {
            for outcome in RequestOutcome.allCases where row.cells[Int(outcome.rawValue)] > 0 {
                let labels: KeyValuePairs<StaticString, String> = [
                    "model": row.model, "instance": row.instance, "outcome": outcome.label,
                ]
                text.sample(.requests, labels, row.cells[Column.outcomes + Int(outcome.rawValue)])
            }
        }
        text.family(.requestErrors)
        for (label, count) in zip(names.errors, merged.errors) where count > 0 {
            text.sample(.requestErrors, ["error": label], count)
        }
        for histogram in Self.histograms { publish(histogram, of: merged.rows, into: &text) }
        text.family(.cost)
        for row in merged.rows where row.cells[Column.cost] > 0 {
            text.sample(
                .cost, ["model": row.model, "instance": row.instance], picodollars: row.cells[Column.cost])
        }
        let byModel = Self.byModel(merged.rows)
        publish(Self.queue, of: byModel, into: &text)
        text.family(.tokens)
        for row in byModel {
            text.sample(.tokens, ["model": row.model, "kind": "prompt"], row.cells[Column.promptTokens])
            text.sample(.tokens, ["model": row.model, "kind": "completion"], row.cells[Column.completionTokens])
        }
        text.family(.retries)
        for row in byModel { text.sample(.retries, ["model": row.model], row.cells[Column.retries]) }
        text.family(.hedges)
        for row in byModel {
            for event in RequestHedge.allCases {
                text.sample(
                    .hedges, ["model": row.model, "event": event.label], row.cells[Column.hedges + event.rawValue])
            }
        }
        let counters: [(MetricNames, Int)] = [
            (.fallbacks, Column.fallbacks), (.cloudCalls, Column.cloudCalls),
            (.fenceRefusals, Column.fenceRefusals), (.mendedCalls, Column.mendedCalls),
        ]
        for (metric, column) in counters {
            text.family(metric)
            for row in byModel { text.sample(metric, ["model": row.model], row.cells[column]) }
        }
        for (metric, column) in [
            (MetricNames.failedAttemptsCost, Column.failedAttemptsCost), (.comparedCost, Column.comparedCost),
        ] {
            text.family(metric)
            for row in byModel where row.cells[column] > 0 {
                text.sample(metric, ["model": row.model], picodollars: row.cells[column])
            }
        }
    }

    private func exportMetrics(into text: inout PrometheusText) {
        let rows = exportCounts?.rows ?? []
        text.family(.exported)
        for row in rows {
            for result in ExportCounts.Result.allCases {
                text.sample(
                    .exported, ["exporter": row.exporter, "result": result.label], row.results[result.rawValue])
            }
        }
        text.family(.exportQueue)
        for row in rows { text.sample(.exportQueue, ["exporter": row.exporter], UInt64(max(0, row.queued))) }
        text.family(.logDropped)
        text.sample(.logDropped, [:], sink.dropped)
    }

    // MARK: - Histograms

    /// One family of times, and where its numbers lie in a row.
    private struct Histogram {
        var metric: MetricNames
        var buckets: LatencyBuckets
        var column: Int
        var sum: Int
    }

    private static let histograms = [
        Histogram(
            metric: .timeToFirstToken, buckets: .request, column: LoopCounters.Column.firstToken,
            sum: LoopCounters.Column.firstTokenNanoseconds),
        Histogram(
            metric: .timePerToken, buckets: .token, column: LoopCounters.Column.token,
            sum: LoopCounters.Column.tokenNanoseconds),
        Histogram(
            metric: .duration, buckets: .request, column: LoopCounters.Column.duration,
            sum: LoopCounters.Column.durationNanoseconds),
        Histogram(
            metric: .load, buckets: .load, column: LoopCounters.Column.load,
            sum: LoopCounters.Column.loadNanoseconds),
    ]
    private static let queue = Histogram(
        metric: .queueWait, buckets: .queue, column: LoopCounters.Column.queue,
        sum: LoopCounters.Column.queueNanoseconds)

    /// A row in which nothing was measured is left out.
    private func publish(_ histogram: Histogram, of rows: [MergedCounters.Row], into text: inout PrometheusText) {
        text.family(histogram.metric)
        for row in rows {
            let counts = row.cells[histogram.column..<histogram.column + histogram.buckets.count]
            guard counts.contains(where: { $0 > 0 }) else { continue }
            let labels: [(StaticString, String)] = [("model", row.model)]
            text.histogram(
                histogram.metric,
                histogram.metric.labels.count > 1 ? labels + [("instance", row.instance)] : labels,
                histogram.buckets, counts: counts, sumNanoseconds: row.cells[histogram.sum])
        }
    }

    /// The sums of each model's rows, which follow each other; their instance is of no meaning.
    private static func byModel(_ rows: [MergedCounters.Row]) -> [MergedCounters.Row] {
        var sums: [MergedCounters.Row] = []
        for row in rows {
            guard sums.last?.model == row.model else {
                sums.append(row)
                continue
            }
            for (column, value) in row.cells.enumerated() { sums[sums.count - 1].cells[column] &+= value }
        }
        return sums
    }
}
