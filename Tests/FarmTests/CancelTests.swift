import BoxModel
import Testing

@testable import Farm

/// What a box does when its clients leave, and when they come in crowds.
@Suite(.timeLimit(.minutes(1))) struct CancelTests {
    /// One slot and a token every two seconds: what is asked first runs for the whole test.
    static func slow(_ change: (inout BoxProfile) -> Void = { _ in }) -> FarmConfiguration {
        .test {
            $0.boxes[0].gpu.decodeTokensPerSecond = 0.5
            $0.boxes[0].gpu.slots = 1
            change(&$0.boxes[0])
        }
    }

    @Test func `a client that leaves frees its slot for the next`() async throws {
        try await withFarm(Self.slow()) { farm in
            let first = try await RawClient(port: farm.ports[0])
            try await first.send("POST", "/api/chat", chat)
            try await farm.stats(box: 0) { $0.running == 1 }
            let second = try await RawClient(port: farm.ports[0])
            try await second.send("POST", "/api/chat", wholeChat)
            try await farm.stats(box: 0) { $0.queued == 1 }
            try await first.close()
            let stats = try await farm.stats(box: 0) { $0.cancelled == 1 }
            #expect(stats.running == 1 && stats.queued == 0)
            try await second.close()
            let last = try await farm.stats(box: 0) { $0.cancelled == 2 }
            #expect(last.running == 0 && last.maxRunning == 1 && last.requests == 2)
        }
    }

    @Test func `one that waits for a slot leaves at once`() async throws {
        try await withFarm(Self.slow()) { farm in
            let first = try await RawClient(port: farm.ports[0])
            try await first.send("POST", "/api/chat", chat)
            try await farm.stats(box: 0) { $0.running == 1 }
            let second = try await RawClient(port: farm.ports[0])
            try await second.send("POST", "/api/chat", chat)
            try await farm.stats(box: 0) { $0.queued == 1 }
            try await second.close()
            let stats = try await farm.stats(box: 0) { $0.cancelled == 1 }
            #expect(stats.running == 1 && stats.queued == 0)
        }
    }

    @Test func `a load ends with its client, and the next one begins it anew`() async throws {
        try await withFarm(Self.slow { $0.gpu.loadBytesPerSecond = 1e6 }) { farm in
            let first = try await RawClient(port: farm.ports[0])
            try await first.send("POST", "/api/chat", chat)
            try await farm.stats(box: 0) { $0.loads == 1 }
            let second = try await RawClient(port: farm.ports[0])
            try await second.send("POST", "/api/chat", chat)
            try await farm.stats(box: 0) { $0.queued == 2 }
            try await first.close()
            let stats = try await farm.stats(box: 0) { $0.loads == 2 }
            #expect(stats.cancelled == 1 && stats.queued == 1 && stats.running == 0)
        }
    }

    @Test func `a full queue is a 503, with two blanks, and those who have left still fill it`() async throws {
        let configuration = Self.slow {
            $0.gpu.loadBytesPerSecond = 1e6
            $0.maxQueue = 2
        }
        try await withFarm(configuration) { farm in
            let head = try await RawClient(port: farm.ports[0])
            try await head.send("POST", "/api/chat", chat)
            try await farm.stats(box: 0) { $0.loads == 1 }
            for left in 1...2 {
                let client = try await RawClient(port: farm.ports[0])
                try await client.send("POST", "/api/chat", chat)
                try await farm.stats(box: 0) { $0.queued == 2 }
                try await client.close()
                try await farm.stats(box: 0) { $0.cancelled == left }
            }
            var refused = try await RawClient(port: farm.ports[0])
            let answer = try await refused.ask("POST", "/api/chat", chat)
            #expect(answer.head.status == 503)
            #expect(answer.error == "server busy, please try again.  maximum pending requests exceeded")
            let compatible = try await refused.ask("POST", "/v1/chat/completions", chat)
            #expect(compatible.json["error"]?["type"] == .string("api_error"))
            try await head.close()
        }
    }

    @Test func `a burst on a cold box has as many refused as do not fit`() async throws {
        let configuration = Self.slow {
            $0.gpu.loadBytesPerSecond = 1e6
            $0.maxQueue = 20
        }
        try await withFarm(configuration) { farm in
            let codes = await withTaskGroup(of: Int?.self, returning: [Int?].self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        var client = try? await RawClient(port: farm.ports[0])
                        return try? await client?.ask("POST", "/api/chat", wholeChat).head.status
                    }
                }
                _ = try? await farm.stats(box: 0) { $0.requests == 30 }
                let stats = await farm.stats(box: 0)
                #expect(stats.failed == 9 && stats.queued == 21)
                await farm.shutdown()
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == 503 } == 9)
        }
    }
}
