import TestSupport
import Testing

@testable import Balancer

/// A strategy says what it looks at, and looks at nothing else: so no part of the pool asks which strategy it is.
@Suite struct StrategyNeedsTests {
    private static let seeds = [1, 2, 3] as [UInt64]

    /// What one choice is made from.
    private struct Situation {
        var request = PickRequest(promptTokens: 100, tried: [])
        var candidates: [Candidate] = []

        init(_ random: inout RandomSource) {
            let conversation = UInt64(random.below(4)) << 32
            request.prefix = (0...(1 + random.below(3))).map { conversation + UInt64($0) }
            for place in 0..<5 {
                let tally = Tally(
                    inFlight: random.below(3), turn: random.unit(), latencyLevel: random.unit(),
                    loadLevel: random.unit())
                candidates.append(
                    Candidate(
                        instance: InstanceID(index: place), slots: 4, served: random.unit(),
                        predicted: random.unit(), tally: tally, deployment: Int32(place)))
            }
        }

        mutating func changePrefix(_ random: inout RandomSource) {
            request.prefix = (0..<3).map { _ in random.next() }
        }

        mutating func changePredictions(_ random: inout RandomSource) {
            for place in candidates.indices { candidates[place].predicted = random.unit() }
        }

        mutating func changeLatencies(_ random: inout RandomSource) {
            for place in candidates.indices {
                candidates[place].tally.latencyLevel = random.unit()
                candidates[place].tally.loadLevel = random.unit()
            }
        }
    }

    /// How many of 300 choices differ after a change.
    private func differences(
        _ strategy: any Strategy.Type, seed: UInt64, _ change: (inout Situation, inout RandomSource) -> Void
    ) -> Int {
        var (one, other): (any Strategy, any Strategy) = (strategy.init(), strategy.init())
        var random = RandomSource(seed: seed)
        return (0..<300).count { _ in
            let situation = Situation(&random)
            var changed = situation
            change(&changed, &random)
            var (chance, sameChance) = (random, random)
            return one.choose(situation.request, from: situation.candidates.span, random: &chance)
                != other.choose(changed.request, from: changed.candidates.span, random: &sameChance)
        }
    }

    @Test(arguments: Strategies.names, seeds)
    func `a strategy looks at what it says it needs, and at nothing else`(name: String, seed: UInt64) throws {
        let strategy = try #require(Strategies.named(name))
        let prefix = differences(strategy, seed: seed) { $0.changePrefix(&$1) }
        let prediction = differences(strategy, seed: seed) { $0.changePredictions(&$1) }
        let latency = differences(strategy, seed: seed) { $0.changeLatencies(&$1) }
        // Predictions stand for the prefix already when a strategy that needs both chooses.
        if !strategy.needs.contains(.prediction) { #expect((prefix > 0) == strategy.needs.contains(.prefix)) }
        #expect((prediction > 0) == strategy.needs.contains(.prediction))
        #expect((latency > 0) == (strategy.latency != nil))
    }

    @Test(arguments: Strategies.names)
    func `a pool keeps a forecast only for a strategy that needs predictions`(name: String) throws {
        let pool = PoolState(PoolFixture(name, size: 3).spec, at: .zero)
        let needs = try #require(Strategies.named(name)).needs
        #expect((pool.forecast != nil) == needs.contains(.prediction))
        #expect(pool.models[0].isPredicted == needs.contains(.prediction))
    }

    @Test(arguments: Strategies.names)
    func `requests wait at the gateway for a slot only where predictions hold them back`(name: String) throws {
        var fixture = PoolFixture(name, size: 2)
        for deployment in fixture.spec.deployments.indices { fixture.spec.deployments[deployment].slots = 1 }
        let (balancer, _, _) = fixture.make()
        let box = LeaseBox()
        for number in 0..<2 { box.put(try balancer.pick(ModelID(index: 0), .after()), as: number) }
        let isHeldBack: Bool
        do throws(PickError) {
            box.put(try balancer.pick(ModelID(index: 0), .after()), as: 2)
            isHeldBack = false
        } catch {
            guard case .full(let why) = error else { return #expect(Bool(false), "\(error)") }
            #expect(why.predictedWait != nil)
            isHeldBack = true
        }
        #expect(isHeldBack == Strategies.named(name)?.needs.contains(.prediction))
        box.settleAll()
    }
}
