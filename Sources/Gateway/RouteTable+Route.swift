public import Balancer

extension RouteTable {
    /// One model name (or an alias of it).
    ///
    /// A class, so that an exchange takes it up with one reference.
    public final class Route: Sendable {
        /// The balancer's name for it.
        public let model: ModelID
        /// The configured name: what metrics, logs and `x-litellm-model-group` say.
        public let name: String
        /// Why no request can ever be sent: its provider is not part of this release.
        public let notBuilt: String?
        /// The things that its strategy looks at.
        public let needs: StrategyNeeds
        /// How urgent its requests are when they do not say.
        public let serviceClass: ServiceClass
        /// The fate of requests that it cannot serve, and where they may go.
        public let rules: RouteRules
        /// How long a request for it may wait for a place; nil: as long as its own limits allow.
        public let maxWait: Duration?
        /// The longest that its deployments let an attempt take; nil: for ever.
        public let timeout: Duration?
        /// It makes embeddings and nothing else: no chat falls back to it.
        public let makesEmbeddingsOnly: Bool

        /// A route to one model of the balancer.
        public init(
            model: ModelID, name: String, notBuilt: String?, needs: StrategyNeeds, serviceClass: ServiceClass,
            rules: RouteRules, maxWait: Duration?, timeout: Duration?, makesEmbeddingsOnly: Bool = false
        ) {
            self.model = model
            self.name = name
            self.notBuilt = notBuilt
            self.needs = needs
            self.serviceClass = serviceClass
            self.rules = rules
            self.maxWait = maxWait
            self.timeout = timeout
            self.makesEmbeddingsOnly = makesEmbeddingsOnly
        }

        /// Requests are bound to an instance late: the queue here stands in for the instances' own.
        private var isPredicted: Bool { needs.contains(.prediction) }

        /// How long a request may wait for a place; `callers` is the limit that its caller has set for an attempt.
        func waitLimit(callers: Duration?) -> Duration? {
            guard isPredicted, let own = callers ?? timeout else { return maxWait }
            return maxWait.map { min($0, own) } ?? own
        }

        /// How much of its caller's limit is left for the answer of a request that has waited here. Had it waited on the
        /// instance, the time would have run.
        func answerLimit(callers: Duration, waited: Duration) -> Duration {
            isPredicted ? max(.milliseconds(1), callers - waited) : callers
        }

        /// The same under other rules: an alias is the model it stands for, and has rules of its own.
        public func with(_ rules: RouteRules) -> Route {
            Route(
                model: model, name: name, notBuilt: notBuilt, needs: needs, serviceClass: serviceClass,
                rules: rules, maxWait: maxWait, timeout: timeout, makesEmbeddingsOnly: makesEmbeddingsOnly)
        }
    }
}
