public import Balancer
import Gateway

extension TelemetryNames {
    /// The names of a pool, in its own order, so that `ModelID.index` and `DeploymentID.index` are what records hold, and
    /// every code of a `GatewayError` for `RequestRecord.error`.
    public init(_ pool: PoolSpec) {
        var modelOfDeployment = [Int](repeating: 0, count: pool.deployments.count)
        for (model, spec) in pool.models.enumerated() {
            for deployment in spec.deployments { modelOfDeployment[deployment.index] = model }
        }
        self.init(
            models: pool.models.map(\.name),
            instances: pool.instances.map { Instance(name: $0.name, provider: $0.provider) },
            deployments: zip(pool.deployments, modelOfDeployment).map {
                Deployment(model: $1, instance: $0.instance.index)
            },
            errors: GatewayError.codes)
    }

    /// The names of a pool that has changed.
    ///
    /// - Parameter address: where an instance listens.
    public init(_ roster: PoolRoster, address: (InstanceSpec) -> Address?) {
        let models = Dictionary(uniqueKeysWithValues: roster.models.enumerated().map { ($1.name, $0) })
        self.init(
            models: roster.models.map(\.name),
            instances: roster.instances.map { Instance(name: $0.name, provider: $0.provider, address: address($0)) },
            deployments: roster.deployments.map {
                Deployment(model: models[$0.modelName] ?? 0, instance: $0.instance.index)
            },
            errors: GatewayError.codes)
    }
}
