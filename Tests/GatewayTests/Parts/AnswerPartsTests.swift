import Balancer
import Dialects
import Ledger
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Several answers to one request, on instances that give one at a time.
@Suite struct AnswerPartsTests {
    private func lane(
        _ rig: ExchangeRig, n: Int, stream: Bool = false, more: String = "", front: Front = .openAIChat
    ) -> PartsLane {
        let body =
            front == .openAIChat
            ? ExchangeRig.chat(stream: stream, extra: ",\"n\":\(n)\(more)")
            : "{\"model\":\"llama3\",\"stream\":\(stream),\"n\":\(n)\(more)}"
        return PartsLane(rig.exchange(body, front: front), clock: rig.clock)
    }

    @Test func `each answer has a lease of its own, and all are settled once`() {
        let rig = ExchangeRig(boxes: 3)
        let lane = lane(rig, n: 3)
        lane.begin()
        #expect(rig.inFlight == 3 && Set(lane.sent.values.map(\.instance)) == [0, 1, 2])
        #expect(lane.sent.values.allSatisfy { !$0.bytes.contains("\"n\"") })
        for part in [1, 2, 0] {
            #expect(!lane.isOver)
            lane.answer(part, ExchangeRig.whole)
        }
        #expect(lane.isOver && rig.inFlight == 0)
        let (record, answer) = (lane.record, lane.answer)
        #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("x-litellm-attempted-retries: 0"))
        for number in 0..<3 { #expect(answer.contains("{\"index\":\(number),\"message\"")) }
        #expect(answer.contains("\"prompt_tokens\":15,\"completion_tokens\":21,\"total_tokens\":36"))
        #expect(record.outcome == .succeeded && record.attempts == 3 && record.status == 200)
        #expect(record.furtherAttempts == 0)
        #expect(record.promptTokens == 15 && record.completionTokens == 21)
        #expect(rig.balancer.snapshot().deployments.allSatisfy { $0.abandoned == 0 && $0.failures == 0 })
    }

    @Test func `streams are one stream, with pieces of all answers as they come and one end`() {
        let rig = ExchangeRig(boxes: 2)
        let lane = lane(rig, n: 2, stream: true, more: ",\"stream_options\":{\"include_usage\":true}")
        lane.begin()
        lane.head(1)
        lane.bytes(1, ExchangeRig.line)
        #expect(lane.answer.hasPrefix("HTTP/1.1 200") && lane.answer.contains("\"index\":1,\"delta\""))
        lane.head(0)
        lane.bytes(0, ExchangeRig.line)
        lane.bytes(0, ExchangeRig.done)
        lane.end(0)
        #expect(!lane.answer.contains("[DONE]") && lane.answer.contains("\"index\":0,\"delta\""))
        lane.bytes(1, ExchangeRig.done)
        lane.end(1)
        let answer = lane.answer
        #expect(lane.isOver && answer.ranges(of: "[DONE]").count == 1 && answer.hasSuffix("0\r\n\r\n"))
        #expect(answer.ranges(of: "\"finish_reason\":\"stop\"").count == 2)
        #expect(answer.ranges(of: "\"total_tokens\":24").count == 1 && answer.ranges(of: "HTTP/1.1").count == 1)
        let (record, flight) = (lane.record, rig.inFlight)
        #expect(record.outcome == .succeeded && record.stream && record.timeToFirstTokenNanoseconds >= 0 && flight == 0)
    }

    @Test func `an answer that fails is tried elsewhere, beside the others`() {
        let rig = ExchangeRig(boxes: 3)
        let lane = lane(rig, n: 2)
        lane.begin()
        let first = lane.sent[0]?.instance
        lane.answer(0, "{\"error\":\"oops\"}", status: 500)
        #expect(!lane.isOver && lane.sent[0]?.instance != first)
        lane.answer(0, ExchangeRig.whole)
        lane.answer(1, ExchangeRig.whole)
        let (record, answer) = (lane.record, lane.answer)
        #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("x-litellm-attempted-retries: 1"))
        #expect(record.attempts == 3 && record.furtherAttempts == 1 && rig.inFlight == 0)
    }

    @Test func `without one answer there is none, and the others are ended`() {
        let rig = ExchangeRig(boxes: 2, retries: 0)
        let lane = lane(rig, n: 2, stream: true)
        lane.begin()
        lane.answer(0, "{\"error\":\"oops\"}", status: 500)
        #expect(lane.isOver && lane.running.isEmpty && rig.inFlight == 0)
        #expect(lane.answer.hasPrefix("HTTP/1.1 502"))
        let record = lane.record
        #expect(record.outcome == .failed && record.status == 502 && record.attempts == 2)
    }

    @Test func `a failure behind the first piece is the last event of the stream`() {
        let rig = ExchangeRig(boxes: 2, retries: 0)
        let lane = lane(rig, n: 2, stream: true)
        lane.begin()
        lane.head(0)
        lane.bytes(0, ExchangeRig.line)
        lane.lose(1)
        #expect(lane.isOver && rig.inFlight == 0)
        #expect(lane.answer.hasPrefix("HTTP/1.1 200") && !lane.answer.contains("[DONE]"))
        #expect(lane.answer.contains("data: {\"error\":") && lane.answer.hasSuffix("0\r\n\r\n"))
        let record = lane.record
        #expect(record.outcome == .failed && record.status == 200)
    }

    @Test func `a client that leaves ends them all`() {
        let rig = ExchangeRig(boxes: 3)
        let lane = lane(rig, n: 3, stream: true)
        lane.begin()
        lane.head(0)
        lane.bytes(0, ExchangeRig.line)
        lane.leave()
        let record = lane.record
        #expect(rig.inFlight == 0 && record.outcome == .cancelled && record.status == 499 && rig.failures == 0)
    }

    @Test func `more answers than a request may have are refused by name, before anything is sent`() {
        let rig = ExchangeRig()
        let prompts = (0..<65).map { "\"p\($0)\"" }.joined(separator: ",")
        let lane = lane(rig, n: 2, more: ",\"prompt\":[\(prompts)]", front: .openAICompletions)
        lane.begin()
        #expect(lane.isOver && lane.sent.isEmpty && lane.answer.hasPrefix("HTTP/1.1 400"))
        #expect(lane.answer.contains("\"param\":\"n\"") && lane.answer.contains("makes 130 answers"))
    }

    @Test func `only so many run at once, and the next begins when one is over`() {
        let rig = ExchangeRig(boxes: 20)
        let lane = lane(rig, n: 18)
        lane.begin()
        #expect(lane.begun == Array(0..<16) && rig.inFlight == 16)
        for part in 0..<18 { lane.answer(part, ExchangeRig.whole) }
        #expect(lane.begun == Array(0..<18) && lane.isOver && lane.answer.contains("{\"index\":17,"))
    }

    @Test func `prompts have their answers in order, n to each`() {
        let rig = ExchangeRig(boxes: 4)
        let lane = lane(rig, n: 2, more: ",\"prompt\":[\"first\",\"second\"]", front: .openAICompletions)
        lane.begin()
        let prompts = (0..<4).map { lane.sent[$0]?.bytes.contains("\"prompt\":\"first\"") }
        #expect(prompts == [true, true, false, false])
        let whole = ExchangeRig.whole.replacing(
            "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}", with: "\"response\":\"Hi\"")
        for part in [3, 2, 1, 0] { lane.answer(part, whole) }
        #expect(lane.isOver && lane.answer.hasPrefix("HTTP/1.1 200"))
        for number in 0..<4 { #expect(lane.answer.contains("{\"index\":\(number),\"text\":\"Hi\"")) }
    }

    @Test func `an upstream that gives several answers itself is asked once`() {
        let rig = ExchangeRig(boxes: 2, provider: "openai")
        var exchange = rig.exchange(ExchangeRig.chat(extra: ",\"n\":3"))
        guard case .send(let bytes, _) = exchange.begin(at: rig.clock.now) else {
            return _ = Issue.record("one request")
        }
        #expect(String(buffer: bytes).contains("\"n\":3"))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `a fault of the request is told once, and nothing is left behind`() {
        let rig = ExchangeRig()
        let lane = lane(rig, n: 3, more: ",\"logit_bias\":{\"1\":2}")
        lane.begin()
        #expect(lane.isOver && lane.answer.ranges(of: "HTTP/1.1 400").count == 1 && rig.inFlight == 0)
        #expect(lane.answer.contains("\"param\":\"logit_bias\""))
    }

    @Test func `a large body is read for each part elsewhere`() {
        var rig = ExchangeRig(boxes: 2)
        rig.settings.largeBody = 8
        let lane = lane(rig, n: 2)
        lane.begin()
        for part in 0..<2 { lane.answer(part, ExchangeRig.whole) }
        #expect(lane.isOver && lane.answer.hasPrefix("HTTP/1.1 200"))
    }

    @Test func `a stream that stands still says that it lives, once for all parts`() {
        var rig = ExchangeRig(boxes: 2)
        rig.settings.pingInterval = .seconds(5)
        let lane = lane(rig, n: 2, stream: true)
        lane.begin()
        rig.clock.advance(by: .seconds(6))
        lane.keepAlive()
        #expect(lane.answer.ranges(of: ": ping").count == 1)
        for part in 0..<2 { lane.answer(part, ExchangeRig.line + ExchangeRig.done) }
        #expect(lane.isOver && lane.answer.ranges(of: "HTTP/1.1").count == 1 && lane.answer.contains("[DONE]"))
    }
}
