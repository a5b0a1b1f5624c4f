import BoxModel
import Testing

@testable import Farm

@Suite(.timeLimit(.minutes(1))) struct BoxFarmTests {
    @Test func `boxes take consecutive ports, the control routes the one before`() async throws {
        // A port that was free a moment ago, with free ones around it as a rule.
        for _ in 0..<20 {
            let probe = BoxFarm(.test { $0.controlPort = .none })
            let free = try await probe.start()[0]
            await probe.shutdown()
            var configuration = FarmConfiguration.instant(boxes: 3)
            configuration.port = free
            let farm = BoxFarm(configuration)
            do {
                try await farm.start()
            } catch is FarmError {
                await farm.shutdown()
                continue
            }
            #expect(farm.ports == [free, free + 1, free + 2])
            #expect(farm.controlPort == free - 1)
            #expect(farm.urls[2] == "http://127.0.0.1:\(free + 2)")
            await farm.shutdown()
            return
        }
        Issue.record("no four free ports in a row")
    }

    @Test func `a taken port is named, and nothing stays open`() async throws {
        try await withFarm { farm in
            var configuration = FarmConfiguration.test()
            configuration.port = farm.ports[0]
            let second = BoxFarm(configuration)
            await #expect(throws: FarmError.self) { try await second.start() }
            await second.shutdown()
        }
    }

    @Test func `what a box received can be looked at`() async throws {
        try await withBox { farm, client in
            _ = try await client.ask("POST", "/api/chat?x=1", chat, headers: "X-Thing: a\r\n")
            _ = try await client.ask("GET", "/farm/stats")
            let received = await farm.received(box: 0)
            #expect(received.count == 1)
            #expect(received[0].method == "POST" && received[0].target == "/api/chat?x=1")
            #expect(received[0].header("x-thing") == "a")
            #expect(received[0].body == chat)
            for _ in 0..<100 { _ = try await client.ask("GET", "/") }
            #expect(await farm.received(box: 0).count == 64)
        }
    }

    @Test func `a condition that is not met in time says what was`() async throws {
        try await withFarm { farm in
            await #expect(throws: FarmError.notReached(FarmStats())) {
                try await farm.stats(box: 0, within: .milliseconds(1)) { $0.requests == 1 }
            }
        }
    }

    @Test func `preloaded models need no load`() async throws {
        let configuration = FarmConfiguration.test { $0.boxes[0].preloaded = ["plain"] }
        try await withBox(configuration) { farm, client in
            let ps = try await client.ask("GET", "/api/ps")
            #expect(ps.json["models"]?[0]?["name"] == .string("plain:latest"))
            _ = try await client.ask("POST", "/api/generate", #"{"model":"plain","prompt":"x"}"#)
            #expect(await farm.stats(box: 0).loads == 0)
        }
    }

    @Test func `shutdown cuts what is open`() async throws {
        let farm = BoxFarm(.test { $0.boxes[0].gpu.decodeTokensPerSecond = 0.5 })
        try await farm.start()
        var client = try await RawClient(port: farm.ports[0])
        try await client.send("POST", "/api/chat", chat)
        try await farm.stats(box: 0) { $0.running == 1 }
        await farm.shutdown()
        let end = try await client.end()
        #expect(end == .reset)
    }
}
