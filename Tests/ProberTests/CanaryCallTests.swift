import Curl
import Foundation
import Locking
import TestSupport
import Testing

@testable import Balancer
@testable import Prober

/// One token that is asked for behind a good probe.
@Suite struct CanaryCallTests {
    private static func canary(embeds: Bool = false) -> Canary {
        Canary(
            instance: InstanceID(index: 4), tag: "llama3\"x", context: 8192, embeds: embeds, deployment: 0,
            generation: 1)
    }

    private static let target = ProbeTarget(
        instance: InstanceID(index: 4), name: "a", baseURL: "http://a/", authorization: "Bearer k")

    @Test func `it asks for one token with the context that is loaded`() throws {
        let request = CanaryCall(canary: Self.canary(), target: Self.target, timeout: .seconds(2)).request
        #expect(request.method == .post && request.url == "http://a/api/generate")
        #expect(request.headers.contains { $0.name == "Authorization" && $0.value == "Bearer k" })
        #expect(request.totalTimeout == .seconds(30))
        let sent = try #require(request.body)
        let read = try JSONSerialization.jsonObject(with: Data(sent)) as? [String: Any]
        let body = try #require(read)
        #expect(body["model"] as? String == "llama3\"x" && body["stream"] as? Bool == false)
        let options = try #require(body["options"] as? [String: Int])
        #expect(options == ["num_ctx": 8192, "num_predict": 1])
    }

    @Test func `a model that writes no texts is asked for a vector`() throws {
        let request = CanaryCall(canary: Self.canary(embeds: true), target: Self.target, timeout: .seconds(2)).request
        #expect(request.url == "http://a/api/embed")
    }

    @Test(arguments: [200, 500]) func `its end is told, and whether it was an answer`(status: Int) async throws {
        let ended = Locked<[Duration?]>([])
        let due = Locked(true)
        let bench = ProberBench(
            [Self.target],
            canary: { instance in
                #expect(instance == InstanceID(index: 4))
                return due.withLock { isDue in
                    defer { isDue = false }
                    return isDue ? Self.canary() : nil
                }
            }, canaryEnded: { _, time in ended.withLock { $0.append(time) } })
        bench.healthy("a")
        bench.instances.answer("a", "/api/generate", "{}", status: status)
        try await bench.run { reports in
            for _ in 0..<3 {
                _ = await reports.next()
                await bench.advanceToNext()
            }
        }
        #expect(ended.withLock { $0.map { $0 != nil } } == [status == 200])
        #expect(bench.instances.paths(of: "a").filter { $0 == "/api/generate" }.count == 1)
    }
}
