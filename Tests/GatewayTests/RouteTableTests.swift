import Balancer
import Dialects
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
