/// The names behind the indices of a `RequestRecord`: the closed sets that label metrics. Grows only at its ends.
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

        /// An instance by its name.
        public init(name: String, provider: String) {
            self.name = name
            self.provider = provider
        }
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
}
