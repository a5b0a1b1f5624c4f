import Balancer
import Dialects
import Gateway
import NIOCore
import TestSupport
import Testing

/// What an exchange tells the balancer of its request, and how long it waits.
@Suite struct ExchangeAskingTests {
    private static let long = String(repeating: "All work and no play makes a dull boy. ", count: 60)

    /// What a request asks for that finds every place taken.
    private func asked(
        _ rig: ExchangeRig, _ body: String, timeout: Double? = nil, serviceClass: ServiceClass? = nil, flow: UInt64 = 0
    ) throws -> PickRequest {
        var first = rig.exchange(ExchangeRig.chat())
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var second = rig.exchange(body, timeout: timeout, serviceClass: serviceClass, flow: flow)
        let ask = second.begin(at: rig.clock.now).asked
        first.clientLeft(at: rig.clock.now)
        second.clientLeft(at: rig.clock.now)
        return try #require(ask)
    }

    @Test func `everything the request says of itself is told`() throws {
        let rig = ExchangeRig(boxes: 1, cap: 1)
        let ask = try asked(
            rig, ExchangeRig.chat(stream: true, extra: ",\"max_tokens\":77,\"num_ctx\":8192"), timeout: 9,
            serviceClass: .interactive, flow: 5)
        #expect(ask.outputLimit == 77)
        #expect(ask.isStreamed)
        #expect(ask.context == 8192)
        #expect(ask.flow == 5)
        #expect(ask.serviceClass == .interactive)
        #expect(ask.patience == .seconds(9))
        #expect(ask.prefix.isEmpty, "nobody would look at it")
    }

    @Test func `what it does not say stays unsaid, and the class is the model's`() throws {
        let rig = ExchangeRig(boxes: 1, cap: 1, serviceClass: .batch)
        let ask = try asked(rig, ExchangeRig.chat())
        #expect(ask.outputLimit == nil && ask.context == nil && ask.patience == nil)
        #expect(!ask.isStreamed)
        #expect(ask.flow == 0)
        #expect(ask.serviceClass == .batch)
    }

    @Test func `patience is the caller's own limit, else what is left of the whole request's`() throws {
        var rig = ExchangeRig(boxes: 1, cap: 1)
        #expect(try asked(rig, ExchangeRig.chat(extra: ",\"timeout\":4")).patience == .seconds(4))
        rig.settings.totalTimeout = .seconds(20)
        #expect(try asked(rig, ExchangeRig.chat()).patience == .seconds(20))
        #expect(try asked(rig, ExchangeRig.chat(), timeout: 5).patience == .seconds(5))
        #expect(try asked(rig, ExchangeRig.chat(), timeout: 50).patience == .seconds(20))
    }

    @Test func `where predictions decide the prompt's beginning is told`() throws {
        let rig = ExchangeRig(boxes: 1, cap: 1, strategy: "soonest")
        let body = "{\"model\":\"llama3\",\"messages\":[{\"role\":\"user\",\"content\":\"\(Self.long)\"}]}"
        #expect(try asked(rig, body).prefix.count == (Self.long.utf8.count + 30) / 512)
    }

    @Test func `a queue that stands in for the instance's own has its limit`() throws {
        let rig = ExchangeRig(boxes: 1, cap: 1, strategy: "soonest", maxWait: nil)
        let limited = ExchangeRig(boxes: 1, cap: 1, strategy: "soonest", maxWait: .seconds(3))
        for (rig, timeout, limit) in [(rig, nil, 600), (rig, 7.0, 7), (limited, nil, 3), (limited, 2.0, 2)] {
            var first = rig.exchange(ExchangeRig.chat())
            #expect(first.begin(at: rig.clock.now).sentTo == 0)
            var second = rig.exchange(ExchangeRig.chat(), timeout: timeout)
            let began = rig.clock.now
            guard second.begin(at: began).asked != nil else {
                // Predicted to take longer than that.
                first.clientLeft(at: began)
                continue
            }
            #expect(second.deadline == began + .seconds(limit))
            first.clientLeft(at: began)
            second.clientLeft(at: began)
        }
    }

    @Test func `the caller's limit runs while its request waits`() throws {
        let rig = ExchangeRig(boxes: 1, strategy: "soonest", slots: 1, maxWait: nil)
        var first = rig.exchange(ExchangeRig.chat())
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var second = rig.exchange(ExchangeRig.chat(), timeout: 100)
        let began = rig.clock.now
        let ask = try #require(second.begin(at: began).asked)
        rig.clock.advance(by: .seconds(30))
        first.clientLeft(at: rig.clock.now)
        let lease = try rig.balancer.pick(ModelID(index: 0), ask)
        #expect(second.granted(lease, at: rig.clock.now).sentTo == 0)
        #expect(second.deadline == began + .seconds(100))
        second.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test func `what would wait longer than its client is refused at once, and told when to come back`() throws {
        let rig = ExchangeRig(boxes: 1, strategy: "soonest", slots: 1, maxWait: nil)
        var first = rig.exchange(ExchangeRig.chat())
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var second = rig.exchange(ExchangeRig.chat(), timeout: 0.01)
        let answer = try #require(second.begin(at: rig.clock.now).bytes)
        #expect(answer.hasPrefix("HTTP/1.1 429 "))
        #expect(answer.contains("\"code\":\"queue_full\""))
        #expect(answer.contains("longer than this request may take"))
        let retry = try #require(answer.firstMatch(of: /retry-after: (\d+)\r\n/)?.1)
        let predicted = try #require(answer.firstMatch(of: /x-drover-queue-predicted-ms: ([0-9.]+)\r\n/)?.1)
        let seconds = try #require(Double(predicted)) / 1000
        #expect(Double(retry) == max(1, (seconds - 0.01).rounded(.up)))
        first.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test func `what is loaded decides which context the instance is sent`() throws {
        let rig = ExchangeRig(boxes: 1)
        for (asked, sent) in [(8192, 8192), (4096, 8192), (nil, 8192), (16384, 16384), (8192, 16384)] as [(Int?, Int)] {
            let extra = asked.map { ",\"options\":{\"num_ctx\":\($0),\"num_batch\":64,\"top_k\":5}" } ?? ""
            var exchange = rig.exchange(ExchangeRig.chat(extra: extra))
            guard case .send(let wire, _) = exchange.begin(at: rig.clock.now) else {
                Issue.record("nothing was sent")
                return
            }
            let text = String(buffer: wire)
            #expect(text.contains("\"num_ctx\":\(sent)"), "\(text)")
            #expect(!text.contains("num_batch"))
            #expect(text.contains("\"top_k\":5") == (asked != nil))
            exchange.clientLeft(at: rig.clock.now)
        }
    }

    @Test func `a large body that is written elsewhere is sent what the lease lets it say`() throws {
        var rig = ExchangeRig(boxes: 1)
        rig.settings.largeBody = 0
        for (asked, sent) in [(8192, 8192), (4096, 8192)] {
            var exchange = rig.exchange(ExchangeRig.chat(extra: ",\"num_ctx\":\(asked)"))
            guard case .work(let scan) = exchange.begin(at: rig.clock.now),
                case .work(let encode) = exchange.worked(scan.run(), at: rig.clock.now),
                case .send(let wire, _) = exchange.worked(encode.run(), at: rig.clock.now)
            else {
                Issue.record("it was not read, written and sent")
                return
            }
            #expect(String(buffer: wire).contains("\"num_ctx\":\(sent)"))
            exchange.clientLeft(at: rig.clock.now)
        }
        #expect(rig.inFlight == 0)
    }

    @Test func `a stream's own figures reach the balancer`() throws {
        let rig = ExchangeRig(boxes: 1)
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        #expect(exchange.begin(at: rig.clock.now).sentTo == 0)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        for line in [ExchangeRig.line, ExchangeRig.done] {
            rig.clock.advance(by: .seconds(1))
            _ = exchange.upstreamBytes(.init(string: line), at: rig.clock.now)
        }
        #expect(exchange.upstreamEnded(at: rig.clock.now).isFinish)
        // Seven tokens in 200 ns, as the box says; by our clock it was a second.
        #expect(rig.balancer.snapshot().deployments[0].tokensPerSecond == 35_000_000)
    }
}
