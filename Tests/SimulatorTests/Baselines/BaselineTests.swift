import Balancer
import Testing

@testable import Simulator

@Suite struct BaselineTests {
    private var random = RandomSource(seed: 1)

    private func ask(_ model: Int32) -> SimulatedRequest {
        var request = SimulatedRequest(arrival: 0, promptTokens: 100, outputTokens: 10)
        request.model = model
        return request
    }

    private func success(_ seconds: Double) -> Outcome {
        .succeeded(
            Sample(
                timeToFirstToken: .seconds(seconds), duration: .seconds(seconds), promptTokens: 1, completionTokens: 1,
                times: nil))
    }

    @Test mutating func `LiteLLM's least-busy takes the first of equals and sees only its own model`() {
        var chooser = LiteLLMLeastBusy(boxes: 3, models: 2)
        var counts = InFlightCounts(boxes: 3, models: 2)
        #expect(chooser.choose(ask(0), from: [0, 1, 2], counts, random: &random) == 0)
        counts.add(1, 0, on: 0)
        #expect(chooser.choose(ask(0), from: [0, 1, 2], counts, random: &random) == 1)
        for _ in 0..<9 { counts.add(1, 1, on: 1) }
        #expect(chooser.choose(ask(0), from: [0, 1, 2], counts, random: &random) == 1)
        #expect(chooser.choose(ask(1), from: [0, 1, 2], counts, random: &random) == 0)
    }

    @Test mutating func `LiteLLM's latency tries the unseen first, then sticks to the lowest mean`() {
        var chooser = LiteLLMLatency(boxes: 3, models: 1)
        let counts = InFlightCounts(boxes: 3, models: 1)
        chooser.learn(0, on: 0, success(1))
        chooser.learn(0, on: 2, success(2))
        #expect(chooser.choose(ask(0), from: [0, 1, 2], counts, random: &random) == 1)
        chooser.learn(0, on: 1, success(3))
        #expect(chooser.choose(ask(0), from: [0, 1, 2], counts, random: &random) == 0)
        chooser.learn(0, on: 0, success(9))
        #expect(chooser.choose(ask(0), from: [0, 1, 2], counts, random: &random) == 2)
    }

    @Test mutating func `its window holds ten values, and only time-outs of all failures count`() {
        var chooser = LiteLLMLatency(boxes: 2, models: 1)
        let counts = InFlightCounts(boxes: 2, models: 1)
        chooser.learn(0, on: 1, success(2))
        chooser.learn(0, on: 0, success(1_000))
        for _ in 0..<10 { chooser.learn(0, on: 0, success(1)) }
        #expect(chooser.choose(ask(0), from: [0, 1], counts, random: &random) == 0)
        chooser.learn(0, on: 0, .failed(.serverError(status: 500)))
        #expect(chooser.choose(ask(0), from: [0, 1], counts, random: &random) == 0)
        chooser.learn(0, on: 0, .failed(.timedOut))
        #expect(chooser.choose(ask(0), from: [0, 1], counts, random: &random) == 1)
    }

    @Test mutating func `LiteLLM's latency settles equals by chance`() {
        var chooser = LiteLLMLatency(boxes: 4, models: 1)
        let counts = InFlightCounts(boxes: 4, models: 1)
        var seen: Set<Int> = []
        for _ in 0..<200 { seen.insert(chooser.choose(ask(0), from: [0, 1, 3], counts, random: &random)) }
        #expect(seen == [0, 1, 3])
    }

    @Test mutating func `whole boxes are compared, equals by chance`() {
        var chooser = LeastBusyBoxes(boxes: 3, models: 2)
        var counts = InFlightCounts(boxes: 3, models: 2)
        counts.add(1, 1, on: 0)
        var seen: Set<Int> = []
        for _ in 0..<50 { seen.insert(chooser.choose(ask(0), from: [0, 1, 2], counts, random: &random)) }
        #expect(seen == [1, 2])
    }

    @Test mutating func `the random and the shuffle reach all`() {
        var one = RandomChoice(boxes: 3, models: 1)
        var other = LiteLLMShuffle(boxes: 3, models: 1)
        let counts = InFlightCounts(boxes: 3, models: 1)
        var seen: [Set<Int>] = [[], []]
        for _ in 0..<100 {
            seen[0].insert(one.choose(ask(0), from: [0, 1, 2], counts, random: &random))
            seen[1].insert(other.choose(ask(0), from: [0, 1, 2], counts, random: &random))
        }
        #expect(seen == [[0, 1, 2], [0, 1, 2]])
    }
}
