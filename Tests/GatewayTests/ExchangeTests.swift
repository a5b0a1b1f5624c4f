import Balancer
import Locking
import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite struct ExchangeTests {
    private func buffer(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

    @Test func `a whole answer is one finish with its length`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let box = try #require(exchange.begin(at: rig.clock.now).sentTo)
        #expect(rig.inFlight == 1)
        #expect(exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now).isNone)
        #expect(exchange.upstreamBytes(buffer(ExchangeRig.whole), at: rig.clock.now).isNone)
        #expect(exchange.flush(at: rig.clock.now).isNone)
        let end = exchange.upstreamEnded(at: rig.clock.now)
        #expect(end.isFinish)
        let text = try #require(end.bytes)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("x-drover-instance: box-\(box)\r\n"))
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(text.contains("content-length: \(parts[1].utf8.count)\r\n"))
        #expect(parts[1].contains("\"content\":\"Hi\""))
        #expect(exchange.record.outcome == .succeeded)
        #expect(exchange.record.completionTokens == 7)
        #expect(rig.inFlight == 0)
    }

    @Test func `what the gateway lacks costs no retry, counts against no box and goes to each once`() throws {
        var rig = ExchangeRig(boxes: 3, retries: 0)
        rig.settings.totalTimeout = nil
        var exchange = rig.exchange(ExchangeRig.chat())
        var boxes: Set<Int> = []
        var action = exchange.begin(at: rig.clock.now)
        for _ in 0..<3 {
            boxes.insert(try #require(action.sentTo))
            action = exchange.upstreamLost(.ours("no name server answers"), at: rig.clock.now)
        }
        #expect(boxes.count == 3)
        let text = try #require(action.bytes)
        #expect(action.isFinish && text.hasPrefix("HTTP/1.1 503 "))
        #expect(text.contains("the gateway cannot reach box-") && text.contains("no name server answers"))
        #expect(rig.failures == 0 && rig.inFlight == 0)
        #expect(rig.balancer.snapshot().deployments.allSatisfy { $0.breaker == "closed" })
    }

    @Test func `another box answers what one could not be asked for want of something here`() throws {
        let rig = ExchangeRig(boxes: 2, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        let second = exchange.upstreamLost(.ours("too many open files here"), at: rig.clock.now)
        #expect(second.sentTo == 1 - first)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.whole), at: rig.clock.now)
        #expect(exchange.upstreamEnded(at: rig.clock.now).bytes?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(rig.failures == 0)
    }

    @Test func `an answer that is packed unasked is named, and its status counts`() throws {
        let rig = ExchangeRig(boxes: 1, retries: 0)
        for (status, words) in [
            (200, "box-0: the answer is packed as `gzip`, which was not asked for"),
            (500, "box-0 answered 500: (500) the answer is packed as `gzip`"),
        ] {
            var exchange = rig.exchange(ExchangeRig.chat())
            _ = exchange.begin(at: rig.clock.now)
            let end = exchange.upstreamHead(
                status: status, retryAfterSeconds: nil, packed: "gzip", at: rig.clock.now)
            #expect(end.isFinish)
            #expect(end.bytes?.contains(words) == true, "\(end.bytes ?? "")")
        }
        #expect(rig.inFlight == 0)
    }

    @Test(arguments: [false, true], ["<!DOCTYPE html><title>Log in</title>", "\r\n <html><h1>Log in</h1>"])
    func `a page in place of an answer is known by its title, and no byte of it goes out`(stream: Bool, page: String)
        throws
    {
        let rig = ExchangeRig(boxes: 1, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let end = exchange.upstreamBytes(buffer(page), at: rig.clock.now)
        let text = try #require(end.bytes)
        #expect(end.isFinish && text.hasPrefix("HTTP/1.1 502 "))
        #expect(text.contains(#"box-0: answered 200 with a web page, \"Log in\""#), "\(text)")
        #expect(!text.contains("<") && rig.failures == 1)
    }

    @Test(arguments: [(1.0, "1 s"), (1.5, "1.5 s"), (2.0, "2 s"), (0.25, "0.25 s")])
    func `a time-out names the limit, not the second after it`(limit: Double, words: String) throws {
        let rig = ExchangeRig(boxes: 1, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat(), timeout: limit)
        _ = exchange.begin(at: rig.clock.now)
        rig.clock.advance(by: .microseconds(90))
        exchange.sent(at: rig.clock.now)
        rig.clock.advance(by: .seconds(limit) + .milliseconds(80))
        let text = try #require(exchange.timeUp(at: rig.clock.now).bytes)
        #expect(text.contains("gave no answer within \(words)\""), "\(text)")
    }

    @Test func `a stream is chunked, settles at its end and is followed by the last chunk`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.line), at: rig.clock.now)
        let first = try #require(exchange.flush(at: rig.clock.now).bytes)
        #expect(first.contains("transfer-encoding: chunked\r\n"))
        #expect(first.contains("data: {"))
        let body = first.split(separator: "\r\n\r\n", maxSplits: 1)[1]
        let size = try #require(Int(body.prefix(8), radix: 16))
        #expect(body.utf8.count == 8 + 2 + size + 2)
        #expect(rig.inFlight == 1)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.done), at: rig.clock.now)
        let end = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(end.contains("data: [DONE]\n\n"))
        #expect(end.hasSuffix("\r\n0\r\n\r\n"))
        #expect(rig.inFlight == 0)
    }

    @Test func `a model that lanes know before the pool does is not there yet, and that is no fault of ours`() throws {
        let rig = ExchangeRig()
        let early = RouteTable.Route(
            model: ModelID(index: 1), name: "late", notBuilt: nil, needs: [],
            serviceClass: .default, rules: .none, maxWait: nil, timeout: nil)
        var exchange = rig.exchange(ExchangeRig.chat().replacing("llama3", with: "late"))
        exchange.use(RouteTable(routes: [("late", early)], deployments: rig.routes.deployments))
        let text = try #require(exchange.begin(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 503 "), "\(text)")
        #expect(text.contains("retry-after: 1\r\n") && text.contains("no_instance_available"))
        #expect(rig.inFlight == 0 && exchange.isOver)
    }

    @Test func `a refused box is tried on another one, and the client sees nothing`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        let second = try #require(exchange.upstreamLost(.refused("connection refused"), at: rig.clock.now).sentTo)
        #expect(second != first)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.whole), at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200"))
        #expect(text.contains("x-litellm-attempted-retries: 1\r\n"))
        #expect(rig.inFlight == 0)
    }

    @Test func `an error as the first line of a stream is tried on another box`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let second = exchange.upstreamBytes(buffer("{\"error\":\"model runner died\"}\n"), at: rig.clock.now).sentTo
        #expect(second != nil && second != first)
    }

    @Test func `an error in the middle of a stream is its last event, without DONE`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.line), at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        let end = exchange.upstreamBytes(buffer("{\"error\":\"boom\"}\n"), at: rig.clock.now)
        let text = try #require(end.bytes)
        #expect(end.isFinish)
        #expect(text.contains("data: {\"error\":"))
        #expect(!text.contains("[DONE]"))
        #expect(text.hasSuffix("0\r\n\r\n"))
        #expect(exchange.record.outcome == .failed)
        #expect(rig.inFlight == 0)
    }

    @Test func `a stream without done did not complete`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.line), at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.contains("\"error\""))
        #expect(!text.contains("[DONE]"))
        #expect(rig.failures == 1)
    }

    @Test func `the client's own fault is told and says nothing about the box`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 400, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer("{\"error\":\"invalid format: expected json\"}"), at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 400"))
        #expect(text.contains("invalid format: expected json"))
        #expect(rig.failures == 0)
        #expect(rig.inFlight == 0)
    }

    @Test(arguments: [500, 502, 503])
    func `a failing box is tried on another one until no retry is left`(status: Int) throws {
        let rig = ExchangeRig(boxes: 3, retries: 2)
        var exchange = rig.exchange(ExchangeRig.chat())
        var action = exchange.begin(at: rig.clock.now)
        var seen: Set<Int> = []
        for _ in 0..<3 {
            seen.insert(try #require(action.sentTo))
            _ = exchange.upstreamHead(status: status, retryAfterSeconds: nil, at: rig.clock.now)
            _ = exchange.upstreamBytes(buffer("{\"error\":\"broken\"}"), at: rig.clock.now)
            action = exchange.upstreamEnded(at: rig.clock.now)
        }
        #expect(seen.count == 3)
        let text = try #require(action.bytes)
        #expect(text.hasPrefix("HTTP/1.1 502"))
        #expect(text.contains("\"code\":\"upstream_failed\""))
        #expect(exchange.record.attempts == 3)
        #expect(rig.inFlight == 0)
    }

    @Test(arguments: [0, 1, 2]) func `a client does not retry what the gateway has retried`(retries: Int) throws {
        let rig = ExchangeRig(retries: retries)
        var exchange = rig.exchange(ExchangeRig.chat())
        var action = exchange.begin(at: rig.clock.now)
        for _ in 0...retries {
            #expect(action.sentTo != nil)
            _ = exchange.upstreamHead(status: 500, retryAfterSeconds: nil, at: rig.clock.now)
            action = exchange.upstreamEnded(at: rig.clock.now)
        }
        let text = try #require(action.bytes)
        #expect(text.hasPrefix("HTTP/1.1 502 "))
        #expect(text.contains("\r\nx-should-retry: false\r\n") == (retries > 0), "\(text)")
    }

    @Test(arguments: [(401, 1), (403, 1), (401, 2), (500, 1)])
    func `a client does not ask the only instance again that refuses the account`(status: Int, boxes: Int) throws {
        let rig = ExchangeRig(boxes: boxes, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: status, retryAfterSeconds: nil, at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 502 "))
        #expect(text.contains("x-should-retry: false\r\n") == (status < 500 && boxes == 1), "\(text)")
    }

    @Test(arguments: [(503, true), (429, true), (400, false)])
    func `who is told when to come back may, and a mistake is told not to`(status: Int, mayPass: Bool) throws {
        let rig = ExchangeRig(boxes: 1, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: status, retryAfterSeconds: status == 400 ? nil : 3, at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 \(status) ") && text.contains("retry-after: ") == mayPass)
        #expect(text.contains("x-should-retry: false\r\n") != mayPass, "\(text)")
    }

    static let unread = #"{"error":"error parsing tool call: raw='{\"a\":', err=unexpected end of JSON input"}"#

    @Test(arguments: [0, 1, 5])
    func `a call that a box cannot read is asked for once more, and is no failure of the box`(
        retries: Int
    ) throws {
        let rig = ExchangeRig(retries: retries)
        var exchange = rig.exchange(ExchangeRig.chat())
        var action = exchange.begin(at: rig.clock.now)
        var sent = 0
        while action.sentTo != nil {
            sent += 1
            _ = exchange.upstreamHead(status: 500, retryAfterSeconds: nil, at: rig.clock.now)
            _ = exchange.upstreamBytes(buffer(Self.unread), at: rig.clock.now)
            action = exchange.upstreamEnded(at: rig.clock.now)
        }
        #expect(sent == min(retries, 1) + 1)
        #expect(
            action.bytes?.hasPrefix("HTTP/1.1 502 ") == true
                && action.bytes?.contains("error parsing tool call") == true)
        #expect(rig.failures == 0 && rig.inFlight == 0)
    }

    @Test func `where there is one box it is asked for the call again after a pause`() throws {
        let rig = ExchangeRig(boxes: 1)
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        guard case .pause = exchange.upstreamBytes(buffer(Self.unread + "\n"), at: rig.clock.now) else {
            Issue.record("it does not pause")
            return
        }
        rig.clock.advance(by: .seconds(5))
        #expect(exchange.timeUp(at: rig.clock.now).sentTo == 0)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        #expect(exchange.upstreamEnded(at: rig.clock.now).isFinish && exchange.record.outcome == .succeeded)
    }

    @Test func `a saturated pool is 503 with Retry-After and opens no breaker`() throws {
        let rig = ExchangeRig(boxes: 1, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 503, retryAfterSeconds: 4, at: rig.clock.now)
        let busy = "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}"
        _ = exchange.upstreamBytes(buffer(busy), at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 503"))
        #expect(text.contains("retry-after: 4\r\n"))
        #expect(rig.balancer.snapshot().deployments[0].breaker == "closed")
    }

    @Test func `a proxy's 503 with Retry-After rests the box that long, and one without counts as its failure`() throws
    {
        func state(after answers: [Int?]) throws -> (state: String, breaker: String) {
            let rig = ExchangeRig(boxes: 1, retries: 0)
            for retryAfter in answers {
                var exchange = rig.exchange(ExchangeRig.chat())
                _ = exchange.begin(at: rig.clock.now)
                _ = exchange.upstreamHead(status: 503, retryAfterSeconds: retryAfter, at: rig.clock.now)
                _ = exchange.upstreamBytes(buffer("<h1>503 Service Unavailable</h1>"), at: rig.clock.now)
                let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
                #expect(text.hasPrefix(retryAfter == nil ? "HTTP/1.1 502" : "HTTP/1.1 503"))
                rig.clock.advance(by: .seconds((retryAfter ?? 0) + 1))
            }
            let deployment = rig.balancer.snapshot().deployments[0]
            return (deployment.state, deployment.breaker)
        }
        #expect(try state(after: [9, 9, 9, 9, 9, 9, 9, 9]).breaker == "closed")
        #expect(try state(after: [nil, nil, nil, nil, nil, nil, nil, nil]).breaker != "closed")
    }

    @Test func `with no other box a retry pauses, and the pauses end`() throws {
        let rig = ExchangeRig(boxes: 1, retries: 2)
        var exchange = rig.exchange(ExchangeRig.chat())
        var action = exchange.begin(at: rig.clock.now)
        var sends = 0
        var pauses = 0
        for _ in 0..<10 {
            if action.isFinish { break }
            if action.isPause {
                pauses += 1
                let deadline = exchange.deadline
                let due = try #require(deadline)
                rig.clock.advance(by: due - rig.clock.now)
                action = exchange.timeUp(at: rig.clock.now)
            } else {
                #expect(action.sentTo == 0)
                sends += 1
                _ = exchange.upstreamHead(status: 500, retryAfterSeconds: nil, at: rig.clock.now)
                action = exchange.upstreamEnded(at: rig.clock.now)
            }
        }
        #expect(action.isFinish)
        #expect(pauses >= 1 && pauses <= 3)
        #expect(sends >= 2 && sends <= 3)
        #expect(rig.inFlight == 0)
    }

    @Test func `the client's leaving settles as ignored, once`() {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        exchange.clientLeft(at: rig.clock.now)
        exchange.clientLeft(at: rig.clock.now)
        #expect(exchange.upstreamEnded(at: rig.clock.now).isNone)
        #expect(exchange.record.outcome == .cancelled)
        #expect(exchange.record.status == 499)
        #expect(rig.inFlight == 0)
        #expect(rig.failures == 0)
    }

    @Test func `an attempt that takes too long goes to another box`() throws {
        let rig = ExchangeRig(limits: AttemptLimits(request: .seconds(3), betweenPieces: nil))
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        #expect(exchange.timeUp(at: rig.clock.now).isNone, "too early")
        rig.clock.advance(by: .seconds(3))
        let second = try #require(exchange.timeUp(at: rig.clock.now).sentTo)
        #expect(second != first)
        #expect(rig.failures == 1)
    }

    @Test func `a limit that the caller chose says nothing about the box`() throws {
        let rig = ExchangeRig(retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat(extra: ",\"timeout\":1"))
        _ = exchange.begin(at: rig.clock.now)
        rig.clock.advance(by: .seconds(1))
        let text = try #require(exchange.timeUp(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 504"))
        #expect(rig.failures == 0)
        #expect(rig.inFlight == 0)
    }

    @Test func `a stream's limit is to the first token, then between pieces`() throws {
        let rig = ExchangeRig(retries: 0, limits: AttemptLimits(request: .seconds(3), betweenPieces: .seconds(1)))
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        for _ in 0..<8 {
            _ = exchange.upstreamBytes(buffer(ExchangeRig.line), at: rig.clock.now)
            _ = exchange.flush(at: rig.clock.now)
            rig.clock.advance(by: .milliseconds(900))
            #expect(exchange.timeUp(at: rig.clock.now).isNone)
        }
        rig.clock.advance(by: .milliseconds(100))
        let text = try #require(exchange.timeUp(at: rig.clock.now).bytes)
        #expect(text.contains("stalled"))
        #expect(rig.inFlight == 0)
    }

    @Test func `a full pool queues, and a freed place is granted`() throws {
        let rig = ExchangeRig(boxes: 1, cap: 1)
        var first = rig.exchange(ExchangeRig.chat())
        _ = first.begin(at: rig.clock.now)
        var second = rig.exchange(ExchangeRig.chat())
        guard case .wait(let model, let ask) = second.begin(at: rig.clock.now) else {
            Issue.record("not queued")
            return
        }
        let holders = Locked<[LeaseHolder]>([])
        _ = try rig.balancer.wait(for: model, ask) { lease in
            let holder = LeaseHolder(lease)
            holders.withLock { $0.append(holder) }
        }
        first.clientLeft(at: rig.clock.now)
        guard let granted = holders.withLock({ $0.first })?.take() else {
            Issue.record("not granted")
            return
        }
        #expect(second.granted(granted, at: rig.clock.now).sentTo == 0)
        second.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test func `waiting too long is 429 with Retry-After`() throws {
        let rig = ExchangeRig(boxes: 1, cap: 1)
        var first = rig.exchange(ExchangeRig.chat())
        _ = first.begin(at: rig.clock.now)
        var second = rig.exchange(ExchangeRig.chat())
        _ = second.begin(at: rig.clock.now)
        rig.clock.advance(by: .seconds(30))
        let text = try #require(second.timeUp(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 429"))
        #expect(text.contains("retry-after: "))
        #expect(text.contains("\"code\":\"queue_full\""))
        first.clientLeft(at: rig.clock.now)
    }

    @Test func `a lost connection after the last token is a success`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        let text = try #require(exchange.upstreamLost(.lost("reset"), at: rig.clock.now).bytes)
        #expect(text.contains("[DONE]"))
        #expect(exchange.record.outcome == .succeeded)
    }

    @Test func `done is done, though the body does not end`() throws {
        for stream in [true, false] {
            let rig = ExchangeRig()
            var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
            _ = exchange.begin(at: rig.clock.now)
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
            let answer = stream ? ExchangeRig.line + ExchangeRig.done : ExchangeRig.whole
            _ = exchange.upstreamBytes(buffer(answer), at: rig.clock.now)
            let given = exchange.flush(at: rig.clock.now).bytes ?? ""
            let deadline = exchange.deadline
            let due = try #require(deadline)
            #expect(due - rig.clock.now == Exchange.restOfFraming)
            // Whatever comes behind it, or how the client reads, puts nothing off.
            rig.clock.advance(by: .milliseconds(100))
            if stream { _ = exchange.upstreamBytes(buffer(": still here\n\n\n"), at: rig.clock.now) }
            exchange.clientIsReady(at: rig.clock.now)
            #expect(exchange.deadline == due)
            rig.clock.advance(by: Exchange.restOfFraming)
            let action = exchange.timeUp(at: rig.clock.now)
            #expect(action.isFinish)
            let text = given + (action.bytes ?? "")
            #expect(text.contains(stream ? "[DONE]" : "\"content\":\"Hi\""))
            #expect(exchange.record.outcome == .succeeded && rig.failures == 0 && rig.inFlight == 0)
        }
    }

    @Test func `half an answer that ends in a brace is waited for as long as any`() throws {
        let rig = ExchangeRig(boxes: 1, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let limit = exchange.deadline
        let cut = ExchangeRig.whole.index(after: try #require(ExchangeRig.whole.firstIndex(of: "}")))
        let half = String(ExchangeRig.whole[..<cut])
        let rest = String(ExchangeRig.whole[cut...])
        _ = exchange.upstreamBytes(buffer(half), at: rig.clock.now)
        rig.clock.advance(by: Exchange.restOfFraming)
        #expect(exchange.timeUp(at: rig.clock.now).isNone)
        #expect(exchange.deadline == limit)
        _ = exchange.upstreamBytes(buffer(rest), at: rig.clock.now)
        #expect(exchange.upstreamEnded(at: rig.clock.now).bytes?.contains("\"content\":\"Hi\"") == true)
    }

    @Test func `stopping ends a running stream with an error event`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.line), at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        let text = try #require(exchange.stop(at: rig.clock.now).bytes)
        #expect(text.contains("\"code\":\"shutting_down\""))
        #expect(rig.inFlight == 0)
    }

    @Test(arguments: [
        ("{", 400, "invalid_request"), ("[]", 400, "invalid_request"),
        ("{\"model\":\"nope\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", 404, "model_not_found"),
        ("{\"model\":\"llama3\",\"messages\":[]}", 400, "invalid_request"),
        (
            "{\"model\":\"llama3\",\"temperature\":\"hot\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", 400,
            "invalid_request"
        ),
    ])
    func `a bad request is answered at once and nothing is picked`(body: String, status: Int, code: String) throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(body)
        let end = exchange.begin(at: rig.clock.now)
        let text = try #require(end.bytes)
        #expect(end.isFinish)
        #expect(text.hasPrefix("HTTP/1.1 \(status)"))
        #expect(text.contains("\"code\":\"\(code)\""))
        #expect(rig.balancer.snapshot().deployments.allSatisfy { $0.requests == 0 })
        #expect(exchange.record.outcome == .rejected)
    }

    @Test(arguments: [Double.nan, .infinity, -1, 0, 1e300])
    func `a limit that is no sensible number of seconds is no limit, and no trap`(seconds: Double) {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true), timeout: seconds)
        #expect(exchange.begin(at: rig.clock.now).sentTo != nil)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        #expect(exchange.upstreamBytes(buffer(ExchangeRig.line), at: rig.clock.now).isNone)
        let deadline = exchange.deadline
        #expect(deadline != nil)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `a caller's limit between pieces says nothing about the box`() throws {
        let rig = ExchangeRig(retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat(stream: true), timeout: 1)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(buffer(ExchangeRig.line), at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        rig.clock.advance(by: .seconds(1))
        #expect(try #require(exchange.timeUp(at: rig.clock.now).bytes).contains("stalled"))
        #expect(rig.failures == 0)
    }

    @Test func `an error body without end is given up`() throws {
        let rig = ExchangeRig(retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 500, retryAfterSeconds: nil, at: rig.clock.now)
        let endless = buffer(String(repeating: "x", count: 40_000))
        #expect(exchange.upstreamBytes(endless, at: rig.clock.now).isNone)
        #expect(exchange.upstreamBytes(endless, at: rig.clock.now).isFinish)
        #expect(rig.inFlight == 0)
    }
}
