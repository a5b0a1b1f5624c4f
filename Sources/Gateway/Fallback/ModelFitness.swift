import Balancer
import Dialects

/// Whether a model does the kind of work that is asked for: not every model writes texts, and few of those that do make
/// embeddings.
///
/// Told by what the instances say, where they say it, else by the deployment's `mode` and the model's name.
struct ModelFitness {
    let work: Work
    let table: RouteTable
    let balancer: PoolBalancer

    /// Whether any deployment of it may do the work. One of which nothing is known may.
    func fits(_ route: RouteTable.Route) -> Bool {
        let deployments = table.deployments(of: route.model)
        let known = deployments.map { balancer.listing(of: DeploymentID(index: $0)) }
        if work == .embedding { return deployments.isEmpty || known.contains { $0?.embeds != false } }
        if !route.makesEmbeddingsOnly { return deployments.isEmpty || known.contains { $0?.chats != false } }
        // A name is a guess.
        return known.contains { $0?.chats == true }
    }

    /// What is wrong with one that does not, behind its name.
    var fault: String { work == .embedding ? "makes no embeddings" : "only makes embeddings" }
}
