extension Configuration {
    /// The other services that are told of requests and of the pool: `litellm_settings.success_callback`, `failure_callback` and
    /// `callbacks`, `general_settings.alerting`, and the variables that go with them.
    public struct Exports: Equatable, Sendable {
        /// Langfuse. Default: none.
        public var langfuse: Langfuse?
        /// Traces over OTLP. Default: none.
        public var traces: Traces?
        /// Places that alerts go to. Default: none.
        public var alerts: [AlertPlace] = []

        /// Whether anybody is told of requests.
        public var tellsRequests: Bool { langfuse != nil || traces != nil }
    }

    /// The requests that a callback is told of.
    public struct Occasions: OptionSet, Sendable {
        /// A bit for each kind of end.
        public let rawValue: Int

        /// Those with these bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// The whole answer reached the client.
        public static let success = Occasions(rawValue: 1)
        /// Anything else.
        public static let failure = Occasions(rawValue: 2)
    }

    /// A Langfuse project.
    public struct Langfuse: Equatable, Sendable {
        /// `LANGFUSE_HOST`, or `LANGFUSE_BASE_URL`. Default: `https://cloud.langfuse.com`.
        public var host: BaseURL
        /// `LANGFUSE_PUBLIC_KEY`.
        public var publicKey: Secret
        /// `LANGFUSE_SECRET_KEY`.
        public var secretKey: Secret
        /// The requests that it is told of.
        public var occasions: Occasions
    }

    /// A collector of traces.
    public struct Traces: Equatable, Sendable {
        /// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/traces` behind it.
        public var endpoint: BaseURL
        /// `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, or `OTEL_EXPORTER_OTLP_HEADERS`.
        public var headers: [Header]
        /// `OTEL_SERVICE_NAME`. Default: `drover`.
        public var service = "drover"
        /// `OTEL_RESOURCE_ATTRIBUTES`.
        public var attributes: [Attribute] = []
        /// `OTEL_TRACES_SAMPLER` with `OTEL_TRACES_SAMPLER_ARG`. Default: as the caller has decided, else all.
        public var sampler = Sampler(share: 1, followsParent: true)

        /// One header of each request.
        public struct Header: Equatable, Sendable {
            /// Its name.
            public var name: String
            /// Its value, which may be a key.
            public var value: Secret
        }

        /// One attribute of the process.
        public struct Attribute: Equatable, Sendable {
            /// Its name.
            public var name: String
            /// Its value.
            public var value: String
        }
    }

    /// Which traces are kept.
    public struct Sampler: Equatable, Sendable {
        /// The share of the traces that begin here, 0 to 1.
        public var share: Double
        /// Whether the decision of a caller counts before it.
        public var followsParent: Bool
    }

    /// A place that alerts go to.
    public struct AlertPlace: Equatable, Sendable {
        /// Whose words it takes.
        public enum Kind: String, Equatable, Sendable, CaseIterable {
            /// Slack's incoming webhook (`SLACK_WEBHOOK_URL`).
            case slack
            /// Anything that takes JSON (`WEBHOOK_URL`).
            case webhook

            /// The variable with its URL.
            var variable: String {
                switch self {
                case .slack: "SLACK_WEBHOOK_URL"
                case .webhook: "WEBHOOK_URL"
                }
            }
        }

        /// Whose words it takes.
        public var kind: Kind
        /// Its URL, which is a secret.
        public var url: Secret
    }
}
