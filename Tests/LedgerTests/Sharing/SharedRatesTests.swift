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

    @Test
    func `one that begins while others are restarted in turn waits for nobody, where they have let little through`()
        throws
    {
        var store = PotStore()
        var seconds = 0.0
        var image = LedgerImage()
        image.isShared = true
        image.keys = [Samples.key { $0.allowance.requestsPerMinute = 60 }]
        var gateways: [UInt64: LedgerState] = [:]
        func join(_ id: UInt64) {
            gateways[id] = LedgerState(image, origin: id, at: Samples.wall())
            store.members.insert(id)
            store.living.insert(id)
        }
        func talk() {
            for _ in 0..<3 {
                seconds += 0.25
                for id in gateways.keys.sorted() {
                    let report = gateways[id]!.report(at: Samples.time(seconds))
                    if let news = store.tell(report) { gateways[id]!.hear(news, of: report, at: Samples.time(seconds)) }
                }
            }
        }
        func passes(_ id: UInt64) throws -> Bool {
            guard case .granted(let grant) = try gateways[id]!.ask(0, at: seconds) else { return false }
            gateways[id]!.settle(
                grant, Charge(money: .zero, promptTokens: 1, completionTokens: 1), at: Samples.time(seconds))
            return true
        }
        for id in 1...3 as ClosedRange<UInt64> { join(id) }
        // All were there before.
        for _ in 0..<2 { talk() }
        for id in 1...3 as ClosedRange<UInt64> {
            for _ in 0..<4 { #expect(try passes(id)) }
        }
        for id in 1...3 as ClosedRange<UInt64> {
            _ = store.tell(gateways[id]!.lastReport(at: Samples.time(seconds)))
            gateways[id] = nil
            store.living.remove(id)
            join(id + 3)
            talk()
            // Ten of sixty are its part among six, of which three have ended.
            for _ in 0..<4 { #expect(try passes(id + 3), "after \(id)") }
        }
        // One that is killed says nothing, and whoever begins waits for its minute.
        gateways[4] = nil
        store.living.remove(4)
        join(7)
        talk()
        #expect(try !passes(7))
    }
}
