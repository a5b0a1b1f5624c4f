import Balancer
import Dialects
import Ledger
import NIOCore

/// A deployment as one request has it: of a pattern, for one name, or as it was before the configuration changed.
struct FilledDeployment {
    /// Its position in the table.
    let index: Int
    /// The name that fits the pattern; nil: it is none of a pattern.
    let match: NameMatch?
    let deployment: RouteTable.Deployment
}

/// The deployments as this request has them: where a pattern serves its model, the name upstream depends on the name that was
/// asked for, and so do the price and all that the request is written by.
extension Exchange {
    /// Before a request is written for a deployment. Nothing for one of which the configuration says everything.
    mutating func fill(_ index: Int) {
        guard let filling = routes.deployments[index].filling, let route = course.route, let match = route.match else {
            return
        }
        if let known = filled.first(where: { $0.index == index }), known.match?.name == match.name { return }
        filled.removeAll { $0.index == index }
        filled.append(FilledDeployment(index: index, match: match, deployment: filling(match, route.name)))
    }

    /// Goes by a new table from here on. The attempt that runs stays what it was, with its price.
    public mutating func use(_ table: RouteTable) {
        let running = record.deployment
        if running >= 0, running < routes.deployments.count {
            if attempt != nil {
                if !filled.contains(where: { $0.index == running }) {
                    let old = routes.deployments[running]
                    filled.append(FilledDeployment(index: running, match: nil, deployment: old))
                }
            } else if routes.deployments[running].facts?.id != table.deployments[running].facts?.id {
                // Something else stands where its last attempt was.
                record.deployment = -1
            }
        }
        if let late, !filled.contains(where: { $0.index == late.deployment }) {
            let old = routes.deployments[late.deployment]
            filled.append(FilledDeployment(index: late.deployment, match: nil, deployment: old))
        }
        routes = table
        // Nobody has asked yet whether it may use what is new.
        if let asked, let route = course.route { ask.excluded = exclusion(from: route, of: asked).deployments }
    }

    /// Where it sends to.
    func target(at index: Int) -> UpstreamTarget? { look(at: index) { $0.target } }

    /// Whether that stands inside.
    func isLocal(at index: Int) -> Bool { look(at: index) { $0.isLocal } }

    /// The price of its tokens.
    func price(at index: Int) -> Price { look(at: index) { $0.price } }

    /// What is known of it; nil where nobody asks.
    func facts(at index: Int) -> DeploymentFacts? { look(at: index) { $0.facts } }

    /// The configured name of its instance.
    func instanceName(at index: Int) -> String { look(at: index) { $0.instanceName } }

    /// What the client is told about it.
    func headers(at index: Int) -> ByteBuffer { look(at: index) { $0.headers } }

    /// Looks at a deployment where it stands: it is large, and most requests have none of their own.
    @inline(__always)
    private func look<Value>(at index: Int, _ body: (RouteTable.Deployment) -> Value) -> Value {
        if let own = filled.first(where: { $0.index == index }) { return body(own.deployment) }
        return body(routes.deployments[index])
    }
}
