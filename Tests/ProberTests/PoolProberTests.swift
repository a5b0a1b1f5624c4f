import Balancer
import Curl
import TestSupport
import Testing

@testable import Prober

@Suite struct PoolProberTests {
    private typealias Bench = ProberBench

    @Test func `tells what an instance is and has`() async throws {
        let bench = Bench()
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.instance == InstanceID(index: 4))
            #expect(report.result == .reachable)
            #expect(report.latency == .milliseconds(3))
            #expect(report.version == "0.33.0")
            #expect(report.tags == [KnownTag(name: "llama3:latest", digest: "d1", size: 5, isRemote: false)])
            let loaded = LoadedModel(
                model: "llama3:latest", contextLength: 4_096, size: 9, sizeVRAM: 8, expiresAt: "t")
            #expect(report.loaded == [loaded])
        }
        #expect(bench.instances.paths(of: "a") == ["/api/tags", "/api/ps", "/api/version"])
        #expect(bench.instances.asked.allSatisfy { $0.authorization == "Bearer k" })
    }

    @Test func `what this side lacks is no failure of the instance`() async throws {
        let bench = Bench()
        bench.instances.fail("a", "/api/tags", .ours("too many open files"))
        try await bench.run { reports in
            await bench.advanceToNext()
            bench.instances.answer("a", "/api/tags", #"{"models":[]}"#)
            await bench.advanceToNext()
            let report = try #require(await reports.next())
            #expect(report.result == .reachable)
        }
        #expect(bench.failed.isEmpty)
    }

    @Test func `says nothing of lists that have not changed, and everything of those that have`() async throws {
        let bench = Bench()
        try await bench.run { reports in
            _ = await reports.next()
            await bench.advanceToNext()
            let same = try #require(await reports.next())
            #expect(same.tags == nil && same.loaded == nil && same.version == nil)
            bench.instances.answer("a", "/api/tags", #"{"models":[]}"#)
            await bench.advanceToNext()
            let changed = try #require(await reports.next())
            #expect(changed.tags == [])
            #expect(changed.loaded == nil)
        }
    }

    @Test func `asks for the version once, and again when the instance was away`() async throws {
        let bench = Bench()
        try await bench.run { reports in
            for _ in 0..<3 {
                _ = await reports.next()
                await bench.advanceToNext()
            }
            _ = await reports.next()
            #expect(bench.instances.paths(of: "a").filter { $0 == "/api/version" }.count == 1)
            bench.instances.fail("a", "/api/tags", .refused("no"))
            await bench.advanceToNext()
            let report = try #require(await reports.next())
            #expect(report.result == .unreachable(reason: "no"))
            bench.healthy("a")
            bench.instances.answer("a", "/api/version", #"{"version":"0.34.0"}"#)
            await bench.advanceToNext()
            let back = try #require(await reports.next())
            #expect(back.version == "0.34.0")
        }
    }

    @Test func `asks for the version again when the connection is a new one`() async throws {
        let bench = Bench()
        try await bench.run { reports in
            _ = await reports.next()
            bench.healthy("a", reused: false)
            await bench.advanceToNext()
            let report = try #require(await reports.next())
            #expect(report.version == "0.33.0")
        }
    }

    @Test(arguments: [
        (CurlError.refused("r"), ProbeFailure.refused), (.unresolved("r"), .unresolved),
        (.timedOut("r", isConnected: true), .timedOut), (.timedOut("r", isConnected: false), .timedOut),
        (.tls("r"), .tls), (.connectionLost("r"), .connectionLost), (.malformed("r"), .malformed),
        (.invalidRequest("r"), .invalidAddress),
    ])
    func `a failed request is an unreachable instance`(error: CurlError, kind: ProbeFailure) async throws {
        let bench = Bench()
        bench.instances.fail("a", "/api/tags", error)
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.result == .unreachable(reason: "r"))
            #expect(report.tags == nil && report.loaded == nil)
        }
        #expect(bench.failed == [kind])
        #expect(bench.instances.paths(of: "a") == ["/api/tags"])
    }

    @Test(arguments: [(500, ProbeFailure.status), (401, .unauthorised), (403, .unauthorised), (302, .status)])
    func `another status than 200 is an unreachable instance`(status: Int, kind: ProbeFailure) async throws {
        let bench = Bench()
        bench.instances.answer("a", "/api/tags", #"{"models":[]}"#, status: status)
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.result == .unreachable(reason: "status \(status) from /api/tags"))
        }
        #expect(bench.failed == [kind])
    }

    @Test(arguments: ["", "<html>", "[]", #"{"models":3}"#, #"{"data":[]}"#])
    func `what is not a list of tags is malformed`(body: String) async throws {
        let bench = Bench()
        bench.instances.answer("a", "/api/tags", body)
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.result == .unreachable(reason: "the answer to /api/tags is not an Ollama's"))
        }
        #expect(bench.failed == [.malformed])
    }

    @Test func `an instance without a list of loaded models is reachable all the same`() async throws {
        let bench = Bench()
        bench.instances.answer("a", "/api/ps", "404 page not found", status: 404)
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.result == .reachable)
            #expect(report.tags?.count == 1)
            #expect(report.loaded == nil)
        }
    }

    @Test func `who doubts what is known gets all of it again, soon`() async throws {
        let bench = Bench()
        try await bench.run { reports in
            _ = await reports.next()
            let usual = await bench.clock.nextSleep()
            bench.clock.advance(by: .milliseconds(300))
            for _ in 0..<5 { bench.requests.probeNow(InstanceID(index: 4)) }
            let report = try #require(await reports.next())
            #expect(bench.clock.now < usual)
            #expect(report.tags?.count == 1 && report.loaded?.count == 1)
        }
        #expect(bench.instances.paths(of: "a").filter { $0 == "/api/tags" }.count == 2)
    }

    @Test func `asking for an instance that is not probed does nothing`() async throws {
        let bench = Bench()
        bench.requests.probeNow(InstanceID(index: 0))
        try await bench.run { reports in
            let report = try #require(await reports.next())
            #expect(report.instance == InstanceID(index: 4))
        }
    }

    @Test func `never has two requests at one instance at once`() async throws {
        let bench = Bench()
        bench.instances.hold()
        try await bench.run { reports in
            while bench.instances.asked.isEmpty { await Task.yield() }
            for _ in 0..<5 {
                bench.requests.probeNow(InstanceID(index: 4))
                bench.clock.advance(by: .seconds(5))
            }
            bench.instances.release()
            for _ in 0..<2 { _ = await reports.next() }
        }
        #expect(bench.instances.mostAtOnce == 1)
    }

    @Test func `one instance that hangs does not keep the others waiting`() async throws {
        let targets = ["a", "b"].enumerated().map { index, host in
            ProbeTarget(
                instance: InstanceID(index: index), name: host, baseURL: "http://\(host)", authorization: nil)
        }
        let bench = Bench(targets)
        bench.healthy("b")
        bench.instances.hold(host: "a")
        try await bench.run { reports in
            for _ in 0..<4 {
                let report = try #require(await reports.next())
                #expect(report.instance == InstanceID(index: 1))
                await bench.advanceToNext()
            }
            #expect(bench.instances.paths(of: "a") == ["/api/tags"])
            bench.instances.release()
        }
    }

    @Test func `never asks for anything but the three lists`() async throws {
        let bench = Bench()
        try await bench.run { reports in
            for round in 0..<40 {
                _ = await reports.next()
                if round % 10 == 5 { bench.instances.fail("a", "/api/tags", .timedOut("late", isConnected: true)) }
                if round % 10 == 9 { bench.healthy("a", reused: false) }
                await bench.advanceToNext()
            }
        }
        #expect(Set(bench.instances.asked.map(\.path)) == ["/api/tags", "/api/ps", "/api/version"])
    }
}
