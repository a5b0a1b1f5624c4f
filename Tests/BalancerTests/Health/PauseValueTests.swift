import Testing

@testable import Balancer

/// A pause by itself; what the pool makes of it is in `PauseTests`.
@Suite struct PauseValueTests {
    private func moment(_ milliseconds: Int) -> Moment { .zero + .milliseconds(milliseconds) }

    private func paused(_ length: Duration = .seconds(20), at now: Moment = .zero) -> Pause {
        var pause = Pause()
        pause.begin(for: length, at: now)
        return pause
    }

    @Test func `lasts for as long as was asked, and no longer than a month`() {
        #expect(!Pause().lasts(at: .zero) && Pause().phase == .none)
        let pause = paused()
        #expect(pause.phase == .asked && pause.lasts(at: moment(19_999)) && !pause.lasts(at: moment(20_000)))
        #expect(paused(.seconds(1_000_000_000)).until == .zero + .seconds(31 * 86_400))
    }

    @Test func `a second one ends no sooner than the first`() {
        var pause = paused()
        pause.begin(for: .seconds(1), at: moment(5_000))
        #expect(pause.until == moment(20_000))
        pause.begin(for: .seconds(60), at: moment(5_000))
        #expect(pause.until == moment(65_000))
    }

    @Test(arguments: [(0, 1_000), (10, 1_000), (900, 1_800), (2_500, 5_000), (60_000, 5_000)])
    func `a trial has the time of two refusals, one second to five`(refusal: Int, time: Int) {
        var pause = paused()
        pause.beTried(refusal: .milliseconds(refusal), at: moment(20_000))
        #expect(pause.phase == .tried && pause.until == moment(20_000 + time))
        pause.lapse(at: moment(20_000 + time - 1))
        #expect(pause.phase == .tried)
        pause.lapse(at: moment(20_000 + time))
        #expect(pause.phase == .none, "whoever was not refused in that time was taken")
    }

    @Test func `a trial that shows nothing is followed by another at once`() {
        var pause = paused()
        pause.beTried(refusal: .zero, at: moment(20_000))
        pause.beTriedAgain(until: .zero, at: moment(20_500))
        #expect(pause.phase == .asked && !pause.lasts(at: moment(20_500)))
        pause.beTried(refusal: .zero, at: moment(20_500))
        pause.beTriedAgain(until: .zero, at: moment(21_500))
        #expect(pause.phase == .none, "its time was over")
    }

    @Test func `a refusal while one tries is kept for its own time alone`() {
        var pause = paused()
        pause.beTried(refusal: .zero, at: moment(20_000))
        pause.begin(for: .milliseconds(100), at: moment(20_000))
        #expect(pause.phase == .asked && pause.until == moment(20_100))
    }

    @Test func `an answer ends it when its time is up, or one tries it, and not before`() {
        func ended(_ pause: Pause, at milliseconds: Int) -> Pause? {
            var pause = pause
            return pause.end(at: moment(milliseconds)) ? pause : nil
        }
        #expect(ended(Pause(), at: 5) == nil)
        #expect(ended(paused(), at: 19_999) == nil)
        #expect(ended(paused(), at: 20_000)?.phase == Pause.Phase.none)
        var tried = paused()
        tried.beTried(refusal: .zero, at: moment(20_000))
        let over = ended(tried, at: 20_300)
        #expect(over?.phase == Pause.Phase.none && over?.lasts(at: moment(20_300)) == false)
    }

    @Test func `one that was tried before its time goes on to its end`() {
        var pause = Pause()
        pause.begin(for: .seconds(300), at: .zero)
        pause.beTried(refusal: .zero, at: .zero + .seconds(5))
        pause.beTriedAgain(until: .zero + .seconds(300), at: .zero + .milliseconds(5500))
        #expect(pause.phase == .asked && pause.until == .zero + .seconds(300))
    }
}
