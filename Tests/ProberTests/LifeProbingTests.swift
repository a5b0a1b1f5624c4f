import Balancer
import Curl
import Testing

@testable import Prober

/// Servers inside of which nothing is known but their address.
@Suite struct LifeProbingTests {
    private func bench(base: String = "http://a/v1") -> ProberBench {
        ProberBench([
            ProbeTarget(
                instance: InstanceID(index: 4), name: "a", baseURL: base, authorization: "Bearer k", kind: .life)
        ])
    }

    private func result(_ prepare: (ProberBench) -> Void) async throws -> (ProbeReport, ProberBench) {
        let bench = bench()
        prepare(bench)
        var found: ProbeReport?
        try await bench.run { reports in found = await reports.next() }
        return (try #require(found), bench)
    }

    @Test(arguments: [
        (200, #"{"object":"list","data":[{"id":"x"}]}"#), (200, "hello"), (204, ""), (302, ""), (400, ""), (401, ""),
        (403, ""), (404, "<html>"), (405, ""), (429, ""), (500, ""), (501, ""),
    ])
    func `any answer shows that it lives, and nothing else is taken from it`(status: Int, body: String) async throws {
        let (report, bench) = try await result { $0.instances.answer("a", "/v1/models", body, status: status) }
        #expect(report.result == .reachable && report.tags == nil && report.loaded == nil && report.version == nil)
        #expect(bench.failed.isEmpty)
        #expect(bench.instances.paths(of: "a") == ["/v1/models"])
    }

    @Test(arguments: [502, 503, 504])
    func `a proxy that finds nobody behind it is no sign of life`(status: Int) async throws {
        let (report, bench) = try await result { $0.instances.answer("a", "/v1/models", "", status: status) }
        #expect(report.result == .unreachable(reason: "status \(status) from /v1/models"))
        #expect(bench.failed == [.status])
    }

    @Test func `one that loads its model is not ready`() async throws {
        let (report, bench) = try await result {
            $0.instances.answer(
                "a", "/v1/models", #"{"error":{"message":"Loading model","code":503}}"#, status: 503)
        }
        #expect(report.result == .unreachable(reason: "loading its model"))
        #expect(bench.failed == [.loading])
    }

    @Test(arguments: [
        (CurlError.refused("no"), ProbeFailure.refused, false), (.timedOut("late", isConnected: true), .timedOut, true),
        (.timedOut("no way", isConnected: false), .timedOut, false),
        (.connectionLost("cut"), .connectionLost, false), (.unresolved("who"), .unresolved, false),
    ])
    func `silence is none, and is excused only on a connection`(
        error: CurlError, failure: ProbeFailure, isSilence: Bool
    ) async throws {
        let (report, bench) = try await result { $0.instances.fail("a", "/v1/models", error) }
        #expect(report.result != .reachable)
        #expect(report.isSilence == isSilence, "a server of one thread may be at work, one without power is not")
        #expect(bench.failed == [failure])
    }

    @Test(arguments: [CurlError.tls("self-signed"), .malformed("no HTTP"), .bodyTooLarge(limit: 1)])
    func `what is answered need not be of use`(error: CurlError) async throws {
        let (report, bench) = try await result { $0.instances.fail("a", "/v1/models", error) }
        #expect(report.result == .reachable && bench.failed.isEmpty)
    }

    @Test func `it keeps no connection, which a server of one thread would go on serving`() {
        let target = ProbeTarget(instance: InstanceID(index: 0), name: "a", baseURL: "http://a/v1", authorization: nil)
        for (kind, closes) in [(ProbeTarget.Kind.life, true), (.models, false), (.ollama, false)] {
            var asked = target
            asked.kind = kind
            let exchange = ProbeExchange(
                target: asked, timeout: .seconds(1), asksAll: true, send: { _, _ in }, now: { .zero })
            let headers = exchange.request(asked.listPath).headers
            #expect(headers.contains { $0.name == "Connection" && $0.value == "close" } == closes)
        }
    }
}
