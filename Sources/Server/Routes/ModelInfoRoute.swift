import Balancer
import FoundationEssentials
import Gateway
import Hummingbird
import Ledger

/// `/v1/model/info` and the same without `/v1`: every deployment with its limits and prices, in LiteLLM's shape. Clients take
/// a model's context length from it. A value that nobody knows is null.
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
        /// Nothing here is kept in a database.
        var db_model = false
        var key: String
        /// LiteLLM's older name for the next but one.
        var max_tokens: Int?
        var max_input_tokens: Int?
        var max_output_tokens: Int?
        var input_cost_per_token: Double?
        var output_cost_per_token: Double?
        var cache_read_input_token_cost: Double?
        var cache_creation_input_token_cost: Double?
        var litellm_provider: String
        var mode: String
        var supports_reasoning: Bool?

        enum CodingKeys: String, CodingKey {
            case id, db_model, key, max_tokens, max_input_tokens, max_output_tokens, input_cost_per_token
            case output_cost_per_token, cache_read_input_token_cost, cache_creation_input_token_cost
            case litellm_provider, mode, supports_reasoning
        }

        /// Nulls are written: clients look for the members.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(db_model, forKey: .db_model)
            try container.encode(key, forKey: .key)
            try container.encode(max_tokens, forKey: .max_tokens)
            try container.encode(max_input_tokens, forKey: .max_input_tokens)
            try container.encode(max_output_tokens, forKey: .max_output_tokens)
            try container.encode(input_cost_per_token, forKey: .input_cost_per_token)
            try container.encode(output_cost_per_token, forKey: .output_cost_per_token)
            try container.encode(cache_read_input_token_cost, forKey: .cache_read_input_token_cost)
            try container.encode(cache_creation_input_token_cost, forKey: .cache_creation_input_token_cost)
            try container.encode(litellm_provider, forKey: .litellm_provider)
            try container.encode(mode, forKey: .mode)
            try container.encode(supports_reasoning, forKey: .supports_reasoning)
        }
    }

    let server: ServerContext

    func list() -> Response {
        let snapshot = server.balancer.snapshot()
        let rows = server.routes.deployments.compactMap { deployment in
            deployment.facts.map { row($0, deployment, snapshot) }
        }
        return JSONResponse.encode(Answer(data: rows))
    }

    private func row(
        _ facts: DeploymentFacts, _ deployment: RouteTable.Deployment, _ pool: PoolSnapshot
    ) -> Row {
        // What is set or listed counts; else the context that the model runs with just now.
        let instance = pool.instances.first(where: { $0.instance == deployment.instanceName })
        let loaded = instance?.loaded.first(where: { $0.model == facts.listedTag })?.contextLength
        let rates = facts.isPriced ? deployment.price.base : nil
        return Row(
            model_name: facts.modelName,
            litellm_params: Parameters(model: facts.model, api_base: facts.apiBase.isEmpty ? nil : facts.apiBase),
            model_info: Info(
                id: facts.id, key: facts.tag, max_tokens: facts.maxOutputTokens,
                max_input_tokens: facts.maxInputTokens ?? loaded, max_output_tokens: facts.maxOutputTokens,
                input_cost_per_token: rates.map { $0.input.dollars },
                output_cost_per_token: rates.map { $0.output.dollars },
                cache_read_input_token_cost: rates.map { $0.cacheRead.dollars },
                cache_creation_input_token_cost: rates.map { $0.cacheWrite.dollars },
                litellm_provider: facts.provider, mode: facts.makesEmbeddingsOnly ? "embedding" : "chat",
                supports_reasoning: server.balancer.holdings().tags[facts.modelName]?.thinks))
    }
}

extension Money {
    /// For JSON that others read; sums are never made of it.
    fileprivate var dollars: Double { Double(description) ?? 0 }
}
