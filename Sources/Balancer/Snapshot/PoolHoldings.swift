/// The models as the instances of a pool say that they hold them.
public struct PoolHoldings: Sendable, Equatable {
    /// Each model's tag as an instance lists it, by the model's name; none where no instance does.
    public let tags: [String: KnownTag]
    /// The versions of all instances that say theirs.
    public let versions: [String]
    /// The models whose instances list other contents for it, each with its instances and their digests.
    public let digests: [String: [Digest]]
    /// The models in memory, those of one model together.
    public let loaded: [Loaded]

    /// What an instance lists as a model's content.
    public struct Digest: Sendable, Equatable {
        /// The instance's name.
        public let instance: String
        /// The content's digest.
        public let digest: String
    }

    /// A model in the memory of an instance.
    public struct Loaded: Sendable, Equatable {
        /// The name that clients ask for.
        public let model: String
        /// The instance's name.
        public let instance: String
        /// What the instance says of it in memory.
        public let memory: LoadedModel
        /// What it says of it on disk; nil where it does not list it.
        public let tag: KnownTag?
    }
}

extension PoolFrame {
    /// Of several instances the first counts that may be sent to, else the first that ever listed the tag.
    func holdings() -> PoolHoldings {
        var tags: [String: KnownTag] = [:]
        var digests: [String: [PoolHoldings.Digest]] = [:]
        var loaded: [PoolHoldings.Loaded] = []
        for model in models {
            let ready = model.deployments.lazy.filter { availability($0).isEligible }
            tags[model.name] = ready.compactMap(held).first ?? model.deployments.lazy.compactMap(held).first
            digests[model.name] = differing(model)
            loaded += inMemory(model)
        }
        return PoolHoldings(
            tags: tags, versions: shown.compactMap { instanceRecords[$0].version }, digests: digests, loaded: loaded)
    }

    private func held(_ deployment: Int) -> KnownTag? {
        instanceRecords[Int(deployments[deployment].instance)].tags?[deploymentRecords[deployment].tag]
    }

    /// The digests of a model's instances; nil where all are one.
    private func differing(_ model: Model) -> [PoolHoldings.Digest]? {
        var list: [PoolHoldings.Digest] = []
        for deployment in model.deployments {
            guard let digest = held(deployment)?.digest, !digest.isEmpty else { continue }
            let name = name(ofInstance: Int(deployments[deployment].instance))
            if !list.contains(where: { $0.instance == name }) {
                list.append(PoolHoldings.Digest(instance: name, digest: digest))
            }
        }
        return Set(list.map(\.digest)).count > 1 ? list : nil
    }

    private func inMemory(_ model: Model) -> [PoolHoldings.Loaded] {
        var list: [PoolHoldings.Loaded] = []
        for deployment in model.deployments {
            let record = instanceRecords[Int(deployments[deployment].instance)]
            let tag = deploymentRecords[deployment].tag
            guard let memory = record.loaded?.first(where: { $0.model == tag }),
                !list.contains(where: { $0.instance == record.spec.name })
            else { continue }
            list.append(
                PoolHoldings.Loaded(
                    model: model.name, instance: record.spec.name, memory: memory, tag: record.tags?[tag]))
        }
        return list
    }
}
