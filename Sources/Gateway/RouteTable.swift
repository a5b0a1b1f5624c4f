public import Balancer
public import Ledger
import NIOCore
public import Providers

/// The way from a model name to what is needed to call each of its deployments. Immutable: a change makes a new table.
public final class RouteTable: Sendable {
    /// One model name (or an alias of it).
    public struct Route: Sendable {
        /// What the balancer knows it by.
        public let model: ModelID
        /// The configured name: what metrics, logs and `x-litellm-model-group` say.
        public let name: String
        /// Why no request can ever be sent: its provider is not part of this release.
        public let notBuilt: String?
        /// It is routed by predictions, which look at how prompts begin.
        public let isForecast: Bool
        /// How urgent its requests are when they do not say.
        public let serviceClass: ServiceClass
        /// What becomes of requests that it cannot serve, and where they may go.
        public let rules: RouteRules
        /// How long a request for it may wait for a place; nil: as long as its own limits allow.
        public let maxWait: Duration?
        /// The longest that its deployments let an attempt take; nil: for ever.
        public let timeout: Duration?

        /// A route to one model of the balancer.
        public init(
            model: ModelID, name: String, notBuilt: String?, isForecast: Bool, serviceClass: ServiceClass,
            rules: RouteRules, maxWait: Duration?, timeout: Duration?
        ) {
            self.model = model
            self.name = name
            self.notBuilt = notBuilt
            self.isForecast = isForecast
            self.serviceClass = serviceClass
            self.rules = rules
            self.maxWait = maxWait
            self.timeout = timeout
        }

        /// The same under other rules: an alias is the model it stands for, and has rules of its own.
        public func with(_ rules: RouteRules) -> Route {
            Route(
                model: model, name: name, notBuilt: notBuilt, isForecast: isForecast, serviceClass: serviceClass,
                rules: rules, maxWait: maxWait, timeout: timeout)
        }
    }

    /// One deployment: where and how to send, and what the client is told about it.
    public struct Deployment: Sendable {
        /// The model it serves.
        public let model: ModelID
        /// Nil for a provider that is not part of this release; such a deployment is never picked.
        public let target: UpstreamTarget?
        /// Tokens a prompt may have (`model_info.max_input_tokens`); nil: not known.
        public let maxInputTokens: Int?
        /// `tags`.
        public let tags: [String]
        /// What its tokens cost.
        public let price: Price
        /// Its time limits.
        public let limits: AttemptLimits
        /// `x-litellm-model-id`, `-model-api-base`, `-model-group` and `x-drover-instance`, each line with CRLF.
        let headers: ByteBuffer
        /// The configured name of its instance, for messages.
        public let instanceName: String

        /// - Parameters:
        ///   - apiBase: shown to clients; must hold no credentials.
        public init(
            model: ModelID, target: UpstreamTarget?, maxInputTokens: Int?, tags: [String], price: Price,
            limits: AttemptLimits,
            modelID: String, modelName: String, apiBase: String, instanceName: String
        ) {
            self.model = model
            self.target = target
            self.maxInputTokens = maxInputTokens
            self.tags = tags
            self.price = price
            self.limits = limits
            self.instanceName = instanceName
            var lines = ByteBuffer()
            for (name, value) in [
                ("x-litellm-model-id", modelID), ("x-litellm-model-api-base", apiBase),
                ("x-litellm-model-group", modelName), ("x-drover-instance", instanceName),
            ] {
                // A name from the config may hold anything; a header may not.
                let clean = value.unicodeScalars.map { $0.isASCII && $0.value > 31 && $0.value != 127 ? $0 : "?" }
                lines.writeString("\(name): \(String(String.UnicodeScalarView(clean)))\r\n")
            }
            headers = lines
        }
    }

    private let routes: [String: Route]
    /// Each model's deployments, and those of them that are clouds.
    private let members: [(all: [Int], clouds: DeploymentSet, hasLocal: Bool)]
    /// In the order of the balancer's deployments.
    public let deployments: [Deployment]
    /// What `/v1/models` lists, in configuration order; aliases last.
    public let names: [String]
    /// Every name with its route, in order: what a larger table is made from.
    public let all: [(name: String, route: Route)]
    /// Names that are served but not listed.
    public let hidden: Set<String>

    /// - Parameters:
    ///   - routes: every name a client may ask for; a name given twice is a programming error.
    ///   - hidden: names that are served but not listed.
    ///   - deployments: in the order of the balancer's own.
    public init(routes: [(name: String, route: Route)], hidden: Set<String> = [], deployments: [Deployment]) {
        self.routes = Dictionary(uniqueKeysWithValues: routes.map { ($0.name, $0.route) })
        self.deployments = deployments
        var members: [(all: [Int], clouds: DeploymentSet, hasLocal: Bool)] = Array(
            repeating: ([], [], false), count: (deployments.lazy.map(\.model.index).max() ?? -1) + 1)
        for (index, deployment) in deployments.enumerated() {
            let model = deployment.model.index
            members[model].all.append(index)
            // What has no target is no place inside.
            if deployment.target?.isLocal == true {
                members[model].hasLocal = true
            } else {
                members[model].clouds.insert(DeploymentID(index: index))
            }
        }
        self.members = members
        names = routes.map(\.name).filter { !hidden.contains($0) }
        all = routes
        self.hidden = hidden
    }

    /// The route of a name as the client wrote it.
    public func route(_ name: String) -> Route? { routes[name] }

    /// Positions of the deployments that serve a model.
    func deployments(of model: ModelID) -> [Int] { model.index < members.count ? members[model.index].all : [] }

    /// Those of them that are clouds.
    func clouds(of model: ModelID) -> DeploymentSet { model.index < members.count ? members[model.index].clouds : [] }

    /// Whether anything inside can serve a model.
    func hasLocal(_ model: ModelID) -> Bool { model.index < members.count && members[model.index].hasLocal }

    /// The answer to an unknown name: says which there are (the first twenty).
    public func unknown(_ name: String) -> GatewayError {
        let shown = names.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
        let more = names.count > 20 ? " and \(names.count - 20) more (GET /v1/models)" : ""
        let known = names.isEmpty ? "no model is configured" : "there are \(shown)\(more)"
        return .modelNotFound(message: "no model named `\(name.prefix(200))`; \(known)")
    }
}

/// The time limits of one attempt on one deployment.
public struct AttemptLimits: Sendable, Equatable {
    /// To the last byte; for a stream, to the first token. Nil: none.
    public var request: Duration?
    /// Between two pieces of a stream. Nil: none.
    public var betweenPieces: Duration?

    /// Both limits as given.
    public init(request: Duration?, betweenPieces: Duration?) {
        self.request = request
        self.betweenPieces = betweenPieces
    }
}
