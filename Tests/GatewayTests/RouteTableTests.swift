import Balancer
import Dialects
import Ledger
import Testing

@testable import Gateway

@Suite struct RouteTableTests {
    private func table(_ names: String...) -> RouteTable {
        RouteTable(
            routes: names.enumerated().map { index, name in
                (
                    name,
                    RouteTable.Route(
                        model: ModelID(index: index), name: name, notBuilt: nil, needs: [],
                        serviceClass: .interactive, rules: .none, maxWait: nil, timeout: nil)
                )
            }, deployments: [])
    }

    @Test func `a name with the tag latest is the name without it, unless both are there`() {
        let one = table("llama3")
        #expect(one.route("llama3:latest")?.name == "llama3")
        #expect(one.route("llama3:8b") == nil)
        #expect(one.route("llama3:latest:latest") == nil)
        #expect(one.route(":latest") == nil)
        let both = table("llama3", "llama3:latest")
        #expect(both.route("llama3:latest")?.name == "llama3:latest")
        #expect(both.route("llama3")?.name == "llama3")
        #expect(table("llama3:latest").route("llama3")?.name == "llama3:latest")
        #expect(table("llama3:latest").route("llama3:latest:latest") == nil)
    }

    @Test func `a table moves to a pool's positions, and what has gone is found by nobody`() {
        func entry(_ model: Int, _ id: String) -> RouteTable.Deployment {
            var entry = RouteTable.Deployment(
                model: ModelID(index: model), target: nil, maxInputTokens: nil, tags: [], price: .free,
                limits: AttemptLimits(request: .seconds(1), betweenPieces: .seconds(1)), modelID: id, modelName: id,
                apiBase: "", instanceName: id)
            entry.filling = { [entry] _, name in entry.named(name) }
            return entry
        }
        let (first, second) = (table("llama3", "phi"), table("phi"))
        let before = RouteTable(routes: first.all, deployments: [entry(0, "a"), entry(1, "b"), entry(1, "c")])
        let wanted = RouteTable(routes: second.all, deployments: [entry(0, "c"), entry(0, "d")])
        var spec = PoolRoster.Positions(PoolSpec.none)
        (spec.deployments, spec.models) = ([2, 3], [1])
        let moved = wanted.moved(to: spec, over: before)
        #expect(moved.route("llama3") == nil && moved.route("phi")?.model == ModelID(index: 1))
        #expect(moved.deployments.map(\.instanceName) == ["a", "b", "c", "d"])
        #expect(moved.deployments.map(\.isGone) == [true, true, false, false])
        #expect(moved.deployments(of: ModelID(index: 1)) == [2, 3] && moved.deployments(of: ModelID(index: 0)).isEmpty)
        let filled = moved.deployments[3].filling?(NameMatch(name: "x", runs: []), "x")
        #expect(filled?.model == ModelID(index: 1))
    }

    @Test func `late binding waits no longer than an attempt may take, and the wait is a part of that`() {
        func route(_ isForecast: Bool, maxWait: Duration?) -> RouteTable.Route {
            RouteTable.Route(
                model: ModelID(index: 0), name: "m", notBuilt: nil, needs: isForecast ? .prediction : [],
                serviceClass: .interactive, rules: .none, maxWait: maxWait, timeout: .seconds(60))
        }
        let (late, early) = (route(true, maxWait: nil), route(false, maxWait: .seconds(30)))
        #expect(late.waitLimit(callers: nil) == .seconds(60))
        #expect(late.waitLimit(callers: .seconds(5)) == .seconds(5))
        #expect(route(true, maxWait: .seconds(3)).waitLimit(callers: .seconds(5)) == .seconds(3))
        #expect(early.waitLimit(callers: .seconds(5)) == .seconds(30))
        #expect(late.answerLimit(callers: .seconds(5), waited: .seconds(2)) == .seconds(3))
        #expect(late.answerLimit(callers: .seconds(5), waited: .seconds(7)) == .milliseconds(1))
        #expect(early.answerLimit(callers: .seconds(5), waited: .seconds(2)) == .seconds(5))
    }

    @Test func `an unknown name is told in the words that the client looks for`() {
        let table = table("llama3")
        #expect(table.unknown("x").message == "no model named `x`; there are `llama3`")
        #expect(table.unknown("x", to: .ollamaChat).message == "model 'x' not found; there are `llama3`")
    }
}

extension PoolSpec {
    /// A pool without anything.
    fileprivate static var none: PoolSpec {
        let breaker = BreakerSettings(tripAfter: 1, thresholds: .none, open: .seconds(1), maxOpen: .seconds(1))
        return PoolSpec(
            instances: [], deployments: [], models: [],
            settings: BalancerSettings(
                fall: 1, rise: 1, breakersEnabled: true, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: 1, maxWait: .seconds(1),
                saturationPause: .seconds(1), decisions: 0, protectsContext: true),
            seed: 1, version: "1")
    }
}
