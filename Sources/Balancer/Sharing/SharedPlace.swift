/// A deployment as every gateway names it: by its instance's base URL, the model's name there and its `model_id`, not by
/// positions, which are each gateway's own.
public struct SharedPlace: Hashable, Sendable {
    /// The instance.
    public let instance: UInt64
    /// The model on any instance.
    public let tag: UInt64
    /// The deployment.
    public let deployment: UInt64

    /// A place by its three numbers.
    public init(instance: UInt64, tag: UInt64, deployment: UInt64) {
        (self.instance, self.tag, self.deployment) = (instance, tag, deployment)
    }

    /// The place of a deployment on its instance.
    init(_ deployment: DeploymentSpec, on instance: InstanceSpec) {
        self.init(
            instance: Self.number(ofInstance: instance), tag: Self.number(of: deployment.listedTag),
            deployment: Self.number(of: deployment.id))
    }

    /// The model on this instance, whichever deployment it is asked for by.
    var placement: UInt64 { (instance &* 0x9e37_79b9_7f4a_7c15) ^ tag }

    /// An instance goes by its base URL in normal form; one without, such as a cloud, by its name.
    static func number(ofInstance instance: InstanceSpec) -> UInt64 {
        number(of: instance.apiBase.isEmpty ? "\(instance.provider) \(instance.name)" : instance.apiBase)
    }

    /// FNV-1a: the same on every machine and in every release. Two of a thousand names share one once in 10^13 pools.
    static func number(of name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
