import Balancer
import Dialects
import Ledger
import TestSupport
import Testing

@testable import Gateway

/// A budget that has no room for one deployment: another one of the model serves, then another model.
@Suite struct BudgetFallbackTests {
    private static let dear = Price(input: Money(picodollars: 1_000_000_000), output: Money(picodollars: 2_000_000_000))
    private static let cheap = Price(input: Money(picodollars: 1_000), output: Money(picodollars: 2_000))
    private static let more = #","max_tokens":50"#

    private func served(_ rig: KeyedModels, more: String = more) throws -> (models: [String], answer: String) {
        var exchange = try rig.exchange("m", more: more)
        let played = rig.pool.play(&exchange) { _ in nil }
        #expect(rig.status()?.reserved == .zero && rig.status()?.inFlight == 0)
        #expect(rig.pool.balancer.snapshot().inFlight == 0)
        return (played.models, played.answer)
    }

    @Test func `the cheaper deployment of a model serves where the dear one has no room`() throws {
        for prices in [[Self.dear, Self.cheap], [Self.cheap, Self.dear], [Self.dear, Self.dear, Self.cheap]] {
            let rig = try KeyedModels([
                ModelsRig.Model(name: "m", inside: prices.map { _ in false }, prices: prices)
            ]) { $0.allowance.maxBudget = Money("0.001") }
            for _ in 0..<6 { #expect(try served(rig).answer.hasPrefix("HTTP/1.1 200 ")) }
        }
    }

    @Test func `a fallback that costs less serves where the model has no room`() throws {
        for price in [Self.cheap, .free] {
            let rig = try KeyedModels([
                ModelsRig.Model(name: "m", inside: [false, false], rules: .general("small"), price: Self.dear),
                ModelsRig.Model(name: "small", inside: [true], price: price),
            ]) { $0.allowance.maxBudget = Money("0.001") }
            let played = try served(rig)
            #expect(played.models == ["small"] && played.answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `a fallback of the client's own serves where the model has no room`() throws {
        let rig = try KeyedModels([
            ModelsRig.Model(name: "m", inside: [false], price: Self.dear),
            ModelsRig.Model(name: "small", inside: [true]),
        ]) { $0.allowance.maxBudget = Money("0.001") }
        #expect(try served(rig, more: Self.more + #","fallbacks":["small"]"#).models == ["small"])
        let answer = try served(rig, more: Self.more + #","disable_fallbacks":true,"fallbacks":["small"]"#).answer
        #expect(answer.hasPrefix("HTTP/1.1 422 "))
    }

    @Test func `the limit of a single model's budget leaves the others`() throws {
        var little = ModelAllowance()
        little.maxBudget = Money("0.001")
        let rig = try KeyedModels([
            ModelsRig.Model(name: "m", inside: [false], rules: .general("other"), price: Self.dear),
            ModelsRig.Model(name: "other", inside: [false], price: Self.dear),
        ]) { $0.modelAllowances = ["m": little] }
        #expect(try served(rig).models == ["other"])
    }

    @Test func `where no model has room the first budget is named`() throws {
        let rig = try KeyedModels([
            ModelsRig.Model(name: "m", inside: [false, false], rules: .general("other"), price: Self.dear),
            ModelsRig.Model(name: "other", inside: [false], price: Self.dear),
        ]) { $0.allowance.maxBudget = Money("0.001") }
        let played = try served(rig)
        #expect(played.models.isEmpty && played.answer.hasPrefix("HTTP/1.1 422 "))
        #expect(played.answer.contains("Budget has been exceeded! Key=sk-...aaaa"))
        #expect(played.answer.contains(#""type":"budget_exceeded""#))
    }
}
