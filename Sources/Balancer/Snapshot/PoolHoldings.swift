/// The models as the instances of a pool say that they hold them.
public struct PoolHoldings: Sendable, Equatable {
    /// Each model's tag as an instance lists it, by the model's name; none where no instance does.
    public let tags: [String: KnownTag]
    /// The versions of all instances that say theirs.
    public let versions: [String]
}

extension PoolFrame {
    /// Of several instances the first counts that may be sent to, else the first that ever listed the tag.
    func holdings() -> PoolHoldings {
        var tags: [String: KnownTag] = [:]
        for model in models {
            func held(_ deployment: Int) -> KnownTag? {
                instanceRecords[Int(deployments[deployment].instance)].tags?[deploymentRecords[deployment].tag]
            }
            let ready = model.deployments.lazy.filter { availability($0).isEligible }
            tags[model.name] = ready.compactMap(held).first ?? model.deployments.lazy.compactMap(held).first
        }
        return PoolHoldings(tags: tags, versions: instanceRecords.compactMap(\.version))
    }
}
