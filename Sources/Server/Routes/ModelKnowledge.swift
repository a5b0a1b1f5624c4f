import Balancer
import Gateway

/// What is known of the models that clients ask for, as the configuration, the price lists and the last probes say it.
struct ModelKnowledge {
    /// What is known of one.
    struct Facts: Equatable {
        /// The provider of its first deployment; nil where it has none.
        var provider: String?
        /// Tokens that fit wherever a request for it goes; nil where nobody says.
        var contextLength: Int?
        /// Tokens that an answer may have wherever the request goes; nil where nobody says.
        var maxOutputTokens: Int?
        /// In the words of the instances; empty where they say nothing.
        var capabilities: [String] = []
        /// The instances that hold it in memory, in the order of its deployments.
        var loadedOn: [String] = []
    }

    private let routes: RouteTable
    private let holdings: PoolHoldings
    /// The places of each model's deployments.
    private let deployments: [ModelID: [Int]]
    private let loaded: [String: [PoolHoldings.Loaded]]

    init(_ routes: RouteTable, _ holdings: PoolHoldings) {
        self.routes = routes
        self.holdings = holdings
        deployments = Dictionary(grouping: routes.deployments.indices.filter { !routes.deployments[$0].isGone }) {
            routes.deployments[$0].model
        }
        loaded = Dictionary(grouping: holdings.loaded, by: \.model)
    }

    /// Those of the model of a name that clients ask for.
    func facts(of name: String) -> Facts {
        guard let route = routes.route(name) else { return Facts() }
        let own = (deployments[route.model] ?? []).compactMap { routes.deployments[$0].facts }
        let held = loaded[route.configured] ?? []
        var facts = Facts()
        facts.provider = own.first?.provider
        // Where a model is loaded with less than it could have, less is what fits.
        let contexts = own.map { deployment in
            deployment.maxInputTokens ?? held.compactMap { $0.memory.contextLength }.min()
        }
        facts.contextLength = contexts.compactMap(\.self).min()
        facts.maxOutputTokens = own.compactMap(\.maxOutputTokens).min()
        facts.capabilities = holdings.tags[route.configured]?.capabilities ?? []
        if facts.capabilities.isEmpty, route.makesEmbeddingsOnly { facts.capabilities = ["embedding"] }
        facts.loadedOn = held.map(\.instance)
        return facts
    }
}
