import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Nothing reaches a client before the first token, and the time to it is bounded.
@Suite struct FirstTokenTests {
    private static let limits = AttemptLimits(request: .seconds(600), betweenPieces: .seconds(2))

    /// A front, the provider behind it, events of it without a token, its first token, and its end.
    struct Case: Sendable, CustomTestStringConvertible {
        let front: Front
        let provider: String
        let silent: [String]
        let token: String
        let end: String

        var testDescription: String { "\(front) before \(provider)" }

        var body: String {
            let prompt =
                switch front {
                case .openAICompletions: "\"prompt\":\"hi\""
                case .openAIResponses: "\"input\":\"hi\""
                default: "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                }
            return "{\"model\":\"llama3\",\"stream\":true,\(prompt)}"
        }
    }

    private static func chunk(_ delta: String, finish: String = "null") -> String {
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
            + "\(delta),\"finish_reason\":\(finish)}]}\n\n"
    }

    private static func event(_ type: String, _ rest: String) -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\"\(rest)}\n\n"
    }

    private static func line(_ message: String) -> String {
        "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\(message)},\"done\":false}\n"
    }

    private static let chunks = [
        chunk("{\"role\":\"assistant\",\"content\":\"\"}"), chunk("{\"role\":\"assistant\",\"content\":null}"),
        chunk("{}"), chunk("{\"content\":\"\",\"reasoning_content\":\"\",\"tool_calls\":[]}"), ": keep-alive\n\n",
        "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[],\"prompt_filter_results\":[]}\n\n",
    ]
    private static let chunksEnd = chunk("{}", finish: "\"stop\"") + "data: [DONE]\n\n"

    static let cases = [
        Case(
            front: .openAIChat, provider: "openai", silent: chunks, token: chunk("{\"content\":\"Hi\"}"), end: chunksEnd
        ),
        Case(
            front: .openAIChat, provider: "openai", silent: chunks, token: chunk("{\"reasoning\":\"Hi\"}"),
            end: chunksEnd),
        Case(
            front: .openAIChat, provider: "openai", silent: chunks,
            token: chunk(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"Hi\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}"),
            end: chunksEnd),
        Case(
            front: .ollamaChat, provider: "openai", silent: chunks, token: chunk("{\"content\":\"Hi\"}"), end: chunksEnd
        ),
        Case(
            front: .openAICompletions, provider: "openai",
            silent: ["data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":\"\"}]}\n\n"],
            token: "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":\"Hi\"}]}\n\n",
            end:
                "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"stop\"}]}"
                + "\n\ndata: [DONE]\n\n"),
        Case(
            front: .openAIResponses, provider: "azure",
            silent: [
                event("response.created", ",\"response\":{\"model\":\"m\",\"object\":\"response\"}"),
                event("response.output_item.added", ",\"item\":{\"type\":\"message\",\"content\":[]}"),
                event("response.output_text.delta", ",\"delta\":\"\""),
            ],
            token: event("response.output_text.delta", ",\"delta\":\"Hi\""),
            end: event("response.completed", ",\"response\":{\"model\":\"m\",\"object\":\"response\"}")),
        Case(
            front: .openAIChat, provider: "anthropic",
            silent: [
                event("message_start", ",\"message\":{\"usage\":{\"input_tokens\":1}}"), event("ping", ""),
                event("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
                event("content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"\"}"),
            ],
            token: event("content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}"),
            end: event("message_stop", "")),
        Case(
            front: .openAIChat, provider: "gemini",
            silent: ["data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"\"}]}}]}\n\n"],
            token: "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}]}\n\n",
            end: "data: {\"candidates\":[{\"content\":{\"parts\":[]},\"finishReason\":\"STOP\"}]}\n\n"),
        Case(
            front: .openAIChat, provider: "ollama", silent: [line("\"content\":\"\"")],
            token: line("\"content\":\"Hi\""),
            end: ExchangeRig.done),
        Case(
            front: .ollamaChat, provider: "ollama",
            silent: [line("\"content\":\"\""), line("\"content\":\"\",\"thinking\":\"\"")],
            token: line("\"content\":\"\",\"thinking\":\"Hi\""), end: ExchangeRig.done),
    ]

    private func rig(_ provider: String) -> ExchangeRig { ExchangeRig(limits: Self.limits, provider: provider) }

    @Test(arguments: cases)
    func `nothing goes out before the first token, and a box that is cut until then is replaced unseen`(
        _ each: Case
    ) throws {
        let rig = rig(each.provider)
        var exchange = rig.exchange(each.body, front: each.front)
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        for silent in each.silent {
            #expect(exchange.upstreamBytes(ByteBuffer(string: silent), at: rig.clock.now).isNone)
            #expect(exchange.flush(at: rig.clock.now).isNone, "\(silent)")
        }
        let second = try #require(exchange.upstreamLost(.lost("reset"), at: rig.clock.now).sentTo)
        #expect(second != first)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        for piece in each.silent {
            _ = exchange.upstreamBytes(ByteBuffer(string: piece), at: rig.clock.now)
            #expect(exchange.flush(at: rig.clock.now).isNone)
        }
        #expect(exchange.upstreamBytes(ByteBuffer(string: each.token), at: rig.clock.now).isNone)
        var text = exchange.flush(at: rig.clock.now).bytes ?? ""
        #expect(exchange.upstreamBytes(ByteBuffer(string: each.end), at: rig.clock.now).isNone)
        text += try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Hi") && !text.contains("error"), "\(text)")
        #expect(text.contains("x-litellm-attempted-retries: 1\r\n"))
        #expect(text.components(of: "HTTP/1.1").count == 2)
        #expect(exchange.record.outcome == .succeeded && rig.inFlight == 0)
    }

    @Test(arguments: cases)
    func `stream_timeout bounds the first token, whatever else came before it`(_ each: Case) throws {
        let rig = rig(each.provider)
        var exchange = rig.exchange(each.body, front: each.front)
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        rig.clock.advance(by: .seconds(1))
        for silent in each.silent { _ = exchange.upstreamBytes(ByteBuffer(string: silent), at: rig.clock.now) }
        _ = exchange.flush(at: rig.clock.now)
        rig.clock.advance(by: .milliseconds(999))
        #expect(exchange.timeUp(at: rig.clock.now).isNone)
        rig.clock.advance(by: .milliseconds(1))
        let second = try #require(exchange.timeUp(at: rig.clock.now).sentTo)
        #expect(second != first && rig.failures == 1)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test(arguments: cases)
    func `stream_timeout bounds each gap after the first token`(_ each: Case) throws {
        let rig = rig(each.provider)
        var exchange = rig.exchange(each.body, front: each.front)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        for silent in each.silent { _ = exchange.upstreamBytes(ByteBuffer(string: silent), at: rig.clock.now) }
        for _ in 0..<3 {
            rig.clock.advance(by: .milliseconds(1999))
            #expect(exchange.timeUp(at: rig.clock.now).isNone)
            _ = exchange.upstreamBytes(ByteBuffer(string: each.token), at: rig.clock.now)
            _ = exchange.flush(at: rig.clock.now)
        }
        #expect(exchange.deadline == rig.clock.now + .seconds(2))
        exchange.clientLeft(at: rig.clock.now)
    }

    /// What a stream may hold beside events: an instance inside that sends nothing else generates nothing.
    private static let idle = [": ping\n\n", ":\n\n", "\n", "\r\n\r\n", ": a\n: b\n\n", "\n: PROCESSING\n\n", ":"]

    @Test(arguments: idle, [true, false])
    func `comments and blank lines bridge no gap of an instance inside, and those of clouds do`(
        text: String, isLocal: Bool
    ) throws {
        let rig = ExchangeRig(limits: Self.limits, provider: "openai", isLocal: isLocal)
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let token = ByteBuffer(string: Self.chunk("{\"content\":\"Hi\"}"))
        _ = exchange.upstreamBytes(token, at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        for _ in 0..<3 {
            rig.clock.advance(by: .milliseconds(1500))
            _ = exchange.upstreamBytes(ByteBuffer(string: text), at: rig.clock.now)
            #expect(exchange.flush(at: rig.clock.now).isNone)
            guard isLocal else {
                #expect(exchange.timeUp(at: rig.clock.now).isNone)
                continue
            }
            rig.clock.advance(by: .milliseconds(499))
            #expect(exchange.timeUp(at: rig.clock.now).isNone)
            rig.clock.advance(by: .milliseconds(1))
            let end = try #require(exchange.timeUp(at: rig.clock.now).bytes)
            #expect(end.contains("stalled in the middle of its answer") && rig.failures == 1 && rig.inFlight == 0)
            return
        }
        #expect(exchange.deadline == rig.clock.now + .seconds(2))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test(arguments: ["", ":", "\n: x\r\n", "\r\n\r\n"])
    func `a piece without a line of its own is idle`(text: String) {
        let bytes = ByteBuffer(string: text)
        #expect(bytes.mayBeIdle && bytes.isIdle)
    }

    @Test(arguments: [
        "data: {}\n\n", "\n\ndata: {", ": ping\n\ndata: {}", "\nevent: x", "{\"a\":1}\n", ": x\n{", "\n ",
    ])
    func `one with a line of its own is not`(text: String) {
        #expect(!ByteBuffer(string: text).isIdle)
    }

    /// The operator's two limits, the caller's two, and what ends a stream's silence: after how many seconds, and
    /// whether that counts against the box.
    @Test(
        arguments: [
            (600, 2, nil, nil, 2, true), (2, 600, nil, nil, 2, true), (600, 600, nil, nil, 600, true),
            (600, 2, 30, nil, 2, true), (600, 2, 1, nil, 1, false), (600, 2, nil, 30, 30, false),
            (600, 60, 30, 3, 3, false),
            // No limit for streams of their own: the caller's limit may be the longer one.
            (600, 600, 900, nil, 900, false), (nil, 2, nil, nil, 2, true), (nil, nil, nil, 5, 5, false),
        ] as [(Int?, Int?, Double?, Double?, Int, Bool)])
    func `the shorter limit ends a silence, and only the operator's counts against the box`(
        request: Int?, stream: Int?, timeout: Double?, streamTimeout: Double?, seconds: Int, counts: Bool
    ) throws {
        let rig = ExchangeRig(
            retries: 0,
            limits: AttemptLimits(
                request: request.map { .seconds($0) }, betweenPieces: stream.map { .seconds($0) }))
        var wishes = CallWishes()
        (wishes.timeoutSeconds, wishes.streamTimeoutSeconds) = (timeout, streamTimeout)
        let head = CallHead(callID: CallID(high: 1, low: 2), random: 3, front: .openAIChat, wishes: wishes)
        var exchange = Exchange(
            head, body: ByteBuffer(string: ExchangeRig.chat(stream: true)), balancer: rig.balancer, routes: rig.routes,
            settings: .init(rig.settings), at: rig.clock.now, unixSeconds: 0)
        _ = exchange.begin(at: rig.clock.now)
        #expect(exchange.deadline == rig.clock.now + .seconds(seconds))
        rig.clock.advance(by: .seconds(seconds))
        #expect(try #require(exchange.timeUp(at: rig.clock.now).bytes).hasPrefix("HTTP/1.1 504"))
        #expect(rig.failures == (counts ? 1 : 0))
    }

    @Test func `a request's own stream_timeout bounds its silences, and is not sent on`() throws {
        let rig = ExchangeRig(retries: 0, limits: Self.limits)
        var exchange = rig.exchange(ExchangeRig.chat(stream: true, extra: ",\"stream_timeout\":5"))
        guard case .send(let wire, _) = exchange.begin(at: rig.clock.now) else {
            Issue.record("nothing is sent")
            return
        }
        #expect(!String(buffer: wire).contains("stream_timeout"))
        #expect(exchange.deadline == rig.clock.now + .seconds(5))
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        rig.clock.advance(by: .seconds(1))
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        #expect(exchange.deadline == rig.clock.now + .seconds(5))
        exchange.clientLeft(at: rig.clock.now)
        var wrong = rig.exchange(ExchangeRig.chat(stream: true, extra: ",\"stream_timeout\":0"))
        #expect(try #require(wrong.begin(at: rig.clock.now).bytes).contains("stream_timeout"))
    }

    @Test func `an answer that does not stream knows no stream_timeout`() throws {
        let rig = ExchangeRig(limits: Self.limits)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        #expect(exchange.deadline == rig.clock.now + .seconds(600))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `what comes without end and without a token is given up, not kept`() throws {
        var rig = ExchangeRig(retries: 0, provider: "openai")
        rig.settings.maximumAnswer = 1000
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        var last = Exchange.Action.none
        for _ in 0..<10 where last.isNone {
            last = exchange.upstreamBytes(ByteBuffer(string: Self.chunk("{\"content\":\"\"}")), at: rig.clock.now)
        }
        #expect(try #require(last.bytes).hasPrefix("HTTP/1.1 502"))
    }

    @Test func `an answer without a single token is passed on when it is whole`() throws {
        let rig = ExchangeRig(provider: "openai")
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: Self.chunks[0] + Self.chunksEnd), at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("\"role\":\"assistant\"") && text.contains("[DONE]"))
        #expect(exchange.record.outcome == .succeeded)
    }
}

extension String {
    fileprivate func components(of text: String) -> [Substring] {
        split(separator: text, omittingEmptySubsequences: false)
    }
}
