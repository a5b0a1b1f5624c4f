import Testing

@testable import Ledger

/// Limits by the minute that several gateways have together.
@Suite struct SharedRatesTests {
    @Test(arguments: Array(1...20) as [UInt64])
    func `gateways that come and go never let more through than the limit`(seed: UInt64) throws {
        var random = Generator(seed: seed)
        let limit = 7
        var store = PotStore()
        var gateways: [UInt64: LedgerState] = [:]
        var gone: [UInt64: Double] = [:]
        var passed: [Double] = []
        var open: [(gateway: UInt64, grant: Grant)] = []
        var (seconds, made) = (0.0, UInt64(0))
        var most = 0
        func join() {
            made += 1
            var image = LedgerImage()
            image.isShared = true
            image.keys = [
                Samples.key {
                    $0.allowance.requestsPerMinute = limit
                    $0.allowance.parallelRequests = 3
                }
            ]
            gateways[made] = LedgerState(image, origin: made, at: Samples.wall())
            store.members.insert(made)
            store.living.insert(made)
        }
        join()
        for _ in 0..<3_000 {
            seconds += Double.random(in: 0...0.8, using: &random)
            for (gateway, at) in gone where seconds > at + 70 {
                store.members.remove(gateway)
                gone[gateway] = nil
            }
            guard let gateway = gateways.keys.sorted().randomElement(using: &random) else {
                join()
                continue
            }
            switch Int.random(in: 0..<60, using: &random) {
            case 0 where gateways.count < 4: join()
            case 1:
                open.removeAll { $0.gateway == gateway }
                gateways[gateway] = nil
                gone[gateway] = seconds
            case 2..<30:
                if case .granted(let grant) = try gateways[gateway]!.ask(0, at: seconds) {
                    passed.append(seconds)
                    open.append((gateway, grant))
                }
            case 30..<45:
                guard let index = open.indices.randomElement(using: &random) else { continue }
                let done = open.remove(at: index)
                gateways[done.gateway]!.settle(
                    done.grant, Charge(money: .zero, promptTokens: 1, completionTokens: 1),
                    at: Samples.time(seconds))
            default:
                let report = gateways[gateway]!.report(at: Samples.time(seconds))
                if let news = store.tell(report) {
                    gateways[gateway]!.hear(news, of: report, at: Samples.time(seconds))
                }
            }
            passed.removeAll { $0 <= seconds - 60 }
            #expect(passed.count <= limit)
            #expect(open.count <= 3)
            most = max(most, passed.count)
        }
        #expect(most > limit / 2)
    }

    @Test func `a limit is divided without a rest`() {
        for limit in 0..<20 {
            for count in 1..<6 {
                let parts = (0..<count).map { RateParts.Part(count: count, rank: $0).of(limit) }
                #expect(parts.reduce(0, +) == limit && parts.max()! - parts.min()! <= 1)
            }
        }
    }
}
