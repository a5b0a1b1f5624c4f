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

    /// The reason why a model does not do the work.
    enum Fault {
        case makesNoEmbeddings
        /// Its instances say so, or its name and `mode` do.
        case onlyMakesEmbeddings
        /// Its instances say so, and of embeddings nothing, or that it makes none.
        case writesNoTexts

        /// Behind the model's name.
        var words: String {
            switch self {
            case .makesNoEmbeddings: "makes no embeddings"
            case .onlyMakesEmbeddings: "only makes embeddings"
            case .writesNoTexts: "writes no texts, by what its instances list"
            }
        }

        /// For the client.
        var advice: String {
            switch self {
            case .makesNoEmbeddings, .writesNoTexts: "ask for a model that does"
            case .onlyMakesEmbeddings: "ask for embeddings, or set `model_info.mode` where it does write texts"
            }
        }
    }

    /// What is wrong with one that does not fit.
    func fault(of route: RouteTable.Route) -> Fault {
        if work == .embedding { return .makesNoEmbeddings }
        let known = table.deployments(of: route.model).compactMap { balancer.listing(of: DeploymentID(index: $0)) }
        let isSaid = known.contains { $0.chats == false } && !known.contains { $0.embeds == true }
        return isSaid ? .writesNoTexts : .onlyMakesEmbeddings
    }
}
