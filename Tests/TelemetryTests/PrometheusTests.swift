import Balancer
import Gateway
import Logging
import TestSupport
import Testing

@testable import Telemetry

@Suite struct PrometheusTests {
    private let clock = ManualClock()

    private func pool() -> PoolSnapshot {
        struct Deaf: BalancerObserver { func note(_ fact: Fact) {} }
        return PoolBalancer(PoolMetricsTests.pool, time: clock.source, observer: Deaf()).snapshot()
    }

    private func metrics(_ bench: TelemetryBench) -> PoolMetrics {
        PoolMetrics(pool: PoolMetricsTests.pool, logger: bench.telemetry.logger("pool")) { _ in }
    }

    /// The samples, without `# HELP` and `# TYPE`.
    private func samples(
        _ bench: TelemetryBench, _ loops: [LoopTelemetry], _ metrics: PoolMetrics? = nil
    ) -> [String] {
        let bytes = bench.telemetry.prometheus(
            loops: loops.map { $0.snapshot() }, pool: pool(), metrics: metrics ?? self.metrics(bench), connections: 0,
            heldBytes: 0)
        bench.telemetry.sink.close()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(
            String.init)
    }

    @Test func `an idle gateway says what it can`() {
        let bench = TelemetryBench()
        let loop = bench.telemetry.makeLoopTelemetry()
        let bytes = bench.telemetry.prometheus(
            loops: [loop.snapshot()], pool: pool(), metrics: metrics(bench), connections: 3,
            heldBytes: 65_536)
        bench.telemetry.sink.close()
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                # HELP gateway_requests_total Finished requests by model, the instance that answered (empty: none) and how they ended.
                # TYPE gateway_requests_total counter
                # HELP gateway_request_errors_total Errors given to clients, by label.
                # TYPE gateway_request_errors_total counter
                # HELP gateway_time_to_first_token_seconds From the request's last byte to the answer's first token.
                # TYPE gateway_time_to_first_token_seconds histogram
                # HELP gateway_time_per_output_token_seconds The time of one token while the answer was written, one observation for each answer.
                # TYPE gateway_time_per_output_token_seconds histogram
                # HELP gateway_request_duration_seconds From the request's last byte to the answer's last byte.
                # TYPE gateway_request_duration_seconds histogram
                # HELP gateway_model_load_seconds Until the instance had the model ready, as far as it says so; short where it was in memory.
                # TYPE gateway_model_load_seconds histogram
                # HELP gateway_cost_dollars_total What requests cost, by the model asked for and the instance that answered.
                # TYPE gateway_cost_dollars_total counter
                # HELP gateway_queue_wait_seconds Waiting for a place in the pool, of every request that was meant for an instance.
                # TYPE gateway_queue_wait_seconds histogram
                # HELP gateway_tokens_total Tokens as the instances counted them.
                # TYPE gateway_tokens_total counter
                # HELP gateway_retries_total Attempts beyond the first of a request, or of each part of one that runs as several.
                # TYPE gateway_retries_total counter
                # HELP gateway_hedges_total Late attempts by what was done: another instance asked as well, which won where it was first, or moved there.
                # TYPE gateway_hedges_total counter
                # HELP gateway_fallbacks_total How often another model took over, by the model asked for.
                # TYPE gateway_fallbacks_total counter
                # HELP gateway_cloud_calls_total Requests sent to clouds, by the model asked for.
                # TYPE gateway_cloud_calls_total counter
                # HELP gateway_fence_refusals_total Ways out that were refused to requests which must stay local, by the model asked for.
                # TYPE gateway_fence_refusals_total counter
                # HELP gateway_tool_calls_repaired_total Tool calls whose arguments were no JSON and were repaired, or asked for again, by the model asked for.
                # TYPE gateway_tool_calls_repaired_total counter
                # HELP gateway_failed_attempts_cost_dollars_total The cost of attempts whose answers no client got, by the model asked for.
                # TYPE gateway_failed_attempts_cost_dollars_total counter
                # HELP gateway_compared_cost_dollars_total What the same requests would have cost at the model of drover.compare_with.
                # TYPE gateway_compared_cost_dollars_total counter
                # HELP gateway_in_flight Requests that hold the instance now, over all its models.
                # TYPE gateway_in_flight gauge
                gateway_in_flight{instance="gpu-1"} 0
                gateway_in_flight{instance="gpu-2"} 0
                # HELP gateway_instance_up 1 while the instance answers its probes and its connections, else 0.
                # TYPE gateway_instance_up gauge
                gateway_instance_up{instance="gpu-1"} 1
                gateway_instance_up{instance="gpu-2"} 1
                # HELP gateway_instance_draining 1 while an operator has taken the instance out, else 0.
                # TYPE gateway_instance_draining gauge
                gateway_instance_draining{instance="gpu-1"} 0
                gateway_instance_draining{instance="gpu-2"} 0
                # HELP gateway_breaker_open 1 while a breaker keeps at least one of the instance's deployments out, else 0.
                # TYPE gateway_breaker_open gauge
                gateway_breaker_open{instance="gpu-1"} 0
                gateway_breaker_open{instance="gpu-2"} 0
                # HELP gateway_loaded_models Models that the instance holds in memory.
                # TYPE gateway_loaded_models gauge
                gateway_loaded_models{instance="gpu-1"} 0
                gateway_loaded_models{instance="gpu-2"} 0
                # HELP gateway_loaded_vram_bytes Memory of the instance's GPUs that its loaded models take.
                # TYPE gateway_loaded_vram_bytes gauge
                gateway_loaded_vram_bytes{instance="gpu-1"} 0
                gateway_loaded_vram_bytes{instance="gpu-2"} 0
                # HELP gateway_probe_seconds How long the last probe of the instance took.
                # TYPE gateway_probe_seconds gauge
                # HELP gateway_waiting Requests waiting for a place in the pool.
                # TYPE gateway_waiting gauge
                gateway_waiting 0
                # HELP gateway_model_waiting Requests waiting for a place, by the model asked for.
                # TYPE gateway_model_waiting gauge
                gateway_model_waiting{model="llama3"} 0
                # HELP gateway_ready_deployments Deployments of the model that may be picked now.
                # TYPE gateway_ready_deployments gauge
                gateway_ready_deployments{model="llama3"} 2
                # HELP gateway_deployment_ready 1 while the instance takes requests for the model, now or once it has room, else 0.
                # TYPE gateway_deployment_ready gauge
                gateway_deployment_ready{model="llama3",instance="gpu-1"} 1
                gateway_deployment_ready{model="llama3",instance="gpu-2"} 1
                # HELP gateway_deployment_breaker The breaker of the model on the instance: 0 closed, 1 half open, 2 open.
                # TYPE gateway_deployment_breaker gauge
                gateway_deployment_breaker{model="llama3",instance="gpu-1"} 0
                gateway_deployment_breaker{model="llama3",instance="gpu-2"} 0
                # HELP gateway_deployment_in_flight Requests for the model in flight on the instance.
                # TYPE gateway_deployment_in_flight gauge
                gateway_deployment_in_flight{model="llama3",instance="gpu-1"} 0
                gateway_deployment_in_flight{model="llama3",instance="gpu-2"} 0
                # HELP gateway_deployment_slots Requests for the model that the instance works on at once, where that is known.
                # TYPE gateway_deployment_slots gauge
                # HELP gateway_attempts_total Attempts begun for the model on the instance.
                # TYPE gateway_attempts_total counter
                gateway_attempts_total{model="llama3",instance="gpu-1"} 0
                gateway_attempts_total{model="llama3",instance="gpu-2"} 0
                # HELP gateway_attempt_failures_total Attempts for the model that failed on the instance.
                # TYPE gateway_attempt_failures_total counter
                gateway_attempt_failures_total{model="llama3",instance="gpu-1"} 0
                gateway_attempt_failures_total{model="llama3",instance="gpu-2"} 0
                # HELP gateway_leases_abandoned_total Leases that nobody settled; anything but 0 is a fault in the gateway.
                # TYPE gateway_leases_abandoned_total counter
                gateway_leases_abandoned_total 0
                # HELP gateway_uptime_seconds Since the gateway started.
                # TYPE gateway_uptime_seconds gauge
                gateway_uptime_seconds 0.0
                # HELP gateway_build_info Always 1; the version is in the label.
                # TYPE gateway_build_info gauge
                gateway_build_info{version="0.1.0"} 1
                # HELP gateway_pool_events_total Changes of state by instance and kind.
                # TYPE gateway_pool_events_total counter
                gateway_pool_events_total{instance="",event="digest_mismatch"} 0
                # HELP gateway_probe_failures_total Probes that got no usable answer, by instance and reason.
                # TYPE gateway_probe_failures_total counter
                # HELP gateway_unknown_routes_total Requests for routes that there are not, by the kind of route.
                # TYPE gateway_unknown_routes_total counter
                # HELP gateway_client_connections Open connections of clients.
                # TYPE gateway_client_connections gauge
                gateway_client_connections 3
                # HELP gateway_held_bytes Bodies and answers that connections hold, in steps of 64 KiB, small ones not counted.
                # TYPE gateway_held_bytes gauge
                gateway_held_bytes 65536
                # HELP gateway_limit_events_total How often a limit of the gateway itself was met, by what happened then.
                # TYPE gateway_limit_events_total counter
                gateway_limit_events_total{event="idle_closed"} 0
                gateway_limit_events_total{event="connection_refused"} 0
                gateway_limit_events_total{event="memory_refused"} 0
                gateway_limit_events_total{event="shortage"} 0
                # HELP gateway_export_records_total Records for an exporter by what became of them: sent, failed (refused there) or dropped.
                # TYPE gateway_export_records_total counter
                # HELP gateway_export_queue_records Records that wait for an exporter.
                # TYPE gateway_export_queue_records gauge
                # HELP gateway_log_dropped_total Log lines lost because the log could not be written fast enough.
                # TYPE gateway_log_dropped_total counter
                gateway_log_dropped_total 0

                """)
    }

    @Test func `adds up what all loops have counted`() {
        let bench = TelemetryBench()
        let loops = [bench.telemetry.makeLoopTelemetry(), bench.telemetry.makeLoopTelemetry()]
        loops[0].finished(.sample())
        loops[1].finished(.sample { ($0.attempts, $0.furtherAttempts) = (3, 2) })
        // Three parts, each of them sent once.
        loops[1].finished(.sample { $0.attempts = 3 })
        loops[1].finished(.sample { ($0.deployment, $0.outcome, $0.error, $0.status) = (1, .failed, 1, 502) })
        loops[1].finished(
            .sample { ($0.model, $0.deployment, $0.outcome, $0.error, $0.attempts) = (-1, -1, .rejected, 0, 0) })
        // A fallback: another model's deployment answered.
        loops[0].finished(.sample { $0.deployment = 2 })
        let samples = samples(bench, loops)
        #expect(
            samples.filter { $0.hasPrefix("gateway_requests_total") } == [
                #"gateway_requests_total{model="",instance="",outcome="rejected"} 1"#,
                #"gateway_requests_total{model="llama3",instance="b\\2",outcome="succeeded"} 1"#,
                #"gateway_requests_total{model="llama3",instance="b\\2",outcome="failed"} 1"#,
                #"gateway_requests_total{model="llama3",instance="gpu-1:11434",outcome="succeeded"} 3"#,
            ])
        #expect(samples.contains(#"gateway_request_errors_total{error="invalid_request"} 1"#))
        #expect(samples.contains(#"gateway_request_errors_total{error="upstream_failed"} 1"#))
        #expect(samples.contains(#"gateway_retries_total{model="llama3"} 2"#))
        #expect(samples.contains(#"gateway_tokens_total{model="llama3",kind="prompt"} 60"#))
        #expect(samples.contains(#"gateway_tokens_total{model="llama3",kind="completion"} 240"#))
    }

    @Test func `late attempts are counted by what was done`() {
        let bench = TelemetryBench()
        let loops = [bench.telemetry.makeLoopTelemetry(), bench.telemetry.makeLoopTelemetry()]
        loops[0].finished(.sample { ($0.hedges, $0.hedgesWon) = (2, 1) })
        loops[1].finished(.sample { ($0.hedges, $0.moves) = (1, 1) })
        let samples = samples(bench, loops)
        #expect(
            samples.filter { $0.hasPrefix("gateway_hedges_total") && $0.contains("llama3") } == [
                #"gateway_hedges_total{model="llama3",event="asked"} 3"#,
                #"gateway_hedges_total{model="llama3",event="won"} 1"#,
                #"gateway_hedges_total{model="llama3",event="moved"} 1"#,
            ])
    }

    @Test func `histograms are cumulative, with sum and count`() {
        let bench = TelemetryBench()
        let loop = bench.telemetry.makeLoopTelemetry()
        loop.finished(.sample { ($0.timeToFirstTokenNanoseconds, $0.durationNanoseconds) = (200_000, 300_000) })
        loop.finished(.sample { ($0.timeToFirstTokenNanoseconds, $0.durationNanoseconds) = (-1, 2_000_000_000_000) })
        let samples = samples(bench, [loop])
        let labels = #"model="llama3",instance="gpu-1:11434""#
        let first = samples.filter { $0.hasPrefix("gateway_time_to_first_token_seconds") }
        #expect(first.count == LatencyBucketsCount.expected + 2)
        #expect(first.first == "gateway_time_to_first_token_seconds_bucket{\(labels),le=\"0.000256\"} 1")
        #expect(
            first.suffix(3) == [
                "gateway_time_to_first_token_seconds_bucket{\(labels),le=\"+Inf\"} 1",
                "gateway_time_to_first_token_seconds_sum{\(labels)} 0.0002",
                "gateway_time_to_first_token_seconds_count{\(labels)} 1",
            ])
        let duration = samples.filter { $0.hasPrefix("gateway_request_duration_seconds") }
        #expect(duration.first == "gateway_request_duration_seconds_bucket{\(labels),le=\"0.000256\"} 0")
        #expect(duration[1] == "gateway_request_duration_seconds_bucket{\(labels),le=\"0.000512\"} 1")
        #expect(
            duration.suffix(4) == [
                "gateway_request_duration_seconds_bucket{\(labels),le=\"1073.741824\"} 1",
                "gateway_request_duration_seconds_bucket{\(labels),le=\"+Inf\"} 2",
                "gateway_request_duration_seconds_sum{\(labels)} 2000.0003",
                "gateway_request_duration_seconds_count{\(labels)} 2",
            ])
    }

    @Test func `tokens, waits and loads have histograms of their own`() {
        let bench = TelemetryBench()
        let loop = bench.telemetry.makeLoopTelemetry()
        loop.finished(.sample())
        // No answer, no wait, no load: a refusal says nothing of any of them.
        loop.finished(
            .sample {
                ($0.deployment, $0.attempts, $0.outcome, $0.completionTokens) = (-1, 0, .rejected, 0)
                ($0.queueNanoseconds, $0.loadNanoseconds) = (0, -1)
            })
        let samples = samples(bench, [loop])
        let labels = #"model="llama3",instance="gpu-1:11434""#
        // 48 tokens in a second.
        #expect(samples.contains("gateway_time_per_output_token_seconds_bucket{\(labels),le=\"0.016384\"} 0"))
        #expect(samples.contains("gateway_time_per_output_token_seconds_bucket{\(labels),le=\"0.024576\"} 1"))
        #expect(samples.contains("gateway_time_per_output_token_seconds_sum{\(labels)} 0.020833333"))
        #expect(samples.contains(#"gateway_queue_wait_seconds_bucket{model="llama3",le="0.002048"} 0"#))
        #expect(samples.contains(#"gateway_queue_wait_seconds_bucket{model="llama3",le="0.004096"} 1"#))
        #expect(samples.contains(#"gateway_queue_wait_seconds_count{model="llama3"} 1"#))
        #expect(samples.contains("gateway_model_load_seconds_bucket{\(labels),le=\"0.131072\"} 1"))
        #expect(samples.contains("gateway_model_load_seconds_sum{\(labels)} 0.03"))
    }

    @Test func `two deployments of a model on one instance are one series`() {
        var snapshot = pool()
        snapshot.deployments[1].instance = "gpu-1"
        (snapshot.deployments[0].breaker, snapshot.deployments[1].state) = ("half_open", "down")
        for index in 0...1 {
            (snapshot.deployments[index].inFlight, snapshot.deployments[index].slots) = (index + 1, 4)
        }
        var text = PrometheusText()
        snapshot.publish(into: &text)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").filter {
            $0.hasPrefix("gateway_deployment_")
        }
        let labels = #"{model="llama3",instance="gpu-1"}"#
        #expect(
            lines == [
                "gateway_deployment_ready\(labels) 1", "gateway_deployment_breaker\(labels) 1",
                "gateway_deployment_in_flight\(labels) 3", "gateway_deployment_slots\(labels) 8",
            ])
    }

    @Test func `what becomes of an exporter's records is counted`() {
        // Without log lines: nobody reads them here.
        let bench = TelemetryBench(level: .warning)
        let counts = ExportCounts(exporters: ["langfuse", "otel"])
        let inbox = ExportInbox(limit: 100, counts: counts)
        bench.telemetry.export(into: inbox, counting: counts)
        let loop = bench.telemetry.makeLoopTelemetry()
        // Two full batches: the second one has no room left.
        for _ in 0..<128 { loop.finished(.sample()) }
        loop.finished(.sample())
        loop.flush()
        #expect(inbox.take().map(\.count) == [64, 1])
        #expect(inbox.take().isEmpty)
        counts.add(.sent, 3, of: "otel")
        counts.add(.failed, 2, of: "otel")
        counts.setQueue(7, of: "langfuse")
        let samples = samples(bench, [loop])
        #expect(
            samples.filter { $0.hasPrefix("gateway_export_") } == [
                #"gateway_export_records_total{exporter="langfuse",result="sent"} 0"#,
                #"gateway_export_records_total{exporter="langfuse",result="failed"} 0"#,
                #"gateway_export_records_total{exporter="langfuse",result="dropped"} 64"#,
                #"gateway_export_records_total{exporter="otel",result="sent"} 3"#,
                #"gateway_export_records_total{exporter="otel",result="failed"} 2"#,
                #"gateway_export_records_total{exporter="otel",result="dropped"} 64"#,
                #"gateway_export_queue_records{exporter="langfuse"} 7"#,
                #"gateway_export_queue_records{exporter="otel"} 0"#,
            ])
    }

    @Test func `counts facts and failed probes by instance`() {
        let bench = TelemetryBench()
        let metrics = metrics(bench)
        let place = Fact.Place(instance: InstanceID(index: 1), instanceName: "gpu-2", model: nil)
        for _ in 0..<2 { metrics.note(.wentDown(place, reason: "x")) }
        metrics.note(.cameUp(place))
        for _ in 0..<3 { metrics.probeFailed(InstanceID(index: 0), reason: "timed_out") }
        let samples = samples(bench, [], metrics)
        #expect(
            samples.filter { $0.hasPrefix("gateway_pool_events_total") } == [
                #"gateway_pool_events_total{instance="",event="digest_mismatch"} 0"#,
                #"gateway_pool_events_total{instance="gpu-2",event="came_up"} 1"#,
                #"gateway_pool_events_total{instance="gpu-2",event="went_down"} 2"#,
            ])
        #expect(samples.contains(#"gateway_probe_failures_total{instance="gpu-1",reason="timed_out"} 3"#))
    }

    @Test func `names added while it runs are taken up by every loop`() {
        let bench = TelemetryBench()
        let loop = bench.telemetry.makeLoopTelemetry()
        loop.finished(.sample())
        bench.telemetry.append(
            models: ["new"], instances: [.init(name: "gpu-9", provider: "ollama")],
            deployments: [.init(model: 2, instance: 2), .init(model: 0, instance: 2)])
        loop.finished(.sample { ($0.model, $0.deployment) = (2, 3) })
        loop.finished(.sample { ($0.model, $0.deployment) = (0, 4) })
        loop.finished(.sample())
        let samples = samples(bench, [loop])
        #expect(
            samples.filter { $0.hasPrefix("gateway_requests_total") } == [
                #"gateway_requests_total{model="llama3",instance="gpu-1:11434",outcome="succeeded"} 2"#,
                #"gateway_requests_total{model="llama3",instance="gpu-9",outcome="succeeded"} 1"#,
                #"gateway_requests_total{model="new",instance="gpu-9",outcome="succeeded"} 1"#,
            ])
    }

    @Test func `line feeds and quotes in names are escaped`() {
        let names = TelemetryNames(
            models: ["a\"b\n\\"], instances: [.init(name: "i", provider: "ollama")],
            deployments: [.init(model: 0, instance: 0)], errors: [])
        let bench = TelemetryBench(names: names)
        let loop = bench.telemetry.makeLoopTelemetry()
        loop.finished(.sample())
        #expect(
            samples(bench, [loop]).contains(
                #"gateway_requests_total{model="a\"b\n\\",instance="i",outcome="succeeded"} 1"#))
    }

    @Test func `the names of a pool are in its own order`() {
        let names = TelemetryNames(PoolMetricsTests.pool)
        #expect(names.models == ["llama3"])
        #expect(names.instances.map(\.name) == ["gpu-1", "gpu-2"])
        #expect(names.deployments == [.init(model: 0, instance: 0), .init(model: 0, instance: 1)])
    }
}

/// From 256 µs to 2^30 µs, and one for all that is longer.
private enum LatencyBucketsCount { static let expected = 24 }
