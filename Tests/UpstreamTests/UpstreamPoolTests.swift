import NIOCore
import Testing

@testable import Upstream

/// How long connections are kept.
@Suite(.timeLimit(.minutes(1))) struct UpstreamPoolTests {
    @Test(arguments: [false, true])
    func `a connection in steady use is replaced after five minutes at the latest`(tls: Bool) async throws {
        let box = try await TestBox.start(tls: tls)
        let caller = try await Caller(port: box.port, trust: tls ? .unverified : nil)
        let step = 300
        for tick in stride(from: 0, through: Int(UpstreamPool.maximumAge), by: step) {
            #expect(try await caller.answer() == "200 secret")
            if tick < Int(UpstreamPool.maximumAge) * 4 / 5 - step { #expect(box.seen.connections == 1) }
            try await caller.ticks(step)
        }
        #expect(try await caller.answer() == "200 secret")
        #expect(box.seen.connections == 2)
        try await caller.end()
        await box.stop()
    }

    @Test func `a busy connection is not cut for its age`() async throws {
        let box = try await TestBox.start(tls: false) { reply, number in
            guard number == 1 else { return }
            reply.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsec")
            let bound = NIOLoopBound(reply, eventLoop: reply.context.eventLoop)
            // Long after the ticks, which take no time.
            _ = reply.context.eventLoop.scheduleTask(in: .milliseconds(200)) { bound.value.send("ret") }
        }
        let caller = try await Caller(port: box.port, trust: nil)
        for connections in 1...2 {
            try await caller.begin()
            try await caller.firstByte()
            try await caller.ticks(Int(UpstreamPool.maximumAge))
            #expect(try await caller.finish() == "200 secret")
            #expect(box.seen.connections == connections)
        }
        try await caller.end()
        await box.stop()
    }

    @Test func `a connection is closed when nobody has used it for long`() async throws {
        let box = try await TestBox.start(tls: true)
        let caller = try await Caller(port: box.port, trust: .unverified)
        #expect(try await caller.answer() == "200 secret")
        try await caller.ticks(Int(UpstreamPool.idleTicks) + 10)
        var closes = box.closes.makeAsyncIterator()
        #expect(await closes.next() != nil)
        try await caller.end()
        await box.stop()
    }

    @Test func `another box at a position is sent to, and nothing of the one before is kept for it`() async throws {
        let (box, other) = (try await TestBox.start(tls: false), try await TestBox.start(tls: false))
        let caller = try await Caller(port: box.port, trust: nil)
        #expect(try await caller.answer() == "200 secret")
        // One is parked, another runs while the box is replaced.
        try await caller.begin()
        try await caller.on { pool, _ in
            let origin = UpstreamOrigin(
                host: "localhost", port: other.port, usesTLS: false, trust: .system, route: .direct,
                connectTimeout: .seconds(5))
            guard let tls = try? UpstreamTLS(for: [origin]) else { return }
            pool.use([origin, origin], tls: tls)
        }
        #expect(try await caller.finish() == "200 secret")
        #expect(try await caller.answer() == "200 secret")
        #expect(box.seen.connections == 1 && other.seen.connections == 1)
        try await caller.end()
        await box.stop()
        await other.stop()
    }

    @Test func `connections of a burst do not end together`() {
        let lifetimes = (0..<100).map { UpstreamPool.lifetime(ofConnection: $0) }
        let span = (UpstreamPool.maximumAge * 4 / 5)...UpstreamPool.maximumAge
        #expect(lifetimes.allSatisfy(span.contains))
        // Of 10 tenths of the span none holds more than its share and a bit.
        let tenths = Dictionary(grouping: lifetimes) { ($0 - span.lowerBound) * 10 / (UpstreamPool.maximumAge / 5 + 1) }
        #expect(tenths.values.allSatisfy { $0.count <= 15 })
    }
}
