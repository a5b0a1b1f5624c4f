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
}
