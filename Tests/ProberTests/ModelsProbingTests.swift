import Balancer
import Curl
import Dialects
import Testing

@testable import Prober

/// The prober over instances that speak like OpenAI.
@Suite struct ModelsProbingTests {
    private func bench(base: String = "http://a/v1") -> ProberBench {
        let bench = ProberBench([
            ProbeTarget(
                instance: InstanceID(index: 4), name: "a", baseURL: base, authorization: "Bearer k", kind: .models)
        ])
        bench.instances.answer(
            "a", "/v1/models",
            #"{"object":"list","data":[{"id":"Qwen/Qwen3-8B","object":"model"},{"id":"sql-lora"},{"object":"model"}]}"#)
        bench.instances.answer("a", "/health", "")
        return bench
    }

    private func tag(_ name: String) -> KnownTag { KnownTag(name: name, digest: "", size: 0, isRemote: false) }

    @Test(arguments: ["http://a", "http://a/", "http://a/v1", "http://a/v1/"])
    func `tells what an instance serves, by its own names`(base: String) async throws {
        let bench = bench(base: base)
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.instance == InstanceID(index: 4))
            #expect(report.result == .reachable)
            #expect(report.latency == .milliseconds(3))
            #expect(report.tags == [tag("Qwen/Qwen3-8B"), tag("sql-lora")])
            #expect(report.version == nil && report.loaded == nil)
        }
        #expect(bench.instances.paths(of: "a") == ["/v1/models", "/health"])
        #expect(bench.instances.asked.allSatisfy { $0.authorization == "Bearer k" })
    }

    @Test func `says nothing of a list that has not changed, unless somebody asks`() async throws {
        let bench = bench()
        try await bench.run { reports in
            _ = await reports.next()
            await bench.advanceToNext()
            let report = try #require(await reports.next())
            #expect(report.tags == nil)
            bench.requests.probeNow(InstanceID(index: 4))
            await bench.advanceToNext()
            let later = try #require(await reports.next())
            #expect(later.tags?.count == 2)
            bench.instances.answer("a", "/v1/models", #"{"data":[]}"#)
            await bench.advanceToNext()
            let last = try #require(await reports.next())
            #expect(last.tags == [])
        }
    }

    @Test(arguments: [
        (503, #"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#),
        (503, #"{"status": "loading model"}"#), (200, #"{"status":"loading model"}"#),
    ])
    func `an instance that loads its model is not ready`(status: Int, body: String) async throws {
        let bench = bench()
        try await bench.run { reports in
            // llama.cpp lists its model while it loads; an older one answers so to everything.
            bench.instances.answer("a", "/health", body, status: status)
            _ = await reports.next()
            await bench.advanceToNext()
            let report = try #require(await reports.next())
            #expect(report.result == .unreachable(reason: "loading its model"))
            if status == 503 {
                bench.instances.answer("a", "/v1/models", body, status: status)
                await bench.advanceToNext()
                let later = try #require(await reports.next())
                #expect(later.result == .unreachable(reason: "loading its model"))
            }
        }
        #expect(bench.failed.last == .loading)
    }

    @Test func `says nothing of its models while an instance loads one`() async throws {
        let bench = bench()
        bench.instances.answer("a", "/health", #"{"status":"loading model"}"#, status: 503)
        try await bench.run { reports in
            for round in 0..<5 {
                let report = try #require(await reports.next())
                #expect((report.result == .reachable) == (round >= 3))
                #expect((report.tags != nil) == (round == 3))
                if round == 2 { bench.instances.answer("a", "/health", #"{"status":"ok"}"#) }
                await bench.advanceToNext()
            }
        }
    }

    @Test func `an engine that has died is unreachable though its server answers`() async throws {
        let bench = bench()
        bench.instances.answer("a", "/health", "", status: 503)
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.result == .unreachable(reason: "status 503 from /health"))
            bench.instances.fail("a", "/health", .timedOut("late", isConnected: true))
            await bench.advanceToNext()
            let later = try #require(await reports.next())
            #expect(later.result == .unreachable(reason: "late"))
        }
        #expect(bench.failed == [.status, .timedOut])
    }

    @Test(arguments: [
        (404, #"{"detail":"Not Found"}"#), (405, ""), (501, ""), (401, ""), (302, ""),
        (200, #"{"error":"Unexpected endpoint or method. (GET /health)"}"#),
    ])
    func `does not ask again for a health that is not there`(status: Int, body: String) async throws {
        let bench = bench()
        bench.instances.answer("a", "/health", body, status: status)
        try await bench.run { reports in
            for _ in 0..<3 {
                let report = try #require(await reports.next())
                #expect(report.result == .reachable)
                await bench.advanceToNext()
            }
            _ = await reports.next()
            #expect(bench.instances.paths(of: "a").filter { $0 == "/health" }.count == 1)
            // Another process may have one.
            bench.instances.fail("a", "/v1/models", .refused("no"))
            await bench.advanceToNext()
            let later = try #require(await reports.next())
            #expect(later.result == .unreachable(reason: "no"))
            bench.instances.answer("a", "/v1/models", #"{"data":[{"id":"x"}]}"#)
            bench.instances.answer("a", "/health", "")
            await bench.advanceToNext()
            let last = try #require(await reports.next())
            #expect(last.tags == [tag("x")])
            #expect(bench.instances.paths(of: "a").last == "/health")
        }
    }

    @Test(arguments: [
        (500, "", ProbeFailure.status), (401, "", .unauthorised), (200, "<html>", .malformed),
        (200, #"{"models":[]}"#, .malformed), (200, #"{"data":{}}"#, .malformed), (200, "[]", .malformed),
    ])
    func `another answer than a list is an unreachable instance`(
        status: Int, body: String, kind: ProbeFailure
    ) async throws {
        let bench = bench()
        bench.instances.answer("a", "/v1/models", body, status: status)
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.result != .reachable)
            #expect(report.tags == nil)
        }
        #expect(bench.failed == [kind])
    }

    @Test func `each provider's instances are asked in its way`() {
        func kind(_ name: String, isLocal: Bool = true) -> ProbeTarget.Kind? {
            Providers.named(name).flatMap { ProbeTarget.Kind($0, isLocal: isLocal) }
        }
        func matching(_ name: String) -> TagMatching? { Providers.named(name).map(TagMatching.init) }
        #expect(kind("ollama") == .ollama && matching("ollama") == .ollama)
        #expect(kind("hosted_vllm") == .models && matching("hosted_vllm") == .exact)
        #expect(kind("lm_studio") == .models && matching("lm_studio") == .exact)
        #expect(kind("llamafile") == .models && matching("llamafile") == .any)
        for name in ["openai", "groq", "anthropic", "gemini", "azure"] {
            #expect(kind(name) == .life && kind(name, isLocal: false) == nil)
        }
        for name in ["ollama", "hosted_vllm", "lm_studio", "llamafile"] {
            #expect(kind(name, isLocal: false) == kind(name))
        }
    }

    @Test(arguments: ["llama3", "LLaMA3:latest", "library/llama3", " Library/Llama3", "llama3:latest"])
    func `an Ollama's tag has one form, however it is spelled`(tag: String) {
        #expect(TagMatching.ollama.listed(tag) == "llama3:latest")
        #expect(TagMatching.exact.listed(tag) == tag)
        #expect(TagMatching.any.listed(tag) == tag)
    }
}
