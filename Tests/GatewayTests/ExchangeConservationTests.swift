import Balancer
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Whatever happens in whatever order: every lease is settled once, every exchange ends once, every counter is zero.
@Suite struct ExchangeConservationTests {
    private static let answers: [(status: Int, body: String)] = [
        (200, ExchangeRig.line), (200, ExchangeRig.done), (200, ExchangeRig.whole), (200, "{\"error\":\"x\"}\n"),
        (200, "nonsense\n"), (400, "{\"error\":\"bad\"}"), (404, "{\"error\":\"model 'm' not found\"}"),
        (500, "{\"error\":\"died\"}"),
        (503, "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}"),
    ]

    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `random histories leave nothing behind`(seed: UInt64) async throws {
        var rig = ExchangeRig(boxes: 3, retries: 2)
        await rig.haveLoaded()
        try rig.haveAnswered()
        // With a deadline of the first token, and with bodies that are read elsewhere, in every combination.
        if seed.isMultiple(of: 2) { rig.settings.firstTokenDeadline = .seconds(1) }
        if seed.isMultiple(of: 3) { rig.settings.largeBody = 10 }
        rig.settings.learnsFirstToken = !seed.isMultiple(of: 2)
        var hedges = 0
        var random = RandomSource(seed: seed)
        for _ in 0..<400 {
            // Else hardly any would be asked: what happens here is mostly failures.
            if rig.settings.learnsFirstToken { rig.haveSucceeded() }
            hedges += run(rig, stream: Bool.random(using: &random), random: &random)
            rig.clock.advance(by: .milliseconds(Int.random(in: 0...2000, using: &random)))
        }
        let snapshot = rig.balancer.snapshot()
        #expect(snapshot.inFlight == 0, "seed \(seed)")
        #expect(snapshot.deployments.allSatisfy { $0.inFlight == 0 && $0.abandoned == 0 }, "seed \(seed)")
        #expect(snapshot.waiting == 0)
        if rig.settings.learnsFirstToken, rig.settings.largeBody > 10 { #expect(hedges > 0, "seed \(seed)") }
    }

    /// - Returns: how often a second instance was asked.
    private func run(_ rig: ExchangeRig, stream: Bool, random: inout RandomSource) -> Int {
        var exchange = rig.exchange(ExchangeRig.chat(stream: stream), random: random.next())
        var finishes = 0
        var action = exchange.begin(at: rig.clock.now)
        if action.isFinish { finishes += 1 }
        var work: BodyWork?
        var hedges = 0
        if rig.settings.learnsFirstToken, Bool.random(using: &random) {
            for _ in 0..<4 where action.hedgedTo == nil && !exchange.isOver {
                if let due = exchange.deadline, due > rig.clock.now { rig.clock.advance(by: due - rig.clock.now) }
                action = exchange.timeUp(at: rig.clock.now)
                if action.isFinish { finishes += 1 }
            }
        }
        for _ in 0..<60 {
            if case .work(let given) = action { work = given }
            if exchange.isOver { break }
            if action.hedgedTo != nil { hedges += 1 }
            let answer = Self.answers[Int.random(in: 0..<Self.answers.count, using: &random)]
            switch Int.random(in: 0..<11, using: &random) {
            case 0: action = exchange.upstreamHead(status: answer.status, retryAfterSeconds: nil, at: rig.clock.now)
            case 1, 2: action = exchange.upstreamBytes(ByteBuffer(string: answer.body), at: rig.clock.now)
            case 3: action = exchange.flush(at: rig.clock.now)
            case 4: action = exchange.upstreamEnded(at: rig.clock.now)
            case 5:
                let loss = Bool.random(using: &random) ? AttemptFailure.refused("no") : .lost("cut")
                action = exchange.upstreamLost(loss, at: rig.clock.now)
            case 6:
                if let due = exchange.deadline, due > rig.clock.now { rig.clock.advance(by: due - rig.clock.now) }
                action = exchange.timeUp(at: rig.clock.now)
            case 7:
                // Also work of an attempt that is over: it does nothing.
                if let work { action = exchange.worked(work.run(), at: rig.clock.now) }
            case 8: action = exchange.lateAnswered(status: answer.status, at: rig.clock.now)
            case 9: if Int.random(in: 0..<4, using: &random) == 0 { exchange.lateLost(.lost("cut"), at: rig.clock.now) }
            default:
                if Int.random(in: 0..<4, using: &random) == 0 {
                    exchange.clientLeft(at: rig.clock.now)
                    finishes += 1
                    action = .none
                } else {
                    action = exchange.flush(at: rig.clock.now)
                }
            }
            if action.isFinish { finishes += 1 }
        }
        if !exchange.isOver {
            action = exchange.stop(at: rig.clock.now)
            if action.isFinish { finishes += 1 }
        }
        let isOver = exchange.isOver
        #expect(isOver)
        #expect(finishes == 1)
        return hedges
    }
}
