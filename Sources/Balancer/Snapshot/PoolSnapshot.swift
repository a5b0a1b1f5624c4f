/// The pool at one moment, in the shape of `GET /pool`.
///
/// Encodes every key, with null for what is not known; decodes what it has encoded.
public struct PoolSnapshot: Codable, Equatable, Sendable {
    /// Always `pool`.
    public var object = "pool"
    /// The product's version.
    public var version: String
    /// Seconds since the balancer was made.
    public var uptimeSeconds: Double
    /// Requests in flight: the sum of the instances'.
    public var inFlight: Int
    /// Requests that other gateways have in flight on the same instances, as they said a moment ago; nil where an older release
    /// says nothing of that.
    public var othersInFlight: Int?
    /// Requests waiting in the queues of all models.
    public var waiting: Int
    /// Whether its counts are right; nil where an older release does not look.
    public var audit: Audit?
    /// Things that an operator should know, in whole sentences.
    public var warnings: [String]
    /// The models, in the order of the configuration.
    public var models: [Model]
    /// The instances, in the order of the configuration.
    public var instances: [Instance]
    /// The deployments, in the order of the configuration.
    public var deployments: [Deployment]

    /// One model.
    public struct Model: Codable, Equatable, Sendable {
        /// The name clients ask for.
        public var modelName: String
        /// Its strategy's name.
        public var strategy: String
        /// How many of its deployments may be picked now.
        public var ready: Int
        /// How many it has.
        public var total: Int
        /// Requests waiting for it.
        public var waiting: Int
        /// The same by class, the most urgent first; without those in which nobody waits.
        public var queue: [Queue] = []
        /// When the last of them is predicted to get its first token, in seconds from now; nil where nothing is predicted.
        public var predictedWaitSeconds: Double?

        enum CodingKeys: String, CodingKey {
            case modelName = "model_name"
            case strategy, ready, total, waiting, queue
            case predictedWaitSeconds = "predicted_wait_s"
        }
    }

    /// One instance.
    public struct Instance: Codable, Equatable, Sendable {
        /// Its name.
        public var instance: String
        /// Its base URL.
        public var apiBase: String
        /// Its provider's name.
        public var provider: String
        /// The version it states, once known.
        public var ollamaVersion: String?
        /// `ready`, `cooling_down`, `down`, `draining` or `unknown`.
        public var state: String
        /// Why it is not ready.
        public var reason: String?
        /// Whether an operator has taken it out.
        public var draining: Bool
        /// Requests in flight over all its models.
        public var inFlight: Int
        /// The same of other gateways.
        public var othersInFlight: Int?
        /// The models it holds in memory.
        public var loaded: [Loaded]
        /// The last look at it, if there was one.
        public var lastProbe: Probe?

        /// Whether requests may go there, now or when it has room.
        public var takesRequests: Bool { PoolSnapshot.takesRequests(state) }

        enum CodingKeys: String, CodingKey {
            case instance, provider, state, reason, draining, loaded
            case apiBase = "api_base"
            case ollamaVersion = "ollama_version"
            case inFlight = "in_flight"
            case othersInFlight = "others_in_flight"
            case lastProbe = "last_probe"
        }
    }

    /// One model in an instance's memory.
    public struct Loaded: Codable, Equatable, Sendable {
        /// Its name.
        public var model: String
        /// The context it was loaded with, in tokens.
        public var contextLength: Int?
        /// Bytes on the GPU.
        public var sizeVRAM: Int64
        /// When it will be unloaded, as the instance wrote it.
        public var expiresAt: String

        enum CodingKeys: String, CodingKey {
            case model
            case contextLength = "context_length"
            case sizeVRAM = "size_vram"
            case expiresAt = "expires_at"
        }
    }

    /// One look at an instance.
    public struct Probe: Codable, Equatable, Sendable {
        /// When, as ISO 8601 in UTC.
        public var at: String
        /// Whether it answered.
        public var ok: Bool
        /// How long it took, in milliseconds.
        public var latencyMilliseconds: Double
        /// The reason why it failed.
        public var error: String?

        enum CodingKeys: String, CodingKey {
            case at, ok, error
            case latencyMilliseconds = "latency_ms"
        }
    }

    /// One deployment.
    public struct Deployment: Codable, Equatable, Sendable {
        /// Its `model_id`.
        public var modelID: String
        /// The name clients ask for.
        public var modelName: String
        /// The model as configured.
        public var model: String
        /// Its instance's name.
        public var instance: String
        /// `ready`, `full`, `cooling_down`, `down`, `draining`, `lacks_tag` or `unknown`.
        public var state: String
        /// Why it is not ready.
        public var reason: String?
        /// Its breaker: `closed`, `open` or `half_open`.
        public var breaker: String
        /// Requests in flight.
        public var inFlight: Int
        /// The same of other gateways.
        public var othersInFlight: Int?
        /// How many the instance works on at once, if known.
        public var slots: Int?
        /// Requests waiting for its model.
        public var waiting: Int
        /// Whether it is in the instance's memory; nil before the first look.
        public var resident: Bool?
        /// The content's digest, once known.
        public var digest: String?
        /// Attempts begun.
        public var requests: Int
        /// Attempts that failed.
        public var failures: Int
        /// Leases that nobody settled; anything but 0 is a fault of ours.
        public var abandoned: Int
        /// Recent time to first token, in milliseconds.
        public var timeToFirstTokenMilliseconds: Double?
        /// Recent duration of a whole request, in milliseconds.
        public var durationMilliseconds: Double?
        /// Recent tokens per second while writing.
        public var tokensPerSecond: Double?
        /// Facts learned of it; nil where nothing is.
        public var learned: Learned?

        /// Whether requests may go there, now or when it has room.
        public var takesRequests: Bool { PoolSnapshot.takesRequests(state) }

        enum CodingKeys: String, CodingKey {
            case model, instance, state, reason, breaker, slots, waiting, resident, digest, requests, failures,
                abandoned, learned
            case modelID = "model_id"
            case modelName = "model_name"
            case inFlight = "in_flight"
            case othersInFlight = "others_in_flight"
            case timeToFirstTokenMilliseconds = "time_to_first_token_ms"
            case durationMilliseconds = "duration_ms"
            case tokensPerSecond = "tokens_per_second"
        }
    }

    /// One that nobody has looked at yet may be well.
    private static func takesRequests(_ state: String) -> Bool { ["ready", "full", "unknown"].contains(state) }

    enum CodingKeys: String, CodingKey {
        case object, version
        case uptimeSeconds = "uptime_seconds"
        case inFlight = "in_flight"
        case othersInFlight = "others_in_flight"
        case waiting, audit, warnings, models, instances, deployments
    }
}
