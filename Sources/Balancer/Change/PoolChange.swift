/// The pool as it is to be from now on. Positions stay what they are: whatever is not wanted any more is left out at its
/// position, and what is new stands behind the others or at a position that has come free. `PoolRoster` makes one.
public struct PoolChange: Sendable {
    /// By position; nil: not in the pool any more.
    public var instances: [InstanceSpec?]
    /// The same of deployments. Those at instances that are left out are left out too.
    public var deployments: [DeploymentSpec?]
    /// By position; the names never change. One that nothing serves any more has no deployments.
    public var models: [ModelSpec]
    /// Settings of the whole pool. How many decisions are kept stays as it is.
    public var settings: BalancerSettings
    /// The positions where something else begins than was there before, with nothing known of it. The others keep all that
    /// was learned.
    public var newInstances: Set<Int>
    /// The same of deployments.
    public var newDeployments: Set<Int>

    /// A change as given.
    public init(
        instances: [InstanceSpec?], deployments: [DeploymentSpec?], models: [ModelSpec], settings: BalancerSettings,
        newInstances: Set<Int>, newDeployments: Set<Int>
    ) {
        (self.instances, self.deployments, self.models) = (instances, deployments, models)
        self.settings = settings
        (self.newInstances, self.newDeployments) = (newInstances, newDeployments)
    }
}

/// The positions of what was left out, where nothing runs any more: something else may stand there.
public struct FreePositions: Sendable, Equatable {
    /// Ascending.
    public var instances: [Int]
    /// Ascending.
    public var deployments: [Int]

    /// These.
    public init(instances: [Int] = [], deployments: [Int] = []) {
        (self.instances, self.deployments) = (instances, deployments)
    }
}
