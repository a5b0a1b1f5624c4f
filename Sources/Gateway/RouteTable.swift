public import Balancer
public import Dialects

/// The way from a model name to what is needed to call each of its deployments. Immutable: a change makes a new table, in which
/// everything that a request may know stands at the same position.
public final class RouteTable: Sendable {
    private let index: NameIndex
    /// Each model's deployments, and those of them that are clouds.
    private let members: [(all: [Int], clouds: DeploymentSet, hasLocal: Bool)]
    /// In the order of the balancer's deployments.
    public let deployments: [Deployment]
    /// The names that `/v1/models` lists, in configuration order; aliases last.
    public let names: [String]
    /// Every name with its route, in order: what a larger table is made from.
    public let all: [(name: String, route: Route)]
    /// Names that are served but not listed.
    public let hidden: Set<String>
    /// How names are found that are none of `all`.
    public let rules: NameRules

    /// - Parameters:
    ///   - routes: every name a client may ask for, and every pattern; a name given twice is a programming error.
    ///   - hidden: names that are served but not listed.
    ///   - deployments: in the order of the balancer's own.
    ///   - rules: for names that are none of `routes`.
    public init(
        routes: [(name: String, route: Route)], hidden: Set<String> = [], deployments: [Deployment],
        rules: NameRules = NameRules()
    ) {
        let index = NameIndex(routes, deployments, rules)
        self.index = index
        self.rules = rules
        self.deployments = deployments
        var members: [(all: [Int], clouds: DeploymentSet, hasLocal: Bool)] = Array(
            repeating: ([], [], false), count: (deployments.lazy.map(\.model.index).max() ?? -1) + 1)
        for (index, deployment) in deployments.enumerated() where !deployment.isGone {
            let model = deployment.model.index
            members[model].all.append(index)
            if deployment.isLocal {
                members[model].hasLocal = true
            } else {
                members[model].clouds.insert(DeploymentID(index: index))
            }
        }
        self.members = members
        let aliases = rules.aliases.map(\.name).filter { index.find($0) != nil }
        names = (routes.map(\.name) + aliases).filter { !hidden.contains($0) && !NamePattern.isOne($0) }
        all = routes
        self.hidden = hidden
    }

    /// The route of a name as the client wrote it; a name that fits a pattern has one that is made for it.
    public func route(_ name: String) -> Route? { index.find(name) }

    /// Whether requests may come to a model of this name: one that a list has held may be on it no longer.
    public func serves(_ configured: String) -> Bool { NamePattern.isOne(configured) || route(configured) != nil }

    /// The pattern that serves a name which no route has; nil where it fits none.
    public func pattern(serving name: String) -> NamePattern? { index.pattern(serving: name) }

    /// Positions of the deployments that serve a model.
    public func deployments(of model: ModelID) -> [Int] { model.index < members.count ? members[model.index].all : [] }

    /// Those of them that are clouds.
    func clouds(of model: ModelID) -> DeploymentSet { model.index < members.count ? members[model.index].clouds : [] }

    /// Whether anything inside can serve a model.
    func hasLocal(_ model: ModelID) -> Bool { model.index < members.count && members[model.index].hasLocal }

    /// The answer to an unknown name, in the words that clients of a front look for: says which there are (the first
    /// twenty).
    public func unknown(_ name: String, to front: Front = .openAIChat) -> GatewayError {
        let shown = names.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
        let more = names.count > 20 ? " and \(names.count - 20) more (GET /v1/models)" : ""
        let known = names.isEmpty ? "no model is configured" : "there are \(shown)\(more)"
        let why = pattern(serving: name).map { "no instance behind `\($0.text)` lists it, and " } ?? ""
        return .modelNotFound(message: "\(front.unknownModel(name.prefix(200))); \(why)\(known)")
    }
}
