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

    @Test func `an unknown name is told in the words that the client looks for`() {
        let table = table("llama3")
        #expect(table.unknown("x").message == "no model named `x`; there are `llama3`")
        #expect(table.unknown("x", to: .ollama).message == "model 'x' not found; there are `llama3`")
    }
}
