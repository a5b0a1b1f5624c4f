/// A position in one of the pool's lists.
public protocol PoolIdentifier: Hashable, Sendable {
    /// The position, counted from 0.
    var index: Int { get }
}

/// An instance's position in `PoolSpec.instances`. Positions never change while the process runs.
public struct InstanceID: PoolIdentifier {
    /// The position, counted from 0.
    public let index: Int
    /// The instance at `index`.
    public init(index: Int) { self.index = index }
}

/// A deployment's position in `PoolSpec.deployments`, then in the order of appending.
public struct DeploymentID: PoolIdentifier {
    /// The position, counted from 0.
    public let index: Int
    /// The deployment at `index`.
    public init(index: Int) { self.index = index }
}

/// A model's position in `PoolSpec.models`, then in the order of appending.
public struct ModelID: PoolIdentifier {
    /// The position, counted from 0.
    public let index: Int
    /// The model at `index`.
    public init(index: Int) { self.index = index }
}
