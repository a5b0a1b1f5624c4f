import Balancer
import Dialects

/// The way from a name that clients ask for to its route, in LiteLLM's order: the name itself, an alias, a pattern, the name
/// that a deployment has at its upstream.
struct NameIndex: Sendable {
    /// A pattern, with nothing behind it where all that it stands for is what instances list: those names are routes of
    /// their own.
    private struct Pattern {
        let pattern: NamePattern
        let route: RouteTable.Route?
    }

    /// No model's name is longer, in bytes.
    static let longest = 512

    private let routes: [String: RouteTable.Route]
    private let aliases: [String: String]
    /// The one that serves a name comes before the others that it fits.
    private let patterns: [Pattern]
    /// Deployments by their ids and by their names upstream, with the provider in front.
    private let references: [String: RouteTable.Route]
    private let rules: NameRules

    /// - Parameter routes: those of patterns among them.
    init(
        _ routes: [(name: String, route: RouteTable.Route)], _ deployments: [RouteTable.Deployment], _ rules: NameRules
    ) {
        self.routes = Dictionary(uniqueKeysWithValues: routes.filter { !NamePattern.isOne($0.name) })
        aliases = Dictionary(rules.aliases.map { ($0.name, $0.model) }) { first, _ in first }
        self.rules = rules
        var patterns: [Pattern] = routes.compactMap { name, route in
            NamePattern(name).map { Pattern(pattern: $0, route: route) }
        }
        for listed in rules.listed where !patterns.contains(where: { $0.pattern.text == listed }) {
            if let pattern = NamePattern(listed) { patterns.append(Pattern(pattern: pattern, route: nil)) }
        }
        self.patterns = patterns.enumerated().sorted { first, second in
            let (own, others) = (first.element.pattern, second.element.pattern)
            return own.precedes(others) || !others.precedes(own) && first.offset < second.offset
        }.map(\.element)
        references = Self.references(routes, deployments)
    }

    /// A name as the client wrote it. To Ollama's clients `llama3` and `llama3:latest` are one name; one that is spelt exactly so
    /// comes first. Nobody asks for a pattern itself.
    func find(_ name: String) -> RouteTable.Route? {
        guard name.utf8.count <= Self.longest, !NamePattern.isOne(name) else { return nil }
        if let route = routes[name] ?? alias(name) { return route }
        let other = OllamaName.otherSpelling(of: name)
        if let route = other.flatMap({ routes[$0] ?? alias($0) }) { return route }
        return behindNames(name, other)
    }

    /// The pattern that serves a name which is no route's own; nil where it fits none.
    func pattern(serving name: String) -> NamePattern? { patterns.first { $0.pattern.matches(name) }?.pattern }

    /// An alias stands for a model, and never for another alias.
    private func alias(_ name: String) -> RouteTable.Route? {
        guard let model = aliases[name] else { return nil }
        let other = OllamaName.otherSpelling(of: model)
        guard let route = routes[model] ?? other.flatMap({ routes[$0] }) ?? behindNames(model, other) else {
            return nil
        }
        return rules.rules.map { route.with($0([name, model] + route.patternNames)) } ?? route
    }

    private func behindNames(_ name: String, _ other: String?) -> RouteTable.Route? {
        fitted(name) ?? references[name] ?? other.flatMap { references[$0] }
    }

    /// By a pattern that the name fits, else by one that it fits with the provider in front that its beginning tells.
    private func fitted(_ name: String) -> RouteTable.Route? {
        guard !patterns.isEmpty else { return nil }
        if let route = fitted(name, askedAs: name) { return route }
        return rules.provider(name).flatMap { fitted("\($0)/\(name)", askedAs: name) }
    }

    private func fitted(_ name: String, askedAs asked: String) -> RouteTable.Route? {
        for candidate in patterns {
            guard let runs = candidate.pattern.match(name) else { continue }
            guard let route = candidate.route else { return nil }
            let match = NameMatch(name: name, runs: runs)
            var names = [asked]
            if name != asked { names.append(name) }
            names.append(candidate.pattern.text)
            return route.fitted(match, askedAs: asked, rules.rules?(names) ?? route.rules)
        }
        return nil
    }

    /// Of several models that have a deployment of one name the first has the name. The others of its deployments are not asked.
    private static func references(
        _ routes: [(name: String, route: RouteTable.Route)], _ deployments: [RouteTable.Deployment]
    ) -> [String: RouteTable.Route] {
        let owners = Dictionary(routes.map { ($0.route.model, $0.route) }) { first, _ in first }
        var members: [String: [Int]] = [:]
        var sizes: [ModelID: Int] = [:]
        for (index, deployment) in deployments.enumerated() where !deployment.isGone {
            sizes[deployment.model, default: 0] += 1
            // One of a pattern is nothing to send to without a name.
            guard let facts = deployment.facts, deployment.filling == nil else { continue }
            for name in [facts.model, facts.id] where !NamePattern.isOne(name) {
                let first = members[name]?.first
                guard first.map({ deployments[$0].model == deployment.model }) ?? true else { continue }
                members[name, default: []].append(index)
            }
        }
        return members.compactMapValues { positions in
            let model = deployments[positions[0]].model
            guard let route = owners[model], !positions.isEmpty else { return nil }
            guard positions.count < sizes[model] ?? 0 else { return route }
            return route.limited(to: Set(positions))
        }
    }
}

/// What is to be known to find names for which no route stands, beside the routes of patterns.
public struct NameRules: Sendable {
    /// `model_group_alias` of models that have no route of their own while nobody asks for them, in order.
    public var aliases: [(name: String, model: String)]
    /// The patterns whose names are those that instances list.
    public var listed: [String]
    /// The rules for a request by the names that it goes by: as it was asked for, and those that stand behind that one. Nil: the
    /// rules of what is found.
    public var rules: (@Sendable (_ names: [String]) -> RouteRules)?
    /// The provider that a name's beginning tells.
    public var provider: @Sendable (_ name: String) -> String?

    /// Whether sums are kept by a name that fits a pattern: true for the same names each time, and for no more than some number.
    public var keeps: @Sendable (_ name: String) -> Bool

    /// None of all that.
    public init() {
        aliases = []
        listed = []
        keeps = { _ in true }
        provider = { _ in nil }
    }
}

/// A name that fits a pattern.
public final class NameMatch: Sendable {
    /// The name, with its provider in front where only that fits.
    public let name: String
    /// What the pattern's stars stand for in it.
    public let runs: [String]

    /// A match.
    public init(name: String, runs: [String]) {
        self.name = name
        self.runs = runs
    }
}
