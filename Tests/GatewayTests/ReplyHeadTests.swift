import Balancer
import Dialects
import Ledger
import NIOCore
import Testing

@testable import Gateway

@Suite struct ReplyHeadTests {
    private static let callID = CallID(high: 1, low: 2)

    private func head(status: Int = 200, place: String = "") -> Reply {
        var reply = Reply(isChunked: true)
        reply.beginHead(
            status: status, contentType: "application/json", callID: Self.callID, place: ByteBuffer(string: place),
            retries: 2, fallbacks: 1)
        return reply
    }

    @Test func `a head has its fields in order, each on a line`() {
        var waits = Waits()
        waits.queued(at: 3, predicted: .milliseconds(1))
        waits.ended(since: .zero, at: .zero + .milliseconds(2))
        var reply = head(place: "x-drover-instance: box\r\n")
        reply.writeCost(nil, compared: nil)
        reply.writeTimes(total: .milliseconds(9), overhead: .microseconds(1500), waits: waits)
        reply.writeConnection(allowOrigin: "http://a", keepAlive: true)
        #expect(
            String(buffer: reply.bytes) == """
                HTTP/1.1 200 OK\r
                content-type: application/json\r
                x-litellm-call-id: \(Self.callID)\r
                x-drover-instance: box\r
                x-litellm-attempted-retries: 2\r
                x-litellm-attempted-fallbacks: 1\r
                x-litellm-response-cost: 0.0\r
                x-litellm-response-duration-ms: 9.000\r
                x-litellm-overhead-duration-ms: 1.500\r
                x-drover-queue-ms: 2.000\r
                x-drover-queue-position: 3\r
                x-drover-queue-predicted-ms: 1.000\r
                access-control-allow-origin: http://a\r
                vary: origin\r

                """)
    }

    @Test func `another status has its own line, and no prediction no field`() {
        var reply = head(status: 429)
        reply.writeTimes(total: .zero, overhead: .zero, waits: Waits())
        let text = String(buffer: reply.bytes)
        #expect(text.hasPrefix("HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\n"))
        #expect(!text.contains("predicted"))
    }

    @Test func `a cost is told exactly, and beside it what another model had taken`() {
        var reply = Reply(isChunked: true)
        reply.writeCost(Money(picodollars: 1_500_000), compared: Money(picodollars: 2))
        let text = String(buffer: reply.bytes)
        #expect(
            text == "\r\nx-litellm-response-cost: \(Money(picodollars: 1_500_000))"
                + "\r\nx-drover-compared-cost: \(Money(picodollars: 2))")
    }

    @Test(arguments: [(true, true, ""), (true, false, "connection: keep-alive\r\n")] as [(Bool, Bool, String)])
    func `HTTP 1.0 is told that its connection stays open`(keepAlive: Bool, isChunked: Bool, line: String) {
        var reply = Reply(isChunked: isChunked)
        reply.writeConnection(allowOrigin: nil, keepAlive: keepAlive)
        #expect(String(buffer: reply.bytes) == line)
        reply.bytes.clear()
        reply.writeConnection(allowOrigin: nil, keepAlive: false)
        #expect(String(buffer: reply.bytes) == "connection: close\r\n")
    }

    @Test func `an early head leaves alone what is kept of an answer`() {
        var reply = Reply(isChunked: false)
        reply.bytes.writeString("kept")
        let early = String(buffer: reply.earlyHead(CallHead(callID: Self.callID, random: 1, front: .openAIChat)))
        #expect(early.hasPrefix("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream"))
        #expect(early.hasSuffix("cache-control: no-cache\r\nx-accel-buffering: no\r\n\r\n"))
        #expect(String(buffer: reply.bytes) == "kept")
    }

    @Test func `a stream stands still once nothing has moved for an interval, and again after the next`() {
        var reply = Reply(isChunked: true)
        let at = (0...60).map { Moment.zero + .seconds($0) }
        func looks(_ second: Int) -> Bool { reply.standsStill(for: .seconds(15), since: at[0], at: at[second]) }
        let quiet = [looks(14), looks(15), looks(16), looks(30)]
        #expect(quiet == [false, true, false, true])
        reply.hasToken = true
        reply.openChunk()
        reply.bytes.writeString("data: 1\n\n")
        _ = reply.takeFrames()
        let moved = [looks(46), looks(60)]
        #expect(moved == [false, false])
    }
}
