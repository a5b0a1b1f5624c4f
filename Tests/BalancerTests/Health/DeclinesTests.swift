import Testing

@testable import Balancer

@Suite struct DeclinesTests {
    private func share(_ declined: Int, _ of: Int) -> Declines.Share { Declines.Share(declined: declined, of: of) }

    @Test func `counts what was declined among the latest answers`() {
        var declines = Declines()
        #expect(declines.share(answers: 20) == share(0, 20))
        declines.record(413, answers: 21)
        declines.record(422, answers: 30)
        #expect(declines.share(answers: 30) == share(2, 30))
        #expect(declines.status == 422)
    }

    @Test func `an instance that declines everything has a full share, however long it goes on`() {
        var declines = Declines()
        for answers in 1...1000 {
            declines.record(413, answers: answers)
            let now = declines.share(answers: answers)
            #expect(now.declined == now.of && now.of <= 65)
        }
    }

    @Test func `one in three stays one in three`() {
        var declines = Declines()
        for answers in 1...999 where answers % 3 == 0 { declines.record(422, answers: answers) }
        let now = declines.share(answers: 999)
        #expect(abs(Double(now.declined) / Double(now.of) - 1.0 / 3) < 0.05, "\(now)")
    }

    @Test func `sixty-five good answers wipe it out`() {
        var declines = Declines()
        for answers in 1...10 { declines.record(413, answers: answers) }
        #expect(declines.share(answers: 74).declined == 10)
        #expect(declines.share(answers: 75) == share(0, 64))
        declines.record(413, answers: 80)
        #expect(declines.share(answers: 80).declined == 1)
    }

    @Test(arguments: [
        // Three at least, a tenth at least, and more than three times as often as the peers.
        (3, 3, 0, 10, true), (2, 2, 0, 10, false), (3, 30, 0, 30, true), (3, 31, 0, 30, false),
        (10, 10, 10, 20, false), (9, 30, 10, 100, false), (10, 30, 10, 100, true),
        // Nobody to compare it with.
        (10, 10, 0, 0, false), (10, 10, 0, 2, false), (3, 3, 3, 3, false),
    ])
    func `stands out only against peers that do not`(
        declined: Int, of: Int, peersDeclined: Int, peersOf: Int, standsOut: Bool
    ) {
        #expect(share(declined, of).standsOut(against: share(peersDeclined, peersOf)) == standsOut)
    }
}
