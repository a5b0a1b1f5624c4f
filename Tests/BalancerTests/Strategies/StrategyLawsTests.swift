import Balancer
import TestSupport
import Testing

/// What holds for every strategy, whatever the seed.
@Suite struct StrategyLawsTests {
    static let model = ModelID(index: 0)

    @Test(arguments: Strategies.names, [1, 2, 3] as [UInt64])
    func `never picks what is not available`(strategy: String, seed: UInt64) async throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 9, isProbed: true, maxParallel: 3, seed: seed).make()
        var random = RandomSource(seed: seed)
        let box = LeaseBox()
        var isDrained = [Bool](repeating: false, count: 9)
        var bad = [Int](repeating: 0, count: 9)
        var good = [Int](repeating: 0, count: 9)
        var isDown = [Bool](repeating: false, count: 9)
        var inFlight = [Int](repeating: 0, count: 9)
        var open: [(number: Int, instance: Int)] = []
        for step in 0..<3000 {
            clock.advance(by: .milliseconds(100))
            let instance = random.below(9)
            switch random.below(12) {
            case 0:
                isDrained[instance].toggle()
                let name = "gpu-\(instance + 1)"
                _ = isDrained[instance] ? try await balancer.drain(name) : try await balancer.undrain(name)
            case 1:
                await balancer.observe(.bad(instance))
                (bad[instance], good[instance]) = (bad[instance] + 1, 0)
                if bad[instance] >= 3 { isDown[instance] = true }
            case 2, 3:
                await balancer.observe(.good(instance))
                (bad[instance], good[instance]) = (0, good[instance] + 1)
                if good[instance] >= 2 { isDown[instance] = false }
            case 4...6 where !open.isEmpty:
                let ended = open.remove(at: random.below(open.count))
                inFlight[ended.instance] -= 1
                box.settle(ended.number, random.below(3) == 0 ? .ignored : .success())
            default:
                do throws(PickError) {
                    let lease = try balancer.pick(Self.model, .after())
                    let picked = lease.instance.index
                    inFlight[picked] += 1
                    #expect(!isDrained[picked] && !isDown[picked], "seed \(seed), step \(step)")
                    #expect(inFlight[picked] <= 3, "seed \(seed), step \(step)")
                    open.append((step, picked))
                    box.put(lease, as: step)
                } catch {
                    let someFree = (0..<9).contains { !isDrained[$0] && !isDown[$0] && inFlight[$0] < 3 }
                    #expect(!someFree, "seed \(seed), step \(step): \(error)")
                }
            }
        }
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0)
    }

    @Test(arguments: Strategies.names, [1, 2, 3] as [UInt64])
    func `starves nobody under equal load`(strategy: String, seed: UInt64) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 6, seed: seed).make()
        let box = LeaseBox()
        var counts = [Int](repeating: 0, count: 6)
        for number in 0..<3000 {
            clock.advance(by: .milliseconds(50))
            let lease = try balancer.pick(Self.model, .after())
            counts[lease.instance.index] += 1
            box.put(lease, as: number)
            if number >= 4 { box.settle(number - 4, .success()) }
        }
        box.settleAll()
        #expect(counts.allSatisfy { $0 > 350 && $0 < 650 }, "seed \(seed): \(counts)")
    }

    /// By chance alone it was 6 to 13 of 40.
    @Test(
        arguments: [
            "least-busy", "latency-based", "peak-ewma", "soonest", "prefix-affinity", "round-robin", "simple-shuffle",
        ],
        [3, 4, 9, 40])
    func `equals are served in turn, beginning anywhere`(strategy: String, size: Int) throws {
        var firsts: Set<Int> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            let (balancer, clock, _) = PoolFixture(strategy, size: size, seed: seed).make()
            firsts.insert(try balancer.run(.ignored))
            // Each is measured once, or those that are not count as slower or faster.
            for place in 0..<size {
                var others = PickRequest.after()
                for other in 0..<size where other != place { others.tried.insert(InstanceID(index: other)) }
                try balancer.run(.success(), after: others)
            }
            var counts = [Int](repeating: 0, count: size)
            for _ in 0..<(10 * size) {
                let place = try balancer.run(.success())
                counts[place] += 1
                clock.advance(by: .milliseconds(1))
            }
            #expect(
                counts.allSatisfy { abs($0 - 10) <= (strategy == "simple-shuffle" ? 1 : 0) }, "seed \(seed): \(counts)")
        }
        #expect(firsts.count > 1)
    }

    /// By chance alone a run gave 88, 88, 112 and 112. Sixteen clients, whose pauses are up to half an answer's time.
    @Test(
        arguments: ["least-busy", "latency-based", "peak-ewma", "soonest", "prefix-affinity"],
        [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `a strategy that measures load shares it evenly between equal boxes`(strategy: String, seed: UInt64) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 4, seed: seed).make()
        let box = LeaseBox()
        var random = RandomSource(seed: seed)
        var asks = (0..<16).map { _ in 0.5 * random.unit() }
        var ends: [(time: Double, number: Int)] = []
        var counts = [0, 0, 0, 0]
        for number in 0..<400 {
            let ask = asks.remove(at: asks.indices.min { asks[$0] < asks[$1] } ?? 0)
            clock.advance(by: .seconds(ask) - (clock.now - .zero))
            for end in ends where end.time <= ask { box.settle(end.number, .success()) }
            ends.removeAll { $0.time <= ask }
            let lease = try balancer.pick(Self.model, .after())
            counts[lease.instance.index] += 1
            box.put(lease, as: number)
            let end = ask + 1 + 0.1 * random.unit()
            ends.append((end, number))
            asks.append(end + 0.5 * random.unit())
        }
        box.settleAll()
        #expect(counts.allSatisfy { abs($0 - 100) <= 2 }, "\(counts)")
    }

    @Test(arguments: Strategies.names, [1, 9] as [UInt64])
    func `the same seed gives the same picks, another one others`(strategy: String, seed: UInt64) throws {
        func picks(_ seed: UInt64) throws -> [Int] {
            let (balancer, clock, _) = PoolFixture(strategy, size: 7, seed: seed).make()
            let box = LeaseBox()
            var random = RandomSource(seed: 99)
            return try (0..<400).map { number in
                clock.advance(by: .milliseconds(20))
                let lease = try balancer.pick(Self.model, .after())
                let instance = lease.instance.index
                box.put(lease, as: number)
                box.settle(number - random.below(5), .success(.milliseconds(Int64(100 + random.below(100)))))
                return instance
            }
        }
        #expect(try picks(seed) == picks(seed))
        #expect(try picks(seed) != picks(seed + 1))
    }

    @Test(arguments: Strategies.names)
    func `a retry never comes back to an instance it has failed on`(strategy: String) throws {
        let (balancer, _, _) = PoolFixture(strategy, size: 70).make()
        var tried = InstanceSet()
        for _ in 0..<70 {
            let lease = try balancer.pick(Self.model, PickRequest(promptTokens: 10, tried: tried))
            #expect(!tried.contains(lease.instance))
            tried.insert(lease.instance)
            lease.settle(.failed(.serverError(status: 500)))
        }
        #expect(tried.count == 70)
        #expect(throws: PickError.exhausted) {
            let lease = try balancer.pick(Self.model, PickRequest(promptTokens: 10, tried: tried))
            lease.settle(.ignored)
        }
    }

    @Test(arguments: Strategies.names)
    func `is found by its name and aliases`(name: String) throws {
        let strategy = try #require(Strategies.named(name))
        #expect(strategy.name == name)
        for alias in strategy.aliases { #expect(Strategies.named(alias)?.name == name) }
    }

    @Test func `the aliases of LiteLLM are known and unknown names are not`() {
        #expect(Strategies.named("latency-based-routing")?.name == "latency-based")
        #expect(Strategies.named("fastest") == nil)
    }
}
