/// An instance's position in `PoolSpec.instances`. Positions never change while the process runs.
public struct InstanceID: Hashable, Sendable {
    /// The position, counted from 0.
    public let index: Int
    /// The instance at `index`.
    public init(index: Int) { self.index = index }
}

/// A deployment's position in `PoolSpec.deployments`, then in the order of appending.
public struct DeploymentID: Hashable, Sendable {
    /// The position, counted from 0.
    public let index: Int
    /// The deployment at `index`.
    public init(index: Int) { self.index = index }
}

/// A model's position in `PoolSpec.models`, then in the order of appending.
public struct ModelID: Hashable, Sendable {
    /// The position, counted from 0.
    public let index: Int
    /// The model at `index`.
    public init(index: Int) { self.index = index }
}
