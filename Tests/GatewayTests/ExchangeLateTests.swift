import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Attempts that take longer than they do: another instance is asked as well, and the client sees nothing of it.
@Suite struct ExchangeLateTests {
    /// Boxes whose first tokens have come after 100 ms, so far.
    private static func rig(boxes: Int = 3, retries: Int = 2, isLocal: Bool = true) async throws -> ExchangeRig {
        var rig = ExchangeRig(boxes: boxes, retries: retries, isLocal: isLocal)
        rig.settings.learnsFirstToken = true
        await rig.haveLoaded()
        try rig.haveAnswered()
        return rig
    }

    private static func text(_ action: Exchange.Action) -> String {
        switch action {
        case .send(let bytes, _), .hedge(let bytes, _): String(buffer: bytes)
        default: ""
        }
    }

    /// Looks at it until something else is asked as well, for so long.
    private static func wait(_ exchange: inout Exchange, _ rig: ExchangeRig, seconds: Int = 60) -> Exchange.Action {
        let end = rig.clock.now + .seconds(seconds)
        while let due = exchange.deadline, due < end {
            if due > rig.clock.now { rig.clock.advance(by: due - rig.clock.now) }
            let action = exchange.timeUp(at: rig.clock.now)
            if !action.isNone { return action }
        }
        return .none
    }

    /// The running attempt gives a whole stream.
    private static func answer(_ exchange: inout Exchange, _ rig: ExchangeRig) -> String {
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        let first = exchange.flush(at: rig.clock.now).bytes ?? ""
        return first + (exchange.upstreamEnded(at: rig.clock.now).bytes ?? "")
    }

    @Test(arguments: [true, false], [0, 2])
    func `the second one answers first, whether there are retries or not`(stream: Bool, retries: Int) async throws {
        let rig = try await Self.rig(retries: retries)
        var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
        let began = rig.clock.now
        let sent = exchange.begin(at: began)
        #expect(Self.text(sent).contains("\"stream\":true"), "nobody has heard of the box lately")
        let first = try #require(sent.sentTo)
        let second = try #require(Self.wait(&exchange, rig).hedgedTo)
        #expect(second != first && rig.inFlight == 2 && rig.clock.now - began < .seconds(3))
        let text = Self.answer(&exchange, rig)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Hi") && text.contains("box-\(second)"))
        #expect(!text.dropFirst(8).contains("HTTP/1.1"), "never two first bytes")
        let hasLate = exchange.hasLate
        #expect(!hasLate && rig.inFlight == 0 && rig.failures == 1)
        #expect(exchange.record.attempts == 2 && exchange.record.deployment == second)
        #expect(exchange.record.failedAttempts.map(\.deployment) == [first])
        #expect(rig.balancer.snapshot().deployments.allSatisfy { $0.abandoned == 0 })
    }

    @Test(arguments: [true, false]) func `the late one answers after all`(stream: Bool) async throws {
        let rig = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = try #require(Self.wait(&exchange, rig).hedgedTo)
        #expect(exchange.lateAnswered(status: 200, at: rig.clock.now).isResume)
        #expect(rig.inFlight == 1)
        let text = Self.answer(&exchange, rig)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Hi") && text.contains("box-\(first)"))
        #expect(rig.inFlight == 0 && rig.failures == 0 && exchange.record.deployment == first)
    }

    @Test func `where the second one fails the first is waited for, and a third is asked`() async throws {
        let rig = try await Self.rig(retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        let second = try #require(Self.wait(&exchange, rig).hedgedTo)
        #expect(exchange.upstreamLost(.refused("no"), at: rig.clock.now).isResume)
        #expect(rig.inFlight == 1)
        let third = try #require(Self.wait(&exchange, rig).hedgedTo)
        #expect(Set([first, second, third]).count == 3)
        #expect(Self.answer(&exchange, rig).hasPrefix("HTTP/1.1 200"))
        #expect(rig.inFlight == 0)
    }

    @Test func `of three that are late the first is left`() async throws {
        let rig = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = try #require(Self.wait(&exchange, rig).hedgedTo)
        let third = try #require(Self.wait(&exchange, rig).hedgedTo)
        #expect(rig.inFlight == 2, "never more than two")
        let boxes = rig.balancer.snapshot().deployments.map(\.inFlight)
        #expect(boxes[first] == 0 && boxes[third] == 1)
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test(arguments: 0..<6) func `however it ends, nothing is in flight`(way: Int) async throws {
        let rig = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        let second = try #require(Self.wait(&exchange, rig).hedgedTo)
        let now = rig.clock.now
        func outage(_ box: Int) -> Outage {
            Outage(instance: InstanceID(index: box), model: nil, reason: "it hangs", since: now)
        }
        switch way {
        case 0: exchange.clientLeft(at: now)
        case 1: _ = exchange.stop(at: now)
        case 2: _ = exchange.overloaded(.shuttingDown, at: now)
        case 3:
            #expect(exchange.tookOut(outage(first), at: now).isNone)
            let hasLate = exchange.hasLate
            #expect(!hasLate && rig.inFlight == 1)
            _ = Self.answer(&exchange, rig)
        case 4:
            #expect(exchange.tookOut(outage(second), at: now).isResume)
            exchange.clientLeft(at: now)
        default:
            exchange.lateLost(.lost("cut"), at: now)
            #expect(rig.inFlight == 1)
            _ = Self.answer(&exchange, rig)
        }
        let isOver = exchange.isOver
        #expect(isOver && rig.inFlight == 0)
        #expect(rig.balancer.snapshot().deployments.allSatisfy { $0.abandoned == 0 })
    }

    @Test func `a word about the request holds for both`() async throws {
        let rig = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = try #require(Self.wait(&exchange, rig).hedgedTo)
        _ = exchange.upstreamHead(status: 400, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: "{\"error\":\"bad\"}"), at: rig.clock.now)
        let action = exchange.upstreamEnded(at: rig.clock.now)
        let hasLate = exchange.hasLate
        #expect(!hasLate && !action.isResume)
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test func `an answer that is joined and stalls is asked for elsewhere, a stream that is out is not`() async throws
    {
        for stream in [false, true] {
            let rig = try await Self.rig()
            var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
            let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
            _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
            _ = exchange.flush(at: rig.clock.now)
            let second = Self.wait(&exchange, rig, seconds: 40).sentTo
            if stream { #expect(second == nil) } else { #expect(second != nil && second != first && rig.inFlight == 1) }
            exchange.clientLeft(at: rig.clock.now)
            #expect(rig.inFlight == 0)
        }
    }

    @Test func `where there is no other box it is waited for`() async throws {
        let rig = try await Self.rig(boxes: 1)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        #expect(Self.wait(&exchange, rig, seconds: 500).isNone)
        #expect(rig.failures == 0)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `a cloud is late by no guess`() async throws {
        let rig = try await Self.rig(isLocal: false)
        var exchange = rig.exchange(ExchangeRig.chat())
        #expect(Self.text(exchange.begin(at: rig.clock.now)).contains("\"stream\":false"))
        #expect(exchange.deadline == rig.clock.now + .seconds(600))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `a second box that the request cannot be written for leaves the first as it is`() async throws {
        var rig = ExchangeRig(firstProvider: "hosted_vllm")
        rig.settings.learnsFirstToken = true
        await rig.haveLoaded()
        try rig.haveAnswered()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true, extra: #","logit_bias":{"1":5}"#))
        try #require(exchange.begin(at: rig.clock.now).sentTo == 0)
        #expect(Self.wait(&exchange, rig).isNone, "nothing was asked, so nothing is to be resumed")
        let hasLate = exchange.hasLate
        #expect(!hasLate && rig.inFlight == 1)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let event = #"data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#
        _ = exchange.upstreamBytes(ByteBuffer(string: event + "\n\ndata: [DONE]\n\n"), at: rig.clock.now)
        #expect(exchange.flush(at: rig.clock.now).bytes?.contains("Hi") == true)
        _ = exchange.upstreamEnded(at: rig.clock.now)
        #expect(exchange.record.outcome == .succeeded && rig.inFlight == 0 && rig.failures == 0)
    }

    @Test func `a call of a tool, of which nothing comes before it is whole, has the time of an answer`() async throws {
        let tools = #","tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"#
        var waits: [Duration] = []
        for extra in ["", tools] {
            let rig = try await Self.rig()
            var exchange = rig.exchange(ExchangeRig.chat(extra: extra))
            let began = rig.clock.now
            _ = exchange.begin(at: began)
            _ = try #require(Self.wait(&exchange, rig).hedgedTo)
            waits.append(rig.clock.now - began)
            exchange.clientLeft(at: rig.clock.now)
        }
        #expect(waits[1] - waits[0] >= .seconds(1), "\(waits)")
        // Behind tokens it is no shorter than any stall.
        let rig = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(extra: tools))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        #expect(Self.wait(&exchange, rig, seconds: 9).isNone)
        #expect(Self.wait(&exchange, rig, seconds: 20).sentTo != nil)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test(arguments: [429, 503]) func `a late one that says it is full is at no fault`(status: Int) async throws {
        let rig = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = try #require(Self.wait(&exchange, rig).hedgedTo)
        #expect(exchange.lateAnswered(status: status, at: rig.clock.now).isNone)
        let box = rig.balancer.snapshot().deployments[first]
        #expect(box.breaker == "closed" && box.state == "full", "\(box.state)")
        #expect(Self.answer(&exchange, rig).hasPrefix("HTTP/1.1 200") && rig.inFlight == 0)
    }

    @Test func `a box that says no and never ends its words is asked no longer than they may take`() async throws {
        for retries in [0, 1] {
            let rig = try await Self.rig(retries: retries)
            var exchange = rig.exchange(ExchangeRig.chat(stream: true))
            let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
            rig.clock.advance(by: .milliseconds(100))
            let answered = rig.clock.now
            _ = exchange.upstreamHead(status: 500, retryAfterSeconds: nil, at: answered)
            _ = exchange.upstreamBytes(ByteBuffer(string: "{\"error\":\"out of"), at: answered)
            let action = Self.wait(&exchange, rig)
            #expect(rig.clock.now - answered == .seconds(10))
            if retries > 0 { #expect(action.sentTo != nil && action.sentTo != first) } else { #expect(action.isFinish) }
            #expect(rig.failures == 1)
            exchange.clientLeft(at: rig.clock.now)
            #expect(rig.inFlight == 0)
        }
    }

    @Test func `a whole answer that stalls where it could have been whole is asked for elsewhere`() async throws {
        let rig = try await Self.rig()
        for box in 0..<3 { rig.balancer.heard(InstanceID(index: box), at: rig.clock.now) }
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let half = "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}"
        _ = exchange.upstreamBytes(ByteBuffer(string: half), at: rig.clock.now)
        let second = try #require(Self.wait(&exchange, rig).sentTo)
        #expect(second != first && rig.inFlight == 1)
        #expect(exchange.record.moves == 1 && exchange.record.hedges == 0)
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test(arguments: [Front.openAIEmbeddings, .ollamaEmbed])
    func `vectors have the time that vectors take, and are asked for elsewhere as well`(front: Front) async throws {
        var rig = ExchangeRig()
        rig.settings.learnsFirstToken = true
        await rig.haveLoaded()
        try rig.haveAnswered(learns: .wholes)
        let began = rig.clock.now
        var exchange = rig.exchange(#"{"model":"llama3","input":"hi"}"#, front: front)
        let first = try #require(exchange.begin(at: began).sentTo)
        let second = try #require(Self.wait(&exchange, rig).hedgedTo)
        // Whole answers have taken 1.1 s.
        #expect(second != first && rig.clock.now - began < .seconds(8) && rig.clock.now - began > .seconds(2))
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let vectors = #"{"model":"m","embeddings":[[0.5,1]],"total_duration":9,"load_duration":1}"#
        _ = exchange.upstreamBytes(ByteBuffer(string: vectors), at: rig.clock.now)
        let answer = exchange.upstreamEnded(at: rig.clock.now)
        #expect(answer.bytes?.hasPrefix("HTTP/1.1 200") == true && answer.bytes?.contains("0.5") == true)
        #expect(rig.inFlight == 0 && exchange.record.hedgesWon == 1)
    }

    @Test(arguments: [true, false], [true, false])
    func `one that has begun an answer and written blank lines stands beside the other, and may win`(
        stream: Bool, wins: Bool
    ) async throws {
        let rig = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: "\n\n"), at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        let second = try #require(Self.wait(&exchange, rig).hedgedTo)
        let hasHead = exchange.lateHasHead
        #expect(hasHead && second != first && rig.inFlight == 2)
        if wins { #expect(exchange.lateAnswered(status: 200, at: rig.clock.now).isResume) }
        let text = Self.answer(&exchange, rig)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Hi") && text.contains("box-\(wins ? first : second)"))
        #expect(!text.dropFirst(8).contains("HTTP/1.1"), "never two first bytes")
        #expect(rig.inFlight == 0 && exchange.record.moves == 0)
    }

    @Test func `what stands beside a late one is no retry`() async throws {
        let rig = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = try #require(Self.wait(&exchange, rig).hedgedTo)
        let text = Self.answer(&exchange, rig)
        #expect(text.contains("x-litellm-attempted-retries: 0\r\n"), "\(text.prefix(600))")
        #expect(exchange.record.attempts == 2)
        #expect((exchange.record.hedges, exchange.record.hedgesWon, exchange.record.moves) == (1, 1, 0))
    }

    @Test func `each of two attempts has its own place in the trace, and the one that answers is told by it`()
        async throws
    {
        for way in 0..<3 {
            var rig = try await Self.rig(retries: 0)
            rig.settings.traces = .always
            var exchange = rig.exchange(ExchangeRig.chat(stream: true))
            let sent = Self.text(exchange.begin(at: rig.clock.now))
            let trace = try #require(exchange.record.trace)
            func names(_ text: String, _ number: Int) -> Bool {
                var place = trace.own
                place.span = trace.child(number)
                return text.contains("traceparent: \(place.traceparent)\r\n")
            }
            #expect(names(sent, 1))
            let first = exchange.record.deployment
            #expect(names(Self.text(Self.wait(&exchange, rig)), 2))
            let second = exchange.record.deployment
            switch way {
            case 0: break
            case 1: #expect(exchange.lateAnswered(status: 200, at: rig.clock.now).isResume)
            default: #expect(exchange.upstreamLost(.lost("cut"), at: rig.clock.now).isResume)
            }
            _ = Self.answer(&exchange, rig)
            let others = exchange.record.failedAttempts
            #expect(others.map(\.number) == [way == 0 ? 1 : 2] && others.map(\.isFault) == [way != 1])
            #expect(others.map(\.deployment) == [way == 0 ? first : second])
            #expect(exchange.record.lastAttempt == (way == 0 ? 2 : 1))
            #expect(exchange.record.deployment == (way == 0 ? second : first))
        }
    }

    @Test func `the wait for a late one is no time of the gateway's own`() async throws {
        for stream in [true, false] {
            let rig = try await Self.rig()
            var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
            _ = exchange.begin(at: rig.clock.now)
            _ = try #require(Self.wait(&exchange, rig).hedgedTo)
            let text = Self.answer(&exchange, rig)
            #expect(text.contains("x-litellm-overhead-duration-ms: 0.000\r\n"), "\(text.prefix(900))")
        }
    }

    @Test func `a box that was just heard of is asked for the whole answer`() async throws {
        let rig = try await Self.rig()
        for box in 0..<3 { rig.balancer.heard(InstanceID(index: box), at: rig.clock.now) }
        var exchange = rig.exchange(ExchangeRig.chat())
        #expect(Self.text(exchange.begin(at: rig.clock.now)).contains("\"stream\":false"))
        // It is late all the same when nothing of it comes for the time of an answer.
        #expect(Self.wait(&exchange, rig).hedgedTo != nil)
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }
}
