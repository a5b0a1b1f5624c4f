import NIOCore
import TestSupport
import Testing
import Upstream

/// How a connection carries answers and how it ends, the same without TLS (false) and with it (true).
@Suite(.timeLimit(.minutes(1))) struct UpstreamChannelTests {
    private static let fixed = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"

    private func trust(_ tls: Bool) -> UpstreamTrust? { tls ? .unverified : nil }

    @Test(arguments: [false, true], [1, 7])
    func `an answer in odd pieces comes out whole`(tls: Bool, size: Int) async throws {
        let text =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            + "HTTP/1.1 200 OK\r\ntransfer-ENCODING: chunked\r\n\r\n6\r\nsecret\r\n0\r\nX-Checksum: 7\r\n\r\n"
        let box = try await TestBox.start(tls: tls) { reply, _ in
            var rest = text[...]
            while !rest.isEmpty {
                reply.send(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
        }
        let caller = try await Caller(port: box.port, trust: trust(tls))
        for _ in 0..<3 { #expect(try await caller.answer() == "200 secret") }
        #expect(box.seen.connections == 1)
        try await caller.end()
        await box.stop()
    }

    @Test(arguments: [false, true], [false, true])
    func `a connection that ends inside a body of known length is lost`(tls: Bool, inOrder: Bool) async throws {
        let box = try await TestBox.start(tls: tls) { reply, _ in
            reply.send(Self.fixed + "half")
            if inOrder { reply.end() } else { reply.cut() }
        }
        let caller = try await Caller(port: box.port, trust: trust(tls))
        #expect(try await caller.answer() == "lost: connection closed before the answer was complete")
        try await caller.end()
        await box.stop()
    }

    @Test(arguments: [false, true])
    func `a body without a length ends with a connection that ends in order`(tls: Bool) async throws {
        let box = try await TestBox.start(tls: tls) { reply, _ in
            reply.send("HTTP/1.1 200 OK\r\n\r\nsecret")
            reply.end()
        }
        let caller = try await Caller(port: box.port, trust: trust(tls))
        for _ in 0..<2 { #expect(try await caller.answer() == "200 secret") }
        #expect(box.seen.connections == 2)
        try await caller.end()
        await box.stop()
    }

    @Test(arguments: [false, true])
    func `a body without a length is lost with a connection that is cut`(tls: Bool) async throws {
        let box = try await TestBox.start(tls: tls) { reply, _ in
            reply.send("HTTP/1.1 200 OK\r\n\r\nsec")
            if tls { reply.cut() } else { reply.reset() }
        }
        let caller = try await Caller(port: box.port, trust: trust(tls))
        #expect(try await caller.answer().hasPrefix("lost"))
        try await caller.end()
        await box.stop()
    }

    @Test(arguments: [false, true], [false, true])
    func `a kept connection that is closed instead of an answer is stale`(tls: Bool, inOrder: Bool) async throws {
        let box = try await TestBox.start(tls: tls) { reply, number in
            if number == 1 {
                reply.send(Self.fixed + "0123456789")
            } else if inOrder {
                reply.end()
            } else {
                reply.cut()
            }
        }
        let caller = try await Caller(port: box.port, trust: trust(tls))
        #expect(try await caller.answer() == "200 0123456789")
        #expect(try await caller.answer().hasPrefix("stale"))
        #expect(try await caller.answer() == "200 0123456789")
        #expect(box.seen.connections == 2)
        try await caller.end()
        await box.stop()
    }

    @Test(arguments: [false, true])
    func `an abort closes the connection at once`(tls: Bool) async throws {
        let box = try await TestBox.start(tls: tls) { reply, _ in
            reply.send(Self.fixed + "half")
            reply.stopReading()
        }
        let caller = try await Caller(port: box.port, trust: trust(tls))
        try await caller.begin()
        try await caller.firstByte()
        let start = NIODeadline.now()
        try await caller.on { _, consumer in consumer.channel?.abort() }
        var closes = box.closes.makeAsyncIterator()
        let end = try #require(await closes.next())
        // Without waiting for a goodbye over TLS, which would take a second here.
        #expect(end - start < .milliseconds(900))
        try await caller.end()
        await box.stop()
    }

    @Test(arguments: [false, true])
    func `a slow reader holds a fast instance back, then gets everything`(tls: Bool) async throws {
        let total = 64 << 20
        let box = try await TestBox.start(tls: tls) { reply, _ in
            reply.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            reply.flood(total)
        }
        let caller = try await Caller(port: box.port, trust: trust(tls))
        try await caller.on { _, consumer in consumer.isReadyForMore = false }
        try await caller.begin()
        try await box.floodStands()
        // What left the box is in the kernel's buffers; in memory here is what one read brought.
        #expect(try await caller.on { _, consumer in consumer.count } < 1 << 20)
        #expect(box.seen.flooded < total / 2)
        try await caller.on { _, consumer in
            consumer.isReadyForMore = true
            consumer.channel?.resumeReading()
        }
        _ = try await caller.finish()
        #expect(try await caller.on { _, consumer in consumer.count } == total)
        try await caller.end()
        await box.stop()
    }

    @Test func `an instance that does not answer the handshake is given up in time`() async throws {
        let box = try await TestBox.start(tls: false) { _, _ in }
        let caller = try await Caller(port: box.port, trust: .system, within: .milliseconds(200))
        let start = NIODeadline.now()
        #expect(try await caller.answer() == "refused: no TLS handshake with localhost:\(box.port) within 0.2 seconds")
        #expect(NIODeadline.now() - start < .seconds(2))
        try await caller.end()
        await box.stop()
    }
}
