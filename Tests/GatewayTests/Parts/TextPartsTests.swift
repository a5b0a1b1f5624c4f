import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Vectors of many texts from several boxes.
@Suite struct TextPartsTests {
    private func lane(_ rig: ExchangeRig, texts: Int, front: Front = .openAIEmbeddings) -> PartsLane {
        let list = (0..<texts).map { "\"t\($0)\"" }.joined(separator: ",")
        return PartsLane(rig.exchange("{\"model\":\"llama3\",\"input\":[\(list)]}", front: front), clock: rig.clock)
    }

    /// A box's answer to what it was sent: each text's number is its vector.
    private func vectors(_ sent: String?) -> String {
        let texts = (sent ?? "").split(separator: "\"").filter {
            $0.first == "t" && $0.dropFirst().allSatisfy(\.isNumber)
        }
        let rows = texts.map { "[\($0.dropFirst())]" }.joined(separator: ",")
        return "{\"model\":\"m\",\"embeddings\":[\(rows)],\"total_duration\":5,\"prompt_eval_count\":\(texts.count)}"
    }

    @Test(arguments: [Front.openAIEmbeddings, .ollamaEmbed])
    func `a long list goes to all boxes that are ready, and its vectors come back in order`(front: Front) {
        let rig = ExchangeRig(boxes: 3)
        let lane = lane(rig, texts: 100, front: front)
        lane.begin()
        #expect(Set(lane.sent.values.map(\.instance)) == [0, 1, 2] && lane.sent.count == 3)
        for part in [2, 0, 1] { lane.answer(part, vectors(lane.sent[part]?.bytes)) }
        #expect(lane.isOver && lane.answer.hasPrefix("HTTP/1.1 200") && rig.inFlight == 0)
        let places = (0..<100).map { number in
            lane.answer.firstRange(
                of: front == .openAIEmbeddings ? "\"index\":\(number),\"embedding\":[\(number)]" : "[\(number)]")
        }
        #expect(places.allSatisfy { $0 != nil })
        #expect(
            lane.answer.contains(front == .openAIEmbeddings ? "\"prompt_tokens\":100" : "\"prompt_eval_count\":100"))
        let record = lane.record
        #expect(record.promptTokens == 100 && record.attempts == 3)
    }

    @Test func `a short list, or one box that is ready, is one request`() {
        for (boxes, texts) in [(3, 31), (1, 500)] {
            let rig = ExchangeRig(boxes: boxes)
            let lane = lane(rig, texts: texts)
            lane.begin()
            #expect(lane.sentWhole != nil && lane.sent.isEmpty)
            lane.leave()
        }
    }

    @Test func `clouds are asked once, as the client has asked`() {
        let rig = ExchangeRig(boxes: 3, provider: "openai", isLocal: false)
        let lane = lane(rig, texts: 500)
        lane.begin()
        #expect(lane.sentWhole != nil && lane.sent.isEmpty)
        lane.leave()
    }

    @Test func `a piece that fails is asked for elsewhere`() {
        let rig = ExchangeRig(boxes: 3)
        let lane = lane(rig, texts: 48)
        lane.begin()
        let first = lane.sent[1]?.instance
        lane.lose(1)
        #expect(lane.sent[1]?.instance != first && !lane.isOver)
        for part in 0..<3 { lane.answer(part, vectors(lane.sent[part]?.bytes)) }
        #expect(lane.isOver && lane.answer.hasPrefix("HTTP/1.1 200") && lane.record.attempts == 4)
    }

    @Test func `pieces that none can have are no reason to fail: the list is asked for whole`() {
        let rig = ExchangeRig(boxes: 2, retries: 0)
        let lane = lane(rig, texts: 40)
        lane.begin()
        let texts = lane.sent.values.map(\.bytes).joined()
        lane.lose(0)
        #expect(!lane.isOver && lane.sentWhole != nil && lane.running.isEmpty && rig.inFlight == 1)
        lane.answerWhole(vectors(texts))
        let record = lane.record
        #expect(lane.isOver && lane.answer.hasPrefix("HTTP/1.1 200") && record.attempts == 3 && rig.inFlight == 0)
    }

    @Test func `a box that gives another number of vectors fails the request, and nothing is misplaced`() {
        let rig = ExchangeRig(boxes: 2, retries: 0)
        let lane = lane(rig, texts: 40)
        lane.begin()
        lane.answer(0, "{\"model\":\"m\",\"embeddings\":[[1]],\"prompt_eval_count\":1}")
        #expect(lane.sentWhole != nil || lane.answer.contains("another number"))
        lane.leave()
        #expect(rig.inFlight == 0)
    }
}
