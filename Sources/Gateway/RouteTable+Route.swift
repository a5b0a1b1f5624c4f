public import Balancer

extension RouteTable {
    /// One model name (or an alias of it).
    ///
    /// A class, so that an exchange takes it up with one reference.
    public final class Route: Sendable {
        /// The balancer's name for it.
        public let model: ModelID
        /// The name that clients are told: the configured one, or for a name that fits a pattern that name.
        public let name: String
        /// The balancer's name for it, which may be a pattern.
        public let configured: String
        /// How the name fits the pattern that serves it; nil for a name of its own.
        public let match: NameMatch?
        /// The deployments that may serve it, where those are not all of the model's.
        let only: Set<Int>?
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
            configured = name
            match = nil
            only = nil
            self.notBuilt = notBuilt
            self.needs = needs
            self.serviceClass = serviceClass
            self.rules = rules
            self.maxWait = maxWait
            self.timeout = timeout
            self.makesEmbeddingsOnly = makesEmbeddingsOnly
        }

        /// The same with these.
        private init(
            _ other: Route, model: ModelID? = nil, name: String, rules: RouteRules, match: NameMatch?, only: Set<Int>?
        ) {
            self.model = model ?? other.model
            self.name = name
            configured = other.configured
            self.match = match
            self.only = only
            notBuilt = other.notBuilt
            needs = other.needs
            serviceClass = other.serviceClass
            self.rules = rules
            maxWait = other.maxWait
            timeout = other.timeout
            makesEmbeddingsOnly = other.makesEmbeddingsOnly
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
            Route(self, name: name, rules: rules, match: match, only: only)
        }

        /// The same where its model has another number.
        public func moved(to model: ModelID) -> Route {
            Route(self, model: model, name: name, rules: rules, match: match, only: only)
        }

        /// A name that fits this pattern.
        func fitted(_ match: NameMatch, askedAs name: String, _ rules: RouteRules) -> Route {
            Route(self, name: name, rules: rules, match: match, only: only)
        }

        /// Some of its deployments.
        func limited(to only: Set<Int>) -> Route { Route(self, name: name, rules: rules, match: match, only: only) }

        /// The names behind one that fits a pattern; none for another.
        var patternNames: [String] { match.map { [$0.name, configured] } ?? [] }
    }
}
