import Testing

@testable import Balancer

/// Whatever happens, in whatever order: with nothing open every count is zero, in the pool and in the forecast.
@Suite struct ForecastConservationTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>) func `counts are zero after any sequence of events`(seed: UInt64)
        throws
    {
        var random = RandomSource(seed: seed)
        let rig = SoonestRig(
            boxes: 4, models: 4, slots: seed.isMultiple(of: 2) ? 2 : nil, maxWaiting: 20, decisions: 64, seed: seed)
        for box in 0..<4 { rig.show(box, loaded: [box]) }
        var next = 0
        for _ in 0..<3_000 {
            let open = rig.grants.keys.sorted()
            let one = open.isEmpty ? nil : open[random.below(open.count)]
            switch random.below(12) {
            case 0..<5:
                let chain = (0..<random.below(30)).map { UInt64($0 / 3 + random.below(2)) }
                _ = try? rig.send(
                    next, model: random.below(4), tokens: 1 + random.below(4_000), flow: UInt64(random.below(5)),
                    serviceClass: ServiceClass.allCases[random.below(3)], prefix: chain,
                    patience: random.below(4) == 0 ? .seconds(2) : nil,
                    context: random.below(6) == 0 ? 1 << (10 + random.below(6)) : nil)
                next += 1
            case 5: if let one { rig.firstToken(one) }
            case 6, 7:
                if let one {
                    rig.end(one, output: random.below(400), load: random.below(3) == 0 ? 3 : 0, queued: random.unit())
                }
            case 8:
                let failures: [Failure] = [.refused, .timedOut, .incomplete, .saturated(retryAfter: nil)]
                if let one { rig.settle(one, .failed(failures[random.below(failures.count)])) }
            case 9:
                if let one { rig.settle(one, .ignored) }
                if let waiting = rig.waiting.keys.min() { _ = rig.leave(waiting) }
            case 10: rig.show(random.below(4), loaded: (0..<4).filter { _ in random.below(2) == 0 })
            default: rig.pass(random.unit() * 3)
            }
        }
        for waiting in rig.waiting.keys.sorted() { _ = rig.leave(waiting) }
        for open in rig.grants.keys.sorted() { rig.settle(open, .ignored) }
        rig.pass(1)
        #expect(rig.inFlight == 0 && rig.waitingCount == 0)
        let forecast = try #require(rig.forecast)
        #expect(forecast.placements.allSatisfy { $0.count == 0 && $0.firstRequest == -1 && $0.lastRequest == -1 })
        #expect(forecast.instances.allSatisfy { $0.running == 0 && $0.active == 0 })
        #expect(forecast.memories.allSatisfy { $0.allSatisfy { !$0.isBusy } })
        for tag in forecast.tags.indices {
            let resident = forecast.placements.count { Int($0.tag) == tag && $0.residency != .absent }
            #expect(forecast.tags[tag].residents == resident)
        }
        #expect(rig.nextWake() == nil)
    }
}
