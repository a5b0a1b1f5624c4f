/// What lies on the instances' disks and in their memory, by instance.
public struct PoolLibrary: Sendable, Equatable {
    /// The instances in the order of the configuration.
    public let instances: [Shelf]

    /// One instance's models.
    public struct Shelf: Sendable, Equatable {
        /// The instance's name.
        public let instance: String
        /// Its state, as in `PoolSnapshot.Instance`.
        public let state: String
        /// Every tag it listed last; nil before the first list.
        public let tags: [KnownTag]?
        /// Every model it held in memory last; nil before the first list.
        public let loaded: [LoadedModel]?

        /// What an instance has said.
        public init(instance: String, state: String, tags: [KnownTag]?, loaded: [LoadedModel]?) {
            (self.instance, self.state, self.tags, self.loaded) = (instance, state, tags, loaded)
        }

        /// What it listed of a tag, in the form of `KnownTag.name`.
        public func tag(_ name: String) -> KnownTag? { tags?.first { $0.name == name } }
    }

    /// Everything that instances have said.
    public init(instances: [Shelf]) { self.instances = instances }

    /// The models of an instance of this name.
    public func shelf(of instance: String) -> Shelf? { instances.first { $0.instance == instance } }
}

extension PoolFrame {
    func library() -> PoolLibrary {
        PoolLibrary(
            instances: instances.indices.filter { !instances[$0].isGone }.map { index in
                let record = instanceRecords[index]
                return PoolLibrary.Shelf(
                    instance: record.spec.name, state: instance(index).state,
                    tags: record.tags.map { tags in tags.values.sorted { $0.name < $1.name } }, loaded: record.loaded)
            })
    }
}
