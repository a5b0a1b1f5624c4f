public import Balancer
import Gateway

extension Telemetry {
    /// The answer to `GET /metrics`: Prometheus' text format, to be sent as `text/plain; version=0.0.4`.
    ///
    /// - Parameters:
    ///   - loops: A snapshot of every event loop, each taken on its own loop.
    ///   - pool: The pool as it is now.
    ///   - metrics: The facts of the balancer and the prober so far.
    public func prometheus(loops: [LoopSnapshot], pool: PoolSnapshot, metrics: PoolMetrics) -> [UInt8] {
        var text = PrometheusText()
        requestMetrics(loops, into: &text)
        Self.poolMetrics(pool, into: &text)
        metrics.publish(into: &text)
        unknownRoutes.publish(into: &text)
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
        text.family(.timeToFirstToken)
        for row in merged.rows {
            let counts = row.cells[Column.firstToken..<Column.firstToken + LatencyBuckets.count]
            guard counts.contains(where: { $0 > 0 }) else { continue }
            text.histogram(
                .timeToFirstToken, model: row.model, instance: row.instance, counts: counts,
                sumNanoseconds: row.cells[Column.firstTokenNanoseconds])
        }
        text.family(.duration)
        for row in merged.rows {
            text.histogram(
                .duration, model: row.model, instance: row.instance,
                counts: row.cells[Column.duration..<Column.duration + LatencyBuckets.count],
                sumNanoseconds: row.cells[Column.durationNanoseconds])
        }
        text.family(.cost)
        for row in merged.rows where row.cells[Column.cost] > 0 {
            text.sample(
                .cost, ["model": row.model, "instance": row.instance], picodollars: row.cells[Column.cost])
        }
        let byModel = Self.byModel(merged.rows)
        text.family(.tokens)
        for (model, cells) in byModel {
            text.sample(.tokens, ["model": model, "kind": "prompt"], cells[Column.promptTokens])
            text.sample(.tokens, ["model": model, "kind": "completion"], cells[Column.completionTokens])
        }
        let counters: [(MetricNames, Int)] = [
            (.retries, Column.retries), (.fallbacks, Column.fallbacks), (.cloudCalls, Column.cloudCalls),
            (.fenceRefusals, Column.fenceRefusals), (.mendedCalls, Column.mendedCalls),
        ]
        for (metric, column) in counters {
            text.family(metric)
            for (model, cells) in byModel { text.sample(metric, ["model": model], cells[column]) }
        }
        text.family(.comparedCost)
        for (model, cells) in byModel where cells[Column.comparedCost] > 0 {
            text.sample(.comparedCost, ["model": model], picodollars: cells[Column.comparedCost])
        }
        text.family(.logDropped)
        text.sample(.logDropped, [:], sink.dropped)
    }

    /// The sums of each model's rows, which follow each other.
    private static func byModel(_ rows: [MergedCounters.Row]) -> [(model: String, cells: [UInt64])] {
        var sums: [(model: String, cells: [UInt64])] = []
        for row in rows {
            guard sums.last?.model == row.model else {
                sums.append((row.model, row.cells))
                continue
            }
            for (column, value) in row.cells.enumerated() { sums[sums.count - 1].cells[column] &+= value }
        }
        return sums
    }

    private static func poolMetrics(_ pool: PoolSnapshot, into text: inout PrometheusText) {
        text.family(.inFlight)
        for instance in pool.instances {
            text.sample(.inFlight, ["instance": instance.instance], UInt64(max(0, instance.inFlight)))
        }
        text.family(.waiting)
        text.sample(.waiting, [:], UInt64(max(0, pool.waiting)))
        text.family(.instanceUp)
        for instance in pool.instances {
            text.sample(.instanceUp, ["instance": instance.instance], instance.state == "down" ? 0 : 1)
        }
        var open: Set<String> = []
        var abandoned: UInt64 = 0
        for deployment in pool.deployments {
            if deployment.breaker != "closed" { open.insert(deployment.instance) }
            abandoned += UInt64(max(0, deployment.abandoned))
        }
        text.family(.breakerOpen)
        for instance in pool.instances {
            text.sample(.breakerOpen, ["instance": instance.instance], open.contains(instance.instance) ? 1 : 0)
        }
        text.family(.readyDeployments)
        for model in pool.models {
            text.sample(.readyDeployments, ["model": model.modelName], UInt64(max(0, model.ready)))
        }
        text.family(.abandoned)
        text.sample(.abandoned, [:], abandoned)
        text.family(.uptime)
        text.sample(.uptime, seconds: pool.uptimeSeconds)
    }
}
