import Testing

@testable import Balancer

@Suite struct EarlyTrialTests {
    private func at(_ seconds: Int) -> Moment { .zero + .seconds(seconds) }

    @Test func `a long pause is tried now and then, ever more rarely`() {
        var trial = EarlyTrial()
        trial.begin(until: at(300), isRateLimit: false, mayTry: true, at: at(0))
        var times: [Int] = []
        for second in 0..<400 where trial.isDue(at: at(second)) {
            times.append(second)
            trial.went(at: at(second))
            // It is told to wait again.
            trial.begin(until: at(second + 300), isRateLimit: false, mayTry: true, at: at(second))
        }
        #expect(times == [5, 15, 35, 65, 95, 125, 155, 185, 215, 245, 275, 305, 335, 365, 395])
    }

    @Test func `one that is over is not tried, and the next begins anew`() {
        var trial = EarlyTrial()
        #expect(!trial.isDue(at: at(0)))
        trial.begin(until: at(20), isRateLimit: true, mayTry: true, at: at(0))
        trial.went(at: at(5))
        #expect(trial.isDue(at: at(15)) && !trial.isDue(at: at(20)) && trial.isRateLimit)
        trial.begin(until: at(60), isRateLimit: false, mayTry: true, at: at(30))
        #expect(!trial.isDue(at: at(34)) && trial.isDue(at: at(35)) && !trial.isRateLimit)
    }

    @Test func `somebody else's rate limit is kept to its end`() {
        var trial = EarlyTrial()
        trial.begin(until: at(300), isRateLimit: true, mayTry: false, at: at(0))
        trial.went(at: at(1))
        #expect(!(0..<300).contains { trial.isDue(at: at($0)) })
    }

    @Test func `one that refuses again and again without a word is left alone for longer`() {
        var trial = EarlyTrial()
        func refused(_ isTrial: Bool) -> Duration { trial.refused(isTrial: isTrial, usual: .seconds(1)) }
        #expect(
            [false, false, true, true, true, true, true, true].map(refused)
                == [1, 1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
        trial.taken()
        #expect(refused(false) == .seconds(1))
        #expect(trial.refused(isTrial: false, usual: .seconds(60)) == .seconds(60))
    }
}
