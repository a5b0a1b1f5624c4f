import Balancer
import Config
import Dialects
import Gateway
import Prober

/// The gateway's table of names.
extension Assembly {
    var routes: RouteTable {
        var routes: [(name: String, route: RouteTable.Route)] = []
        var owners = Array(repeating: ModelID(index: 0), count: configuration.modelList.count)
        for (index, model) in configuration.models.enumerated() {
            let id = ModelID(index: index)
            for deployment in model.deployments { owners[deployment] = id }
            let limits = model.deployments.map { configuration.modelList[$0].timeout }
            routes.append(
                (
                    model.name,
                    route(
                        id, model.name, model.strategy, class: model.requestClass, timeout: limits.max(),
                        notBuilt: notBuilt(model),
                        makesEmbeddingsOnly: !model.deployments.isEmpty
                            && model.deployments.allSatisfy { configuration.modelList[$0].makesEmbeddingsOnly })
                ))
        }
        var names = NameRules()
        // A name with a star is none that a client could ask for.
        for alias in configuration.routerSettings.modelGroupAlias where !NamePattern.isOne(alias.name) {
            guard !routes.contains(where: { $0.name == alias.name }) else { continue }
            if let known = routes.first(where: { $0.name == alias.model.value }) {
                routes.append((alias.name, known.route.with(rules([alias.name, alias.model.value]))))
            } else {
                names.aliases.append((alias.name, alias.model.value))
            }
        }
        names.listed = configuration.wildcardModels.map(\.name)
        names.rules = { rules($0) }
        names.provider = { Configuration.provider(of: $0) }
        let known = keptNames
        names.keeps = { known.admits($0) }
        return RouteTable(
            routes: routes, hidden: Set(configuration.routerSettings.modelGroupAlias.filter(\.hidden).map(\.name)),
            deployments: configuration.modelList.indices.map { deployment($0, of: owners[$0]) }, rules: names)
    }

    /// Models whose every deployment needs a provider that this release does not have.
    private func notBuilt(_ model: Configuration.Model) -> String? {
        let providers = model.deployments.map { configuration.modelList[$0].provider }
        guard providers.allSatisfy({ Providers.named($0) == nil }), let first = providers.first else { return nil }
        guard !first.isEmpty else {
            let written = configuration.modelList[model.deployments[0]].model.value
            return "model `\(model.name)` stands for `\(written)`, which names no provider that is known; for Ollama "
                + "write ollama/\(written)"
        }
        return "model `\(model.name)` needs the provider `\(first)`, which is not built yet in drover \(version)"
    }

    /// The route of one name.
    ///
    /// - Parameter others: further names by which its rules may be written: its pattern, another spelling.
    func route(
        _ model: ModelID, _ name: String, _ strategy: RoutingStrategy, class requestClass: RequestClass,
        timeout: Duration?, notBuilt: String?, makesEmbeddingsOnly: Bool, alsoBy others: [String] = []
    ) -> RouteTable.Route {
        let needs = Strategies.named(strategy.rawValue)?.needs ?? []
        let queue = configuration.drover.queue
        return RouteTable.Route(
            model: model, name: name, notBuilt: notBuilt, needs: needs,
            serviceClass: ServiceClass(name: requestClass.rawValue) ?? .default,
            rules: rules([name, configuration.model(behind: name)] + others),
            maxWait: needs.contains(.prediction) && !queue.isMaxWaitSet ? nil : queue.maxWait, timeout: timeout,
            makesEmbeddingsOnly: makesEmbeddingsOnly)
    }

    /// The rules for requests that ask for a name: by it, and by those that stand behind it.
    private func rules(_ names: [String]) -> RouteRules {
        let router = configuration.routerSettings
        return RouteRules(
            fallbacks: FallbackLists(
                general: router.fallbacks.targets(for: names),
                contextWindow: router.contextWindowFallbacks.targets(for: names),
                contentPolicy: router.contentPolicyFallbacks.targets(for: names)),
            retries: (names.lazy.compactMap { router.modelGroupRetryPolicy[$0] }.first ?? router.retryPolicy)
                .map(Self.retries) ?? [:],
            overflow: configuration.overflow(of: names).map {
                Overflow(
                    model: $0.model.value, after: $0.whenWaitExceeds, takesEmbeddings: $0.models != nil)
            },
            confinement: configuration.isLocalOnly(names) ? .model : [], checksContext: router.enablePreCallChecks,
            tagFilter: router.enableTagFiltering ? TagFilter(matchesAny: router.tagFilteringMatchAny) : nil)
    }
}

extension Assembly {
    /// Retries after each class of failure that the policy has a number for.
    private static func retries(_ policy: Configuration.RetryPolicy) -> [FailureClass: Int] {
        var retries: [FailureClass: Int] = [:]
        for failure in FailureClass.allCases {
            guard let kind = Configuration.ErrorKind(failure) else { continue }
            switch kind {
            // The request's own mistakes are retried only where that is written, because they fail again.
            case .badRequest: retries[failure] = policy.retries[kind]
            case .contentPolicy: retries[failure] = policy.retries[kind] ?? policy.retries[.badRequest]
            default: retries[failure] = policy.retries(after: kind)
            }
        }
        return retries
    }
}

extension Configuration.ErrorKind {
    /// LiteLLM's name for a failure; nil where it has none.
    init?(_ failure: FailureClass) {
        switch failure {
        case .badRequest: self = .badRequest
        case .authentication: self = .authentication
        case .notFound: self = .notFound
        case .timeout: self = .timeout
        case .rateLimit: self = .rateLimit
        case .contextWindow: return nil
        case .contentPolicy: self = .contentPolicy
        case .internalServer: self = .server
        case .serviceUnavailable: self = .unavailable
        }
    }
}
