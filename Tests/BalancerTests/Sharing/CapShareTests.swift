import Testing

@testable import Balancer

/// `max_parallel_requests` over several gateways: a hard cap, however old the news is.
@Suite struct CapShareTests {
    /// Gateways over one capped deployment, with requests that come and go.
    private struct Crowd {
        struct Gateway {
            var exchange: PoolExchange
            var limit: Int32
            var inFlight: Int32 = 0
            var waiting: Int32 = 0
            var answeredAt: Moment

            mutating func take(_ load: OutsideLoad?) {
                if let limit = load?.deployments[0].limit { self.limit = limit }
                fill()
            }

            /// The queue takes what there is.
            mutating func fill() {
                while waiting > 0, inFlight < limit {
                    waiting -= 1
                    inFlight += 1
                }
            }

            mutating func say() -> PoolWord { exchange.word(PoolLoads(inFlight: [inFlight], waiting: [waiting])) }
        }

        let cap: Int
        var store = PoolMeeting()
        var gateways: [UInt64: Gateway] = [:]
        var now = Moment(nanoseconds: 5_000_000_000)

        init(cap: Int) { self.cap = cap }

        mutating func join(_ id: UInt64, isAlone: Bool) {
            var exchange = PoolExchange(gateway: id, isAlone: isAlone)
            exchange.enlist(CapShareTests.places(cap: cap))
            gateways[id] = Gateway(exchange: exchange, limit: isAlone ? Int32(cap) : 0, answeredAt: now)
        }

        /// The word of one gateway, with what becomes of it.
        mutating func talk(_ id: UInt64, isLost: Bool = false, isAnswerLost: Bool = false) {
            let said = now
            let word = gateways[id]!.say()
            guard !isLost else { return }
            let news = store.tell(word, of: id, at: now)
            guard !isAnswerLost else { return }
            gateways[id]!.answeredAt = now
            gateways[id]!.take(gateways[id]!.exchange.hear(news, saidAt: said, at: now))
        }

        var inFlight: Int { gateways.values.reduce(0) { $0 + Int($1.inFlight) } }
    }

    static func places(cap: Int) -> PoolPlaces {
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        return PoolPlaces(
            instances: [InstanceSpec(name: "box", apiBase: "http://box:11434", provider: "ollama", probed: true)],
            deployments: [
                DeploymentSpec(
                    id: "id", modelName: "m", upstreamModel: "ollama/m", tag: "m", listedTag: "m:latest",
                    instance: InstanceID(index: 0), weight: 1, slots: nil, maxParallel: cap, unavailable: nil,
                    breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil)
            ])
    }

    @Test(arguments: Array(1...20) as [UInt64])
    func
        `gateways that come and go never have more in flight than the cap, with words lost before and behind the store`(
            seed: UInt64
        )
    {
        var random = RandomSource(seed: seed)
        let cap = [1, 2, 3, 7, 20][random.below(5)]
        var crowd = Crowd(cap: cap)
        crowd.join(1, isAlone: true)
        crowd.talk(1)
        var (made, most) = (UInt64(1), 0)
        for _ in 0..<3_000 {
            crowd.now = crowd.now + .milliseconds(random.below(120))
            for id in crowd.gateways.keys.sorted() {
                crowd.gateways[id]!.take(crowd.gateways[id]!.exchange.lapse(at: crowd.now))
                // Nobody is cut off altogether: such a one goes on with an equal part, see below.
                if crowd.gateways[id]!.answeredAt + .milliseconds(1_500) < crowd.now { crowd.talk(id) }
            }
            let ids = crowd.gateways.keys.sorted()
            let id = ids[random.below(ids.count)]
            switch random.below(40) {
            case 0 where ids.count < 4:
                made += 1
                crowd.join(made, isAlone: false)
            case 1 where ids.count > 1:
                // Killed: what it had in flight ends with it.
                crowd.gateways[id] = nil
            case 2 where ids.count > 1:
                crowd.store.leave(id)
                crowd.gateways[id] = nil
            case 3..<15:
                crowd.gateways[id]!.waiting += 1
                crowd.gateways[id]!.fill()
            case 15..<25:
                guard crowd.gateways[id]!.inFlight > 0 else { break }
                crowd.gateways[id]!.inFlight -= 1
                crowd.gateways[id]!.fill()
            default:
                // Everybody says something; now and then it is lost.
                for other in ids where crowd.gateways[other] != nil {
                    let fate = random.below(12)
                    crowd.talk(other, isLost: fate == 0, isAnswerLost: fate == 1)
                }
            }
            #expect(crowd.inFlight <= cap, "\(crowd.inFlight) of \(cap)")
            most = max(most, crowd.inFlight)
        }
        #expect(most == cap)
    }

    @Test func `all of a cap can be used by one, and an equal part comes back to the other one as requests end`() {
        var crowd = Crowd(cap: 6)
        crowd.join(1, isAlone: true)
        crowd.talk(1)
        crowd.join(2, isAlone: false)
        func round() {
            crowd.now = crowd.now + .milliseconds(250)
            for id in [1, 2] as [UInt64] { crowd.talk(id) }
        }
        for _ in 0..<8 { round() }
        #expect(crowd.gateways[1]!.limit == 3 && crowd.gateways[2]!.limit == 3)
        // Only one is busy: it has all but the one with which the other one would begin.
        crowd.gateways[1]!.waiting = 100
        crowd.gateways[1]!.fill()
        #expect(crowd.inFlight == 3)
        for _ in 0..<3 { round() }
        #expect(crowd.gateways[1]!.inFlight == 5 && crowd.gateways[2]!.limit == 1)
        // Both are busy now: of six that end none is begun above the equal part.
        crowd.gateways[2]!.waiting = 100
        crowd.gateways[2]!.fill()
        for _ in 0..<6 {
            round()
            crowd.gateways[1]!.inFlight -= 1
            crowd.gateways[1]!.fill()
            #expect(crowd.inFlight <= 6)
        }
        for _ in 0..<2 { round() }
        #expect(crowd.gateways[1]!.inFlight == 3 && crowd.gateways[2]!.inFlight == 3)
    }

    @Test func `a cap that cannot be divided goes round, so that nobody waits for ever`() {
        var crowd = Crowd(cap: 1)
        crowd.join(1, isAlone: true)
        crowd.talk(1)
        crowd.join(2, isAlone: false)
        crowd.join(3, isAlone: false)
        var served: [UInt64: Int] = [:]
        for id in [1, 2, 3] as [UInt64] { crowd.gateways[id]!.waiting = 1_000 }
        for step in 0..<240 {
            crowd.now = crowd.now + .milliseconds(250)
            for id in [1, 2, 3] as [UInt64] { crowd.talk(id) }
            #expect(crowd.inFlight <= 1)
            // Each answer takes half a second.
            guard step.isMultiple(of: 2) else { continue }
            for id in [1, 2, 3] as [UInt64] where crowd.gateways[id]!.inFlight > 0 {
                served[id, default: 0] += 1
                crowd.gateways[id]!.inFlight -= 1
                crowd.gateways[id]!.fill()
            }
        }
        #expect([1, 2, 3].allSatisfy { served[$0, default: 0] >= 10 }, "\(served)")
    }

    @Test func `a gateway that the store does not answer keeps an equal part, and at least one`() {
        for (cap, part) in [(6, Int32(3)), (1, 1)] {
            var crowd = Crowd(cap: cap)
            crowd.join(1, isAlone: true)
            crowd.talk(1)
            crowd.join(2, isAlone: false)
            for _ in 0..<4 {
                crowd.now = crowd.now + .milliseconds(250)
                crowd.talk(2)
                crowd.talk(1)
            }
            let known = crowd.gateways[1]!.limit
            #expect(crowd.gateways[1]!.exchange.lapse(at: crowd.now + .milliseconds(1_700)) == nil)
            let load = crowd.gateways[1]!.exchange.lapse(at: crowd.now + .milliseconds(1_750))
            #expect(load?.deployments[0].limit == max(1, min(known, part)))
        }
    }
}
