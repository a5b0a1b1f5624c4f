public import Balancer

extension Telemetry {
    /// The answer to `GET /metrics`: Prometheus' text format, to be sent as `text/plain; version=0.0.4`.
    ///
    /// - Parameters:
    ///   - loops: A snapshot of every event loop, each taken on its own loop.
    ///   - pool: The pool as it is now.
    ///   - metrics: What the balancer and the prober have said so far.
    public func prometheus(loops: [LoopSnapshot], pool: PoolSnapshot, metrics: PoolMetrics) -> [UInt8] {
        var text = PrometheusText()
        requestMetrics(loops, into: &text)
        Self.poolMetrics(pool, into: &text)
        metrics.publish(into: &text)
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
        // The rows are sorted by model, so those of one model follow each other.
        let byModel = merged.rows.reduce(into: [(model: String, retries: UInt64, prompt: UInt64, completion: UInt64)]())
        {
            sums, row in
            if sums.last?.model != row.model { sums.append((row.model, 0, 0, 0)) }
            sums[sums.count - 1].retries &+= row.cells[Column.retries]
            sums[sums.count - 1].prompt &+= row.cells[Column.promptTokens]
            sums[sums.count - 1].completion &+= row.cells[Column.completionTokens]
        }
        text.family(.tokens)
        for sum in byModel {
            text.sample(.tokens, ["model": sum.model, "kind": "prompt"], sum.prompt)
            text.sample(.tokens, ["model": sum.model, "kind": "completion"], sum.completion)
        }
        text.family(.retries)
        for sum in byModel { text.sample(.retries, ["model": sum.model], sum.retries) }
        text.family(.logDropped)
        text.sample(.logDropped, [:], sink.dropped)
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
