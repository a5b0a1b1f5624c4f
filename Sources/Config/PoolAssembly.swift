import Dialects

/// Puts the deployments onto instances and under models, and gives each what it inherits.
struct PoolAssembly {
    private let drover: DroverReader
    private let log: DiagnosticLog
    private(set) var deployments: [Configuration.Deployment] = []
    private(set) var models: [Configuration.Model] = []
    private(set) var wildcards: [Configuration.Deployment] = []
    private(set) var wildcardModels: [Configuration.Model] = []
    private(set) var instances: [Configuration.Instance] = []
    private var positions: [DeploymentDraft.InstanceKey: Int] = [:]

    init(
        _ drafts: [DeploymentDraft], strategy: RoutingStrategy, drover: DroverReader, defaultOllama: BaseURL?,
        trust: Configuration.Trust, log: DiagnosticLog
    ) {
        self.drover = drover
        self.log = log
        var ids = Set(drafts.compactMap(\.id?.value))
        var own: [DeploymentDraft] = []
        var listed: [DeploymentDraft] = []
        for draft in drafts {
            var deployment = draft.deployment
            deployment.instance = instance(draft.instance, provider: deployment.provider)
            if let memory = draft.memory { use(memory, on: deployment.instance) }
            // By the name alone: an Ollama also speaks as OpenAI does.
            deployment.isLocal = instances[deployment.instance].isLocal && !OllamaName.isCloud(deployment.tag)
            deployment.breaker = drover.breaker(cooldownTime: draft.cooldownTime)
            deployment.id = draft.id?.value ?? Self.unique(deployment.id, &ids)
            if deployment.isListed {
                wildcards.append(deployment)
                listed.append(draft)
            } else {
                deployments.append(deployment)
                own.append(draft)
            }
        }
        models = Self.models(own, strategy, &deployments, log)
        wildcardModels = Self.models(listed, strategy, &wildcards, log)
        guard drover.settings.exposeTags else { return }
        for named in drover.instances { expose(named.base.value, trust) }
        if instances.isEmpty, let base = defaultOllama { expose(base, trust) }
    }

    /// The models of some deployments, which are given their weights.
    private static func models(
        _ drafts: [DeploymentDraft], _ strategy: RoutingStrategy, _ deployments: inout [Configuration.Deployment],
        _ log: DiagnosticLog
    ) -> [Configuration.Model] {
        var members: [String: [Int]] = [:]
        var names: [String] = []
        for (index, draft) in drafts.enumerated() {
            let name = draft.deployment.modelName.value
            guard !name.isEmpty else { continue }
            if members[name] == nil { names.append(name) }
            members[name, default: []].append(index)
        }
        let group = ModelGroup(log: log)
        return names.map { name in
            let indices = members[name] ?? []
            let own = group.strategy(of: name, drafts, indices) ?? strategy
            group.setWeights(of: &deployments, drafts, indices, shuffled: own == .simpleShuffle)
            return .init(
                name: name, strategy: own, requestClass: group.requestClass(of: name, drafts, indices),
                deployments: indices)
        }
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
        var memory: Located<Int>?
        switch key {
        case .base(let url, let whom):
            (base, trust) = (url, whom)
            let given = drover.instances.first { $0.base.value == url }
            name = given.map { free($0.name, among: instances.map(\.name)) } ?? freeName(for: url)
            memory = given?.memory
        case .variable(let variable): (base, name) = (nil, freeName(variable))
        case .provider(let provider): (base, name) = (nil, freeName(provider.isEmpty ? "unknown" : provider))
        }
        positions[key] = instances.count
        instances.append(
            .init(
                name: name, baseURL: base, provider: provider, isLocal: drover.locality.isLocal(base), trust: trust))
        if let memory { use(memory, on: instances.count - 1) }
        return instances.count - 1
    }

    /// An instance has one memory, wherever that is written.
    private mutating func use(_ memory: Located<Int>, on instance: Int) {
        if let other = instances[instance].memory, other != memory.value {
            log.fault(
                memory.mark, memory.path,
                "the memory of \(instances[instance].name) is \(memory.value) bytes here, and \(other) bytes elsewhere")
        }
        instances[instance].memory = memory.value
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
}

extension Configuration.Deployment {
    /// Whether it stands for every model that its instance lists. One that waits for a variable is asked for nothing.
    fileprivate var isListed: Bool {
        guard NamePattern.isOne(tag), unavailable == nil, let profile = Providers.named(provider) else { return false }
        return profile.probe != .none && profile.tags != .any
    }
}
