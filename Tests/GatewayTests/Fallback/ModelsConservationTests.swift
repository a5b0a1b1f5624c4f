import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Whatever happens in whatever order over several models: every lease is settled once, every exchange ends once, every
/// counter is zero, and nothing that must stay inside goes out.
@Suite struct ModelsConservationTests {
    private static let answers: [(status: Int, body: String)] = [
        (200, ExchangeRig.line), (200, ExchangeRig.done), (200, ExchangeRig.whole), (200, "{\"error\":\"x\"}\n"),
        (400, "{\"error\":\"bad\"}"), (400, "{\"error\":\"the input length exceeds the context length\"}"),
        (401, "{\"error\":\"unauthorized\"}"), (404, "{\"error\":\"model 'm' not found\"}"),
        (429, "{\"error\":\"slow down\"}"), (500, "{\"error\":\"died\"}"),
    ]

    private static func rig(_ seed: UInt64) -> ModelsRig {
        var first = RouteRules.general("mixed")
        first.overflow = Overflow(model: "cloud", after: .seconds(5), takesEmbeddings: false)
        first.retries = [.timeout: 0, .contextWindow: 1]
        var mixed = RouteRules.general("cloud", "box")
        mixed.checksContext = true
        let strategy = seed.isMultiple(of: 2) ? "soonest" : "least-busy"
        var rig = ModelsRig([
            .init(name: "box", inside: [true, true], rules: first, cap: 1, strategy: strategy, slots: 1),
            .init(name: "mixed", inside: [true, false], rules: mixed, cap: 2, maxInputTokens: 1000),
            .init(name: "cloud", inside: [false], rules: .general("box")),
        ])
        if seed.isMultiple(of: 3) { rig.settings.totalTimeout = .seconds(20) }
        if seed.isMultiple(of: 5) { rig.settings.firstTokenDeadline = .seconds(1) }
        if seed % 3 == 1 { rig.settings.largeBody = 10 }
        return rig
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `random histories leave nothing behind, and nothing gets out`(seed: UInt64) {
        let rig = Self.rig(seed)
        var random = RandomSource(seed: seed)
        // One takes a place all the while, so that some wait.
        var busy = rig.exchange("box")
        _ = busy.begin(at: rig.clock.now)
        for _ in 0..<200 {
            run(rig, random: &random)
            rig.clock.advance(by: .milliseconds(Int.random(in: 0...3000, using: &random)))
        }
        busy.clientLeft(at: rig.clock.now)
        let snapshot = rig.balancer.snapshot()
        #expect(snapshot.inFlight == 0 && snapshot.waiting == 0, "seed \(seed)")
        #expect(snapshot.deployments.allSatisfy { $0.inFlight == 0 && $0.abandoned == 0 }, "seed \(seed)")
    }

    private func run(_ rig: ModelsRig, random: inout RandomSource) {
        let model = ["box", "box", "mixed", "cloud"][Int.random(in: 0..<4, using: &random)]
        let isConfined = Bool.random(using: &random)
        var exchange = rig.exchange(
            model, stream: Bool.random(using: &random), localOnly: isConfined,
            timeout: Int.random(in: 0..<4, using: &random) == 0 ? 3 : nil)
        var finishes = 0
        var sends = 0
        var work: BodyWork?
        var action = exchange.begin(at: rig.clock.now)
        for step in 0... {
            switch action {
            case .work(let given): work = given
            case .send(_, let instance):
                sends += 1
                #expect(!isConfined || rig.isInside(instance.index))
            case .finish: finishes += 1
            case .wait(let model, let ask):
                action = queue(&exchange, rig, model, ask, random: &random)
                continue
            default: break
            }
            if exchange.isOver { break }
            // What runs on and on is stopped, as by a gateway that ends.
            action = step < 80 ? happen(&exchange, rig, work, random: &random) : exchange.stop(at: rig.clock.now)
            if exchange.isOver, case .none = action { finishes += 1 }
        }
        let isOver = exchange.isOver
        #expect(isOver && finishes == 1)
        #expect(exchange.record.attempts == sends)
        #expect(exchange.record.fallbacks <= 5)
        #expect(!isConfined || exchange.record.cloudCalls == 0)
        #expect(exchange.record.queueNanoseconds <= exchange.record.durationNanoseconds)
    }

    /// What may come of a wish to wait.
    private func queue(
        _ exchange: inout Exchange, _ rig: ModelsRig, _ model: ModelID, _ ask: PickRequest, random: inout RandomSource
    ) -> Exchange.Action {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return exchange.queueRefused(.queueFull, at: rig.clock.now)
        case 1: return exchange.queueRefused(.exhausted, at: rig.clock.now)
        case 2:
            exchange.queued(at: 1, predicted: .seconds(Int.random(in: 0..<10, using: &random)), at: rig.clock.now)
            return .none
        case 3:
            exchange.queued(at: 2, predicted: nil, at: rig.clock.now)
            rig.clock.advance(by: .milliseconds(500))
            if let lease = try? rig.balancer.pick(model, ask) { return exchange.granted(lease, at: rig.clock.now) }
            return exchange.queueRefused(.excluded, at: rig.clock.now)
        default:
            let why = Unavailable(message: "too long", retryAfter: .seconds(9), predictedWait: .seconds(9))
            return exchange.queueRefused(.tooLate(why), at: rig.clock.now)
        }
    }

    private func happen(
        _ exchange: inout Exchange, _ rig: ModelsRig, _ work: BodyWork?, random: inout RandomSource
    ) -> Exchange.Action {
        let answer = Self.answers[Int.random(in: 0..<Self.answers.count, using: &random)]
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1: return exchange.upstreamHead(status: answer.status, retryAfterSeconds: nil, at: rig.clock.now)
        case 2: return exchange.upstreamBytes(ByteBuffer(string: answer.body), at: rig.clock.now)
        case 3: return exchange.upstreamEnded(at: rig.clock.now)
        case 4: return exchange.flush(at: rig.clock.now)
        case 5: return exchange.upstreamLost(.refused("no"), at: rig.clock.now)
        case 6:
            if let due = exchange.deadline, due > rig.clock.now { rig.clock.advance(by: due - rig.clock.now) }
            return exchange.timeUp(at: rig.clock.now)
        case 7: return work.map { exchange.worked($0.run(), at: rig.clock.now) } ?? .none
        default:
            guard Int.random(in: 0..<6, using: &random) == 0 else { return .none }
            exchange.clientLeft(at: rig.clock.now)
            return .none
        }
    }
}
