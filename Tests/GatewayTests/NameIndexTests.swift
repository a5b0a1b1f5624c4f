import Balancer
import Dialects
import Ledger
import Testing

@testable import Gateway

/// From names to routes: a pool of a model with two deployments, a cloud behind patterns, and a box whose names it lists.
@Suite struct NameIndexTests {
    private static func route(_ model: Int, _ name: String) -> RouteTable.Route {
        RouteTable.Route(
            model: ModelID(index: model), name: name, notBuilt: nil, needs: [], serviceClass: .default, rules: .none,
            maxWait: nil, timeout: nil)
    }

    private static func deployment(_ model: Int, _ name: String, _ written: String, id: String) -> RouteTable.Deployment
    {
        let tag = written.split(separator: "/", maxSplits: 1).last.map(String.init) ?? written
        @Sendable func target(_ tag: String) -> UpstreamTarget {
            UpstreamTarget(
                UpstreamPlace(
                    provider: Providers.named("openai")!, tag: tag, pathPrefix: "", hostHeader: "up", isLocal: true),
                account: UpstreamAccount(), defaults: [:], dropParams: false, userAgent: "drover/test")
        }
        @Sendable func make(_ tag: String, _ name: String) -> RouteTable.Deployment {
            var made = RouteTable.Deployment(
                model: ModelID(index: model), target: target(tag), maxInputTokens: nil, tags: [], price: .free,
                limits: AttemptLimits(request: .seconds(1), betweenPieces: .seconds(1)), modelID: id, modelName: name,
                apiBase: "", instanceName: "up")
            made.facts = DeploymentFacts(
                id: id, modelName: name, model: "\(written.prefix { $0 != "/" })/\(tag)", apiBase: "",
                provider: "openai", tag: tag, listedTag: tag, makesEmbeddingsOnly: false, maxInputTokens: nil,
                maxOutputTokens: nil, isPriced: true)
            return made
        }
        var made = make(tag, name)
        if tag.contains("*") {
            made.filling = { match, name in make(NamePattern.fill(tag, with: match.runs, of: match.name), name) }
        }
        return made
    }

    private func table(
        aliases: [(name: String, model: String)] = [], listed: [String] = [], hidden: Set<String> = []
    ) -> RouteTable {
        var rules = NameRules()
        rules.aliases = aliases
        rules.listed = listed
        rules.provider = { $0.hasPrefix("gpt-") ? "openai" : nil }
        return RouteTable(
            routes: [
                ("llama3", Self.route(0, "llama3")), ("openai/*", Self.route(1, "openai/*")),
                ("claude-*", Self.route(2, "claude-*")), ("ollama/phi:latest", Self.route(3, "ollama/phi:latest")),
            ], hidden: hidden,
            deployments: [
                Self.deployment(0, "llama3", "ollama/llama3.1:8b", id: "a"),
                Self.deployment(0, "llama3", "openai/llama-3.1", id: "b"),
                Self.deployment(1, "openai/*", "openai/*", id: "c"),
                Self.deployment(2, "claude-*", "ollama/qwen3:8b", id: "d"),
                Self.deployment(3, "ollama/phi:latest", "ollama/phi:latest", id: "e"),
            ], rules: rules)
    }

    @Test func `no name is longer than half a kilobyte, and a pattern's deployment has no name of its own`() {
        let table = table()
        #expect(table.route("claude-" + String(repeating: "x", count: 505))?.configured == "claude-*")
        #expect(table.route("claude-" + String(repeating: "x", count: 506)) == nil)
        #expect(table.route("b")?.configured == "llama3")
        #expect(table.route("c") == nil)
    }

    @Test func `a name is looked up as itself, then as an alias, then by the patterns that it fits`() throws {
        let table = table(aliases: [("sonnet", "claude-sonnet-4-5"), ("llama3", "openai/x"), ("phi", "ollama/phi")])
        #expect(table.route("llama3")?.configured == "llama3")
        #expect(table.route("sonnet")?.configured == "claude-*")
        #expect(table.route("sonnet")?.match?.name == "claude-sonnet-4-5")
        #expect(table.route("phi")?.configured == "ollama/phi:latest")
        #expect(table.route("phi:latest")?.configured == "ollama/phi:latest")
        let claude = try #require(table.route("claude-opus-4-1-20250805"))
        #expect(claude.configured == "claude-*" && claude.name == "claude-opus-4-1-20250805")
        #expect(claude.match?.runs == ["opus-4-1-20250805"])
        #expect(table.route("openai/gpt-4o")?.match?.runs == ["gpt-4o"])
        #expect(table.route("mistral") == nil)
    }

    @Test func `a name whose beginning tells its provider fits that provider's pattern`() throws {
        let route = try #require(table().route("gpt-4o"))
        #expect(route.name == "gpt-4o" && route.configured == "openai/*")
        #expect(route.match?.name == "openai/gpt-4o" && route.match?.runs == ["gpt-4o"])
    }

    @Test func `nobody asks for a pattern, and none is listed`() {
        let table = table(aliases: [("sonnet", "claude-sonnet-4-5"), ("none", "nowhere")], hidden: ["hush"])
        #expect(table.route("openai/*") == nil)
        #expect(table.route("*") == nil)
        #expect(table.route("openai/gpt-*") == nil)
        #expect(table.names == ["llama3", "ollama/phi:latest", "sonnet"])
    }

    @Test func `a pattern of what instances list serves no other name, whatever wider pattern there is`() {
        let table = table(listed: ["ollama/*", "openai/gpt-*"])
        #expect(table.route("ollama/phi")?.configured == "ollama/phi:latest")
        #expect(table.route("ollama/other") == nil)
        #expect(table.route("openai/gpt-4o") == nil)
        #expect(table.route("openai/o3")?.configured == "openai/*")
        #expect(table.unknown("ollama/other").message.contains("no instance behind `ollama/*` lists it"))
        #expect(!table.unknown("other").message.contains("lists it"))
    }

    @Test func `a deployment's name upstream, or its id, asks for that deployment and no other`() throws {
        let table = table()
        let own = try #require(table.route("ollama/llama3.1:8b"))
        #expect(own.name == "llama3" && own.only == [0])
        #expect(table.route("b")?.only == [1])
        #expect(table.route("ollama/qwen3:8b")?.configured == "claude-*")
        let exclusion = Exclusion(own, in: table, tags: [], promptTokens: 1, confinement: [])
        #expect(exclusion.reason == nil)
        #expect(exclusion.deployments == [DeploymentID(index: 1)])
        // A pattern comes first, as with LiteLLM.
        #expect(table.route("openai/llama-3.1")?.configured == "openai/*")
    }

    @Test func `the rules of a name that fits a pattern are made of all names that it goes by`() {
        var rules = NameRules()
        rules.aliases = [("fast", "openai/gpt-4o")]
        rules.provider = { _ in "openai" }
        rules.rules = { names in
            var rules = RouteRules.none
            rules.fallbacks.general = names
            return rules
        }
        let table = RouteTable(
            routes: [("openai/*", Self.route(0, "openai/*"))],
            deployments: [Self.deployment(0, "openai/*", "openai/*", id: "c")], rules: rules)
        #expect(table.route("gpt-4o")?.rules.fallbacks.general == ["gpt-4o", "openai/gpt-4o", "openai/*"])
        #expect(table.route("openai/o3")?.rules.fallbacks.general == ["openai/o3", "openai/*"])
        #expect(
            table.route("fast")?.rules.fallbacks.general == ["fast", "openai/gpt-4o", "openai/gpt-4o", "openai/*"])
    }
}
