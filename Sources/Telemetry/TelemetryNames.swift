/// The names behind the indices of a `RequestRecord`: the closed sets that label metrics. A position keeps its meaning until
/// another instance or deployment stands there.
public struct TelemetryNames: Sendable, Equatable {
    /// One deployment: which model it serves and where.
    public struct Deployment: Sendable, Equatable {
        /// Position in `models`.
        public var model: Int
        /// Position in `instances`.
        public var instance: Int

        /// A deployment of one model on one instance.
        public init(model: Int, instance: Int) {
            self.model = model
            self.instance = instance
        }
    }
    /// One instance.
    public struct Instance: Sendable, Equatable {
        /// The configured name.
        public var name: String
        /// The dialect it speaks, `ollama` …
        public var provider: String

        /// Where it listens; nil where that is nobody's business, as with a cloud.
        public var address: Address?

        /// An instance by its name.
        public init(name: String, provider: String, address: Address? = nil) {
            (self.name, self.provider, self.address) = (name, provider, address)
        }
    }
    /// Host and port.
    public struct Address: Sendable, Equatable {
        /// The host's name or address.
        public var host: String
        /// TCP port.
        public var port: Int

        /// An address as given.
        public init(host: String, port: Int) { (self.host, self.port) = (host, port) }
    }

    /// The names that clients ask for.
    public var models: [String]
    /// The instances.
    public var instances: [Instance]
    /// The deployments.
    public var deployments: [Deployment]
    /// The labels of errors a client may be given, from a closed set.
    public var errors: [String]

    /// Names for every index that a record may hold.
    public init(models: [String], instances: [Instance], deployments: [Deployment], errors: [String]) {
        self.models = models
        self.instances = instances
        self.deployments = deployments
        self.errors = errors
    }

    /// Model and instance of a deployment by name; nil where there is none.
    func place(of deployment: Int) -> [String]? {
        guard deployments.indices.contains(deployment) else { return nil }
        return [models[deployments[deployment].model], instances[deployments[deployment].instance].name]
    }
}
