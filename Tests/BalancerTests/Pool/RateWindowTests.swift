import Testing

@testable import Balancer

@Suite struct RateWindowTests {
    private func second(_ seconds: Double) -> Moment { .zero + .seconds(seconds) }

    @Test func `begins with its first request and lasts a minute`() {
        var window = RateWindow(rpm: 2, tpm: nil)
        window.count(1, at: second(100))
        #expect(window.reached(at: second(100)) == nil && window.admits(1, at: second(100)))
        window.count(1, at: second(130))
        #expect(window.reached(at: second(130)) == .requests)
        #expect(window.reached(at: second(159.999)) == .requests && !window.admits(1, at: second(159.999)))
        #expect(window.reached(at: second(160)) == nil && window.admits(1, at: second(160)))
        window.count(1, at: second(500))
        #expect(window.requests == 1 && window.end == second(560))
    }

    @Test func `tokens fit to the last one`() {
        var window = RateWindow(rpm: nil, tpm: 100)
        window.count(60, at: .zero)
        #expect(window.admits(40, at: .zero) && !window.admits(41, at: .zero))
        #expect(window.reached(at: .zero) == nil)
        window.count(40, at: .zero)
        #expect(window.reached(at: .zero) == .tokens)
    }

    @Test func `one that is larger than the limit goes alone`() {
        var window = RateWindow(rpm: nil, tpm: 100)
        #expect(window.admits(1_000, at: .zero))
        window.count(10, at: .zero)
        #expect(!window.admits(1_000, at: .zero))
        #expect(window.admits(1_000, at: second(60)))
        window.count(1_000, at: second(60))
        #expect(window.reached(at: second(60)) == .tokens)
    }

    @Test func `is put right by what was used, in its own minute only`() {
        var window = RateWindow(rpm: nil, tpm: 100)
        window.count(100, at: .zero)
        let first = window.generation
        window.correct(100, to: 30, generation: first)
        #expect(window.tokens == 30 && window.reached(at: .zero) == nil)
        window.correct(20, to: 90, generation: first)
        #expect(window.tokens == 100 && window.reached(at: .zero) == .tokens)
        window.count(7, at: second(60))
        window.correct(100, to: 5, generation: first)
        #expect(window.tokens == 7 && window.generation != first)
    }

    @Test func `what was not sent is taken back, in its own minute only`() {
        var window = RateWindow(rpm: 1, tpm: 100)
        window.count(100, at: .zero)
        let first = window.generation
        window.uncount(100, generation: first)
        #expect(window.requests == 0 && window.tokens == 0 && window.admits(100, at: .zero))
        window.count(40, at: second(60))
        window.uncount(100, generation: first)
        #expect(window.requests == 1 && window.tokens == 40)
    }

    @Test func `what is counted fits 32 bits whatever is asked for`() {
        var request = PickRequest(promptTokens: .max, tried: [])
        request.outputLimit = .max
        #expect(request.mostTokens == Int(Int32.max))
        request.promptTokens = -5
        request.outputLimit = -7
        #expect(request.mostTokens == 0)
        request.promptTokens = 20
        #expect(request.mostTokens == 20)
        request.outputLimit = 30
        #expect(request.mostTokens == 50)
    }
}
