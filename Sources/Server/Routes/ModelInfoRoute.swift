import Balancer
import FoundationEssentials
import Gateway
import Hummingbird
import Ledger

/// `/v1/model/info` and the same without `/v1`: every deployment with its limits and prices, in LiteLLM's shape. Clients take
/// a model's context length from it. A value that nobody knows is null. `litellm_model_id` asks for one id, or for all that comes of one entry.
struct ModelInfoRoute {
    private struct Answer: Encodable { var data: [Row] }

    private struct Row: Encodable {
        var model_name: String
        var litellm_params: Parameters
        var model_info: Info
    }

    private struct Parameters: Encodable {
        var model: String
        var api_base: String?
    }

    private struct Info: Encodable {
        var id: String
        /// The id by which it is changed, where it is one of several that come of one entry.
        var entry_id: String?
        /// Whether it was made over the API.
        var db_model: Bool
        var key: String
        /// LiteLLM's older name for `max_output_tokens`.
        var max_tokens: OrNull<Int>
        var max_input_tokens: OrNull<Int>
        var max_output_tokens: OrNull<Int>
        var input_cost_per_token: OrNull<Double>
        var output_cost_per_token: OrNull<Double>
        var cache_read_input_token_cost: OrNull<Double>
        var cache_creation_input_token_cost: OrNull<Double>
        var litellm_provider: String
        var mode: String
        var supports_reasoning: OrNull<Bool>
    }

    /// A value whose member is written where there is none, too: clients look for the member.
    private struct OrNull<Value: Encodable>: Encodable {
        let value: Value?

        init(_ value: Value?) { self.value = value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }

    let server: ServerContext

    func list(_ context: RouteContext) -> Response {
        let (caller, wanted) = (context.caller, context.query["litellm_model_id"])
        let instances = Dictionary(
            server.balancer.snapshot().instances.map { ($0.instance, $0.loaded) },
            uniquingKeysWith: { first, _ in first })
        let tags = server.balancer.holdings().tags
        let rows = server.routes.deployments.filter { !$0.isGone }.compactMap { deployment in
            deployment.facts.flatMap { facts -> Row? in
                if let wanted, facts.id != wanted, facts.entry != wanted { return nil }
                guard caller.allows(facts.modelName), server.routes.serves(facts.modelName) else {
                    return nil
                }
                // What is set or listed counts; else the context that the model runs with just now.
                let loaded = instances[deployment.instanceName]?.first { $0.model == facts.listedTag }
                return row(
                    facts, price: facts.isPriced ? deployment.price : nil,
                    maxInputTokens: facts.maxInputTokens ?? loaded?.contextLength, tag: tags[facts.modelName])
            }
        }
        if let wanted, rows.isEmpty {
            return ErrorResponse.response(.notFound(message: "there is no model with the id \(wanted.prefix(200))"))
        }
        return JSONResponse.encode(Answer(data: rows))
    }

    private func row(_ facts: DeploymentFacts, price: Price?, maxInputTokens: Int?, tag: KnownTag?) -> Row {
        var makesEmbeddings = facts.makesEmbeddingsOnly
        // The instance knows better than the model's name.
        if let chats = tag?.chats, let embeds = tag?.embeds { makesEmbeddings = embeds && !chats }
        return Row(
            model_name: facts.modelName,
            litellm_params: Parameters(model: facts.model, api_base: facts.apiBase.isEmpty ? nil : facts.apiBase),
            model_info: Info(
                id: facts.id, entry_id: facts.entry == facts.id ? nil : facts.entry,
                db_model: server.desk.rows.model(facts.entry ?? facts.id) != nil, key: facts.tag,
                max_tokens: OrNull(facts.maxOutputTokens),
                max_input_tokens: OrNull(maxInputTokens), max_output_tokens: OrNull(facts.maxOutputTokens),
                input_cost_per_token: OrNull(price?.input.dollars),
                output_cost_per_token: OrNull(price?.output.dollars),
                cache_read_input_token_cost: OrNull(price?.cacheRead.dollars),
                cache_creation_input_token_cost: OrNull(price?.cacheWrite.dollars),
                litellm_provider: facts.provider, mode: makesEmbeddings ? "embedding" : "chat",
                supports_reasoning: OrNull(tag?.thinks)))
    }
}
