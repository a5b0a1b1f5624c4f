public import Balancer

/// A table that was made in the order of a specification, for a pool in which things stand at other positions.
extension RouteTable {
    /// The same at the positions of a pool. What stood at other positions stays there for the requests that run there, and is
    /// found by nobody else.
    ///
    /// - Parameters:
    ///   - positions: where the parts of this table stand in the pool.
    ///   - former: the table so far.
    public func moved(to positions: PoolRoster.Positions, over former: RouteTable) -> RouteTable {
        let count = max(former.deployments.count, (positions.deployments.max() ?? -1) + 1)
        var places: [Deployment?] = (0..<count).map { index in
            index < former.deployments.count ? former.deployments[index].leftOut() : nil
        }
        for (own, position) in positions.deployments.enumerated() {
            let deployment = deployments[own]
            places[position] = deployment.moved(to: Self.model(deployment.model, positions))
        }
        let routes = all.map { (name: $0.name, route: $0.route.moved(to: Self.model($0.route.model, positions))) }
        precondition(places.allSatisfy { $0 != nil }, "every position of a pool has something, or had")
        return RouteTable(routes: routes, hidden: hidden, deployments: places.compactMap(\.self), rules: rules)
    }

    private static func model(_ own: ModelID, _ positions: PoolRoster.Positions) -> ModelID {
        own.index < positions.models.count ? ModelID(index: positions.models[own.index]) : own
    }
}
