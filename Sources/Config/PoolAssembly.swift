import Dialects

/// Puts the deployments onto instances and under models, and gives each what it inherits.
struct PoolAssembly {
    private let drover: DroverReader
    private let log: DiagnosticLog
    private(set) var deployments: [Configuration.Deployment] = []
    private(set) var models: [Configuration.Model] = []
    private(set) var instances: [Configuration.Instance] = []
    private var positions: [DeploymentDraft.InstanceKey: Int] = [:]

    init(
        _ drafts: [DeploymentDraft], strategy: RoutingStrategy, drover: DroverReader, defaultOllama: BaseURL?,
        trust: Configuration.Trust, log: DiagnosticLog
    ) {
        self.drover = drover
        self.log = log
        var members: [String: [Int]] = [:]
        var names: [String] = []
        var ids = Set(drafts.compactMap(\.id?.value))
        for (index, draft) in drafts.enumerated() {
            var deployment = draft.deployment
            deployment.instance = instance(draft.instance, provider: deployment.provider)
            // By the name alone: an Ollama also speaks as OpenAI does.
            deployment.isLocal = instances[deployment.instance].isLocal && !OllamaName.isCloud(deployment.tag)
            deployment.breaker = drover.breaker(cooldownTime: draft.cooldownTime)
            deployment.id = draft.id?.value ?? Self.unique(deployment.id, &ids)
            deployments.append(deployment)
            let name = deployment.modelName.value
            guard !name.isEmpty else { continue }
            if members[name] == nil { names.append(name) }
            members[name, default: []].append(index)
        }
        for name in names {
            let indices = members[name] ?? []
            let own = self.strategy(of: name, drafts, indices)
            models.append(
                .init(
                    name: name, strategy: own ?? strategy, requestClass: requestClass(of: name, drafts, indices),
                    deployments: indices))
            setWeights(drafts, indices, shuffled: (own ?? strategy) == .simpleShuffle)
        }
        guard drover.settings.exposeTags else { return }
        for (_, base) in drover.instances { expose(base.value, trust) }
        if instances.isEmpty, let base = defaultOllama { expose(base, trust) }
    }

    /// An instance without a deployment of its own, for the tags it has.
    private mutating func expose(_ base: BaseURL, _ trust: Configuration.Trust) {
        guard !instances.contains(where: { $0.baseURL == base }) else { return }
        _ = instance(PlaceReader.instance(base, trust), provider: ProviderProfile.ollama.name)
    }

    private static func unique(_ id: String, _ taken: inout Set<String>) -> String {
        var candidate = id
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(id)-\(number)"
            number += 1
        }
        return candidate
    }

    private mutating func instance(_ key: DeploymentDraft.InstanceKey, provider: String) -> Int {
        if let known = positions[key] { return known }
        let base: BaseURL?
        var trust = Configuration.Trust.system
        let name: String
        switch key {
        case .base(let url, let whom):
            (base, trust) = (url, whom)
            let given = drover.instances.first { $0.base.value == url }?.name
            name = given.map { free($0, among: instances.map(\.name)) } ?? freeName(for: url)
        case .variable(let variable): (base, name) = (nil, freeName(variable))
        case .provider(let provider): (base, name) = (nil, freeName(provider.isEmpty ? "unknown" : provider))
        }
        positions[key] = instances.count
        instances.append(
            .init(
                name: name, baseURL: base, provider: provider, isLocal: drover.locality.isLocal(base), trust: trust))
        return instances.count - 1
    }

    /// `host:port`; with the scheme where another instance has that name.
    private func freeName(for url: BaseURL) -> String {
        let short = url.authority + url.path
        return taken.contains(short) ? freeName(url.scheme.rawValue + "://" + short) : short
    }

    private func freeName(_ name: String) -> String { free(name, among: taken) }

    private func free(_ name: String, among taken: [String]) -> String {
        var candidate = name
        var number = 2
        while taken.contains(candidate) {
            candidate = "\(name)-\(number)"
            number += 1
        }
        return candidate
    }

    private var taken: [String] { instances.map(\.name) + drover.instances.map(\.name) }

    /// The strategy a model's own deployments ask for, which must be one.
    private func strategy(of name: String, _ drafts: [DeploymentDraft], _ indices: [Int]) -> RoutingStrategy? {
        agreed(indices.compactMap { drafts[$0].strategy }, "strategy", of: name)
    }

    /// The class that a model's deployments give its requests, which must be one.
    private func requestClass(of name: String, _ drafts: [DeploymentDraft], _ indices: [Int]) -> RequestClass {
        agreed(indices.compactMap { drafts[$0].requestClass }, "class", of: name) ?? .default
    }

    private func agreed<Value: Equatable>(_ given: [Located<Value>], _ what: String, of name: String) -> Value? {
        for other in given.dropFirst() where other != given[0] {
            log.fault(other.mark, other.path, "\(given[0].path) gives \"\(name)\" another \(what)")
        }
        return given.first?.value
    }

    /// By weight, else by rpm, else by tpm, else equal; all zero is equal too.
    private mutating func setWeights(_ drafts: [DeploymentDraft], _ indices: [Int], shuffled: Bool) {
        let kinds: [(String, KeyPath<DeploymentDraft, Double?>)] = [
            ("weight", \.weight), ("rpm", \.rpm), ("tpm", \.tpm),
        ]
        let used = kinds.first { kind in indices.contains { (drafts[$0][keyPath: kind.1] ?? 0) > 0 } }
        guard let (kind, value) = used else { return }
        for index in indices {
            deployments[index].weight = drafts[index][keyPath: value] ?? 0
            if drafts[index][keyPath: value] == nil, shuffled {
                log.warning(
                    drafts[index].mark, drafts[index].path,
                    "has no \(kind) while others of \"\(drafts[index].deployment.modelName.value)\" have one, "
                        + "so simple-shuffle picks it only when they are out")
            }
        }
    }
}
