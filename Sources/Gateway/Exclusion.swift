import Balancer
import Dialects

/// The deployments of a model that one request may not use.
struct Exclusion {
    /// Why nothing of a model is left.
    enum Reason: Equatable {
        /// All are clouds, and the request must stay inside.
        case fence
        /// None serves the request's tags.
        case tags
        /// The prompt is longer than what the largest takes.
        case context(largest: Int)
    }

    private(set) var deployments: DeploymentSet
    /// Set when nothing is left.
    private(set) var reason: Reason?

    /// A request without restrictions costs one look at the rules.
    ///
    /// First the fence, then tags, then lengths: the first that leaves nothing is the reason.
    init(
        _ route: RouteTable.Route, in table: RouteTable, tags: @autoclosure () -> [String], promptTokens: Int,
        confinement: Confinement
    ) {
        deployments = DeploymentSet()
        let rules = route.rules
        guard !confinement.isEmpty || rules.checksContext || rules.tagFilter != nil || route.only != nil else { return }
        var left = table.deployments(of: route.model)
        if let only = route.only { left = exclude(left) { !only.contains(left[$0]) } }
        if !confinement.isEmpty {
            let clouds = table.clouds(of: route.model)
            left = exclude(left) { clouds.contains(DeploymentID(index: left[$0])) }
            if left.isEmpty {
                reason = .fence
                return
            }
        }
        if let admitted = rules.tagFilter?.admitted(tags(), among: left.map { table.deployments[$0].tags }) {
            left = exclude(left, where: { !admitted[$0] })
            if left.isEmpty {
                reason = .tags
                return
            }
        }
        if rules.checksContext {
            let lengths = left.map { table.deployments[$0].maxInputTokens }
            let rest = exclude(left) { position in lengths[position].map { promptTokens > $0 } ?? false }
            if rest.isEmpty, !left.isEmpty { reason = .context(largest: lengths.compactMap(\.self).max() ?? 0) }
        }
    }

    /// Excludes those at the positions chosen, and gives the rest.
    private mutating func exclude(_ list: [Int], where isOut: (Int) -> Bool) -> [Int] {
        var rest: [Int] = []
        for (position, deployment) in list.enumerated() {
            if isOut(position) {
                deployments.insert(DeploymentID(index: deployment))
            } else {
                rest.append(deployment)
            }
        }
        return rest
    }
}
