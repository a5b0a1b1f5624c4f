/// Who stands at which position of the pool: finds what is still there in another specification, and gives positions to
/// what is new. A pure value; the pool carries out its changes.
///
/// An instance is the same while its provider and its base URL are, a deployment while it is the same model's, of the same
/// tag on the same instance: names, prices, limits, keys and ids may change. What was left out keeps its position until
/// that is needed for something else, so that it finds its counts again if it comes back.
public struct PoolRoster: Sendable {
    /// By position, with those that were left out.
    public private(set) var instances: [InstanceSpec]
    /// By position, with those that were left out.
    public private(set) var deployments: [DeploymentSpec]
    /// By position.
    public private(set) var models: [ModelSpec]
    private var liveInstances: [Bool]
    private var liveDeployments: [Bool]

    /// Where the parts of a specification stand in the pool, each by its own position there.
    public struct Positions: Sendable, Equatable {
        /// Of its instances.
        public var instances: [Int]
        /// Of its deployments.
        public var deployments: [Int]
        /// Of its models.
        public var models: [Int]

        /// Where everything stands in the order of the specification, as at the start.
        public init(_ spec: PoolSpec) {
            instances = Array(spec.instances.indices)
            deployments = Array(spec.deployments.indices)
            models = Array(spec.models.indices)
        }

        init(instances: [Int], deployments: [Int], models: [Int]) {
            (self.instances, self.deployments, self.models) = (instances, deployments, models)
        }
    }

    /// The roster of a pool that begins with this specification.
    public init(_ spec: PoolSpec) {
        (instances, deployments, models) = (spec.instances, spec.deployments, spec.models)
        liveInstances = Array(repeating: true, count: instances.count)
        liveDeployments = Array(repeating: true, count: deployments.count)
    }

    /// Whether an instance is in the pool.
    public func hasInstance(at position: Int) -> Bool { liveInstances[position] }

    /// Whether a deployment is in the pool.
    public func hasDeployment(at position: Int) -> Bool { liveDeployments[position] }

    /// Takes in what `PoolBalancer.append` has added at the ends.
    public mutating func append(deployments added: [DeploymentSpec], models newModels: [ModelSpec]) {
        let first = deployments.count
        deployments += added
        liveDeployments += Array(repeating: true, count: added.count)
        let listed = Set(newModels.flatMap { $0.deployments.map(\.index) })
        models += newModels
        for position in first..<deployments.count where !listed.contains(position) {
            if let model = models.firstIndex(where: { $0.name == deployments[position].modelName }) {
                models[model].deployments.append(DeploymentID(index: position))
            }
        }
    }

    /// Makes the change that leads to a specification, whose positions are its own.
    public mutating func change(to wanted: PoolSpec, free: FreePositions) -> (PoolChange, Positions) {
        let (instancePositions, newInstances) = placeInstances(wanted.instances, free.instances)
        let moved = wanted.deployments.map { spec in
            var spec = spec
            spec.instance = InstanceID(index: instancePositions[spec.instance.index])
            return spec
        }
        let (deploymentPositions, newDeployments) = placeDeployments(moved, free.deployments, newInstances)
        let modelPositions = placeModels(wanted.models, deploymentPositions)
        let change = PoolChange(
            instances: instances.indices.map { liveInstances[$0] ? instances[$0] : nil },
            deployments: deployments.indices.map { liveDeployments[$0] ? deployments[$0] : nil },
            models: models, settings: wanted.settings, newInstances: newInstances, newDeployments: newDeployments)
        return (
            change,
            Positions(instances: instancePositions, deployments: deploymentPositions, models: modelPositions)
        )
    }

    private mutating func placeInstances(_ wanted: [InstanceSpec], _ free: [Int]) -> ([Int], Set<Int>) {
        var matching = Matching(instances.map(InstanceKey.init), live: liveInstances, free: free)
        let positions = matching.place(wanted.map(InstanceKey.init)) { instances[$0].name == wanted[$1].name }
        liveInstances = Array(repeating: false, count: matching.count)
        for (spec, position) in zip(wanted, positions) {
            if position < instances.count { instances[position] = spec } else { instances.append(spec) }
            liveInstances[position] = true
        }
        return (positions, matching.new)
    }

    private mutating func placeDeployments(
        _ wanted: [DeploymentSpec], _ free: [Int], _ newInstances: Set<Int>
    ) -> ([Int], Set<Int>) {
        // Those of an instance whose position is another's now are nobody's.
        let keys = deployments.map { newInstances.contains($0.instance.index) ? nil : DeploymentKey($0) }
        var matching = Matching(keys, live: liveDeployments, free: free)
        let positions = matching.place(wanted.map(DeploymentKey.init)) { deployments[$0].id == wanted[$1].id }
        liveDeployments = Array(repeating: false, count: matching.count)
        for (spec, position) in zip(wanted, positions) {
            if position < deployments.count { deployments[position] = spec } else { deployments.append(spec) }
            liveDeployments[position] = true
        }
        return (positions, matching.new)
    }

    /// A model's position is its name's for ever: requests under way know it by that.
    private mutating func placeModels(_ wanted: [ModelSpec], _ deployments: [Int]) -> [Int] {
        var known = Dictionary(uniqueKeysWithValues: models.enumerated().map { ($1.name, $0) })
        for index in models.indices { models[index].deployments = [] }
        return wanted.map { model in
            var model = model
            model.deployments = model.deployments.map { DeploymentID(index: deployments[$0.index]) }
            if let position = known[model.name] {
                models[position] = model
                return position
            }
            known[model.name] = models.count
            models.append(model)
            return models.count - 1
        }
    }

    /// Two instances with the same key are the same server, probed in the same way.
    private struct InstanceKey: Hashable {
        let provider: String
        let place: String
        let isProbed: Bool
        let matching: TagMatching
        let mayFallSilent: Bool

        init(_ spec: InstanceSpec) {
            provider = spec.provider
            place = spec.apiBase.isEmpty ? spec.name : spec.apiBase
            (isProbed, matching, mayFallSilent) = (spec.probed, spec.tagMatching, spec.mayFallSilent)
        }
    }

    private struct DeploymentKey: Hashable {
        let model: String
        let instance: Int
        let tag: String

        init(_ spec: DeploymentSpec) {
            (model, instance, tag) = (spec.modelName, spec.instance.index, spec.listedTag)
        }
    }
}

/// Finds positions for things by their keys: the position that has the key, else a free one, else one at the end.
private struct Matching<Key: Hashable> {
    private let live: [Bool]
    private var free: [Int]
    private var holders: [Key: [Int]] = [:]
    private(set) var count: Int
    private(set) var new: Set<Int> = []

    init(_ keys: [Key?], live: [Bool], free: [Int]) {
        (self.live, self.free, count) = (live, free, keys.count)
        for (position, key) in keys.enumerated() {
            if let key { holders[key, default: []].append(position) }
        }
    }

    /// - Parameter isSame: whether what stands at a position goes by the name of a wanted one: of several with the same key it
    ///   is that one.
    mutating func place(_ wanted: [Key], isSame: (_ position: Int, _ wanted: Int) -> Bool) -> [Int] {
        let live = live
        var positions: [Int?] = Array(repeating: nil, count: wanted.count)
        for (index, key) in wanted.enumerated() {
            positions[index] = take(key) { live[$0] && isSame($0, index) }
        }
        for (index, key) in wanted.enumerated() where positions[index] == nil {
            positions[index] = take(key) { live[$0] } ?? take(key) { _ in true }
        }
        let taken = Set(positions.compactMap(\.self))
        free.removeAll { taken.contains($0) }
        free.reverse()
        return positions.map { $0 ?? fresh() }
    }

    private mutating func take(_ key: Key, where isFit: (Int) -> Bool) -> Int? {
        guard let index = holders[key]?.firstIndex(where: isFit) else { return nil }
        return holders[key]?.remove(at: index)
    }

    private mutating func fresh() -> Int {
        let position = free.popLast() ?? count
        if position == count { count += 1 }
        new.insert(position)
        return position
    }
}
