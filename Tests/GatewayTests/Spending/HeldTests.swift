import Balancer
import Dialects
import Ledger
import TestSupport
import Testing

@testable import Gateway

/// Requests that wait until others have settled.
@Suite struct HeldTests {
    static let price = Price(input: Money(picodollars: 1_000_000_000), output: Money(picodollars: 2_000_000_000))
    static let more = #","max_tokens":50"#

    /// How many requests a deployment takes in this minute after those that were sent.
    private func left(_ rig: KeyedModels, _ model: Int = 0) -> Int {
        var leases = 0
        while let lease = try? rig.pool.balancer.pick(
            ModelID(index: model), PickRequest(promptTokens: 1, tried: InstanceSet()))
        {
            lease.settle(
                .succeeded(
                    Sample(
                        timeToFirstToken: .zero, duration: .zero, promptTokens: 0, completionTokens: 0, times: nil)))
            leases += 1
        }
        return leases
    }

    @Test func `a request that waits for others to settle uses nothing of its deployment's minute`() throws {
        let rig = try KeyedModels([
            ModelsRig.Model(name: "m", inside: [false], rpm: 10, tpm: 100_000, price: Self.price)
        ]) {
            $0.allowance.maxBudget = Money("0.3")
        }
        var first = try rig.exchange("m", more: Self.more)
        #expect(first.begin(at: rig.pool.clock.now).sentTo != nil)
        var second = try rig.exchange("m", more: Self.more)
        var action = second.begin(at: rig.pool.clock.now)
        for _ in 0..<50 where action.isPause {
            rig.pool.clock.advance(by: .milliseconds(20))
            action = second.timeUp(at: rig.pool.clock.now)
        }
        #expect(action.isPause)
        #expect(rig.pool.balancer.snapshot().inFlight == 1)
        _ = rig.answer(&first)
        rig.pool.clock.advance(by: .milliseconds(20))
        #expect(second.timeUp(at: rig.pool.clock.now).sentTo != nil)
        #expect(rig.answer(&second).bytes?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(left(rig) == 8)
    }

    @Test func `a request that is refused uses nothing of its deployment's minute`() throws {
        let rig = try KeyedModels([ModelsRig.Model(name: "m", inside: [false], rpm: 10, price: Self.price)]) {
            $0.allowance.maxBudget = Money("0.001")
        }
        for _ in 0..<5 {
            var exchange = try rig.exchange("m", more: Self.more)
            #expect(exchange.begin(at: rig.pool.clock.now).bytes?.hasPrefix("HTTP/1.1 422 ") == true)
        }
        #expect(left(rig) == 10)
    }

    @Test func `what was reserved ahead is given back where no instance can be had`() throws {
        let rig = try KeyedModels([
            ModelsRig.Model(name: "m", inside: [false], cap: 1, price: Self.price),
            ModelsRig.Model(name: "other", inside: [false], price: Self.price),
        ]) { $0.allowance.maxBudget = Money("0.3") }
        var first = try rig.exchange("other", more: Self.more)
        #expect(first.begin(at: rig.pool.clock.now).sentTo != nil)
        var second = try rig.exchange("m", more: Self.more)
        #expect(second.begin(at: rig.pool.clock.now).isPause)
        // Somebody whom no budget binds takes the only place meanwhile.
        var third = rig.pool.exchange("m", more: Self.more)
        #expect(third.begin(at: rig.pool.clock.now).sentTo != nil)
        _ = rig.answer(&first)
        rig.pool.clock.advance(by: .milliseconds(20))
        #expect(second.timeUp(at: rig.pool.clock.now).asked != nil)
        #expect(rig.status()?.reserved == .zero && rig.status()?.inFlight == 0)
        second.clientLeft(at: rig.pool.clock.now)
    }

    @Test(arguments: ["objective", "timeout", "total"])
    func `a request waits for others to settle no longer than its client does`(limit: String) throws {
        var rig = try KeyedModels([ModelsRig.Model(name: "m", inside: [false], price: Self.price)]) {
            $0.allowance.maxBudget = Money("0.3")
        }
        if limit == "total" { rig.pool.settings.totalTimeout = .milliseconds(70) }
        var first = try rig.exchange("m", more: Self.more)
        _ = first.begin(at: rig.pool.clock.now)
        var second = try rig.exchange(
            "m", more: Self.more, timeout: limit == "timeout" ? 0.07 : nil,
            objective: limit == "objective" ? .milliseconds(70) : nil)
        let began = rig.pool.clock.now
        var action = second.begin(at: began)
        while action.isPause, let due = second.deadline {
            rig.pool.clock.advance(by: due - rig.pool.clock.now)
            action = second.timeUp(at: rig.pool.clock.now)
        }
        #expect(rig.pool.clock.now - began == .milliseconds(70))
        #expect(action.bytes?.hasPrefix(limit == "total" ? "HTTP/1.1 504 " : "HTTP/1.1 422 ") == true)
        #expect(rig.status()?.inFlight == 1)
        first.clientLeft(at: rig.pool.clock.now)
    }
}
