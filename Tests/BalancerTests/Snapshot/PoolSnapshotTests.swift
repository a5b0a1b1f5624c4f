import Foundation
import TestSupport
import Testing

@testable import Balancer

@Suite struct PoolSnapshotTests {
    /// The keys of `GET /pool`, as scripts rely on them.
    static let keys: [(path: String, keys: Set<String>)] = [
        (
            "",
            [
                "object", "version", "uptime_seconds", "in_flight", "others_in_flight", "waiting", "audit", "warnings",
                "models",
                "instances", "deployments",
            ]
        ),
        ("models", ["model_name", "strategy", "ready", "total", "waiting", "queue", "predicted_wait_s"]),
        (
            "instances",
            [
                "instance", "api_base", "provider", "ollama_version", "state", "reason", "draining", "in_flight",
                "others_in_flight", "loaded", "last_probe",
            ]
        ),
        (
            "deployments",
            [
                "model_id", "model_name", "model", "instance", "state", "reason", "breaker", "in_flight",
                "others_in_flight", "slots", "waiting", "resident", "digest", "requests", "failures", "abandoned",
                "time_to_first_token_ms",
                "duration_ms", "tokens_per_second", "learned",
            ]
        ),
    ]

    func json(_ snapshot: PoolSnapshot) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(snapshot)) as? [String: Any])
    }

    @Test func `every key is there, with null for what is not known`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, isProbed: true).make()
        let object = try json(balancer.snapshot())
        for (path, keys) in Self.keys {
            let rows = path.isEmpty ? [object] : try #require(object[path] as? [[String: Any]])
            for row in rows { #expect(Set(row.keys) == keys) }
        }
        let instance = try #require((object["instances"] as? [[String: Any]])?.first)
        #expect(instance["last_probe"] is NSNull && instance["ollama_version"] is NSNull)
        let deployment = try #require((object["deployments"] as? [[String: Any]])?.first)
        for key in ["slots", "resident", "digest", "time_to_first_token_ms", "tokens_per_second"] {
            #expect(deployment[key] is NSNull, "\(key)")
        }
    }

    @Test func `what a probe found and requests measured is shown`() async throws {
        var fixture = PoolFixture("least-busy", size: 1, isProbed: true)
        fixture.spec.deployments[0].slots = 2
        let (balancer, clock, _) = fixture.make()
        clock.advance(by: .milliseconds(12_500))
        await balancer.observe(
            ProbeReport(
                instance: InstanceID(index: 0), at: clock.now, latency: .microseconds(3100), result: .reachable,
                version: "0.33.0", tags: [KnownTag(name: "llama3.1:8b", digest: "sha256:ab", size: 5, isRemote: false)],
                loaded: [
                    LoadedModel(
                        model: "llama3.1:8b", contextLength: 8192, size: 7, sizeVRAM: 6_100_000_000, expiresAt: "later")
                ]))
        try balancer.run(
            .succeeded(
                Sample(
                    timeToFirstToken: .milliseconds(200), duration: .milliseconds(1200), promptTokens: 10,
                    completionTokens: 50, times: nil)))
        try balancer.run(.failed(.incomplete))
        let snapshot = balancer.snapshot()
        #expect(snapshot.object == "pool" && snapshot.version == "0.1.0" && snapshot.uptimeSeconds == 12.5)
        #expect(
            snapshot.models == [
                .init(
                    modelName: "llama3", strategy: "least-busy", ready: 1, total: 1, waiting: 0, queue: [],
                    predictedWaitSeconds: nil)
            ])
        let instance = snapshot.instances[0]
        #expect(instance.ollamaVersion == "0.33.0" && instance.state == "ready" && instance.reason == nil)
        #expect(
            instance.lastProbe
                == .init(at: "1970-01-01T00:00:12Z", ok: true, latencyMilliseconds: 3.1, error: nil))
        #expect(
            instance.loaded
                == [
                    .init(
                        model: "llama3.1:8b", contextLength: 8192, sizeVRAM: 6_100_000_000, expiresAt: "later")
                ])
        let row = snapshot.deployments[0]
        #expect(row.modelID == "id-1" && row.model == "ollama/llama3.1:8b" && row.instance == "gpu-1")
        #expect(row.slots == 2 && row.resident == true && row.digest == "sha256:ab")
        #expect(row.requests == 2 && row.failures == 1 && row.abandoned == 0)
        #expect(row.timeToFirstTokenMilliseconds == 200 && row.durationMilliseconds == 1200)
        #expect(row.tokensPerSecond == 50)
    }

    @Test func `decodes what it has encoded`() async throws {
        let (balancer, _, _) = PoolFixture("latency-based", size: 3, isProbed: true).make()
        await balancer.observe(.good(0, tags: [], loaded: []))
        await balancer.observe(.bad(1))
        try balancer.run(.success())
        let snapshot = balancer.snapshot()
        #expect(try JSONDecoder().decode(PoolSnapshot.self, from: JSONEncoder().encode(snapshot)) == snapshot)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_348_800, "2026-11-22T12:00:00Z"),
        (1_767_225_599, "2025-12-31T23:59:59Z"), (4_102_444_800, "2100-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
    ])
    func `wall-clock times are ISO 8601`(seconds: Double, text: String) {
        #expect(CalendarTime.iso8601(unixSeconds: seconds) == text)
    }
}
