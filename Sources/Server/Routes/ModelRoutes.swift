import Balancer
import Dialects
import FoundationEssentials
import Gateway
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

/// `/v1/models`, `/v1/models/{id}` and both without `/v1`: what a client may ask for, in the shape of its API.
struct ModelRoutes {
    private struct Model: Encodable {
        var id: String
        var object = "model"
        /// LiteLLM's own constant: some clients sort by it, none believes it.
        var created = 1_677_610_602
        /// The provider behind it.
        var owned_by = "drover"
        var context_length: Int?
        var max_output_tokens: Int?
        var capabilities: [String] = []
        var loaded_on: [String] = []

        init(_ id: String, _ facts: ModelKnowledge.Facts) {
            self.id = id
            owned_by = facts.provider ?? "drover"
            (context_length, max_output_tokens) = (facts.contextLength, facts.maxOutputTokens)
            (capabilities, loaded_on) = (facts.capabilities, facts.loadedOn)
        }

        /// Members that nobody knows are there, too: clients that look for them find a null.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(object, forKey: .object)
            try container.encode(created, forKey: .created)
            try container.encode(owned_by, forKey: .owned_by)
            try container.encode(context_length, forKey: .context_length)
            try container.encode(max_output_tokens, forKey: .max_output_tokens)
            try container.encode(capabilities, forKey: .capabilities)
            try container.encode(loaded_on, forKey: .loaded_on)
        }

        private enum CodingKeys: CodingKey {
            case id, object, created, owned_by, context_length, max_output_tokens, capabilities, loaded_on
        }
    }
    private struct List: Encodable {
        var object = "list"
        var data: [Model]
    }

    let server: ServerContext

    func list(_ context: RouteContext) -> Response {
        if context.isOfAnthropic { return anthropicList(context) }
        let (routes, knowledge) = (server.routes, knowledge)
        return JSONResponse.encode(
            List(
                data: Self.names(routes, for: context.caller).map { name in
                    Model(name, knowledge.facts(of: context.caller.pass?.resolve(name) ?? name))
                }))
    }

    private var knowledge: ModelKnowledge { ModelKnowledge(server.routes, server.balancer.holdings()) }

    /// The models that a caller may ask for in one of its teams, and the names that its key or its teams have for some of them.
    static func names(_ routes: RouteTable, for caller: Caller) -> [String] {
        guard let pass = caller.pass else { return routes.names }
        guard !caller.others.isEmpty else { return names(routes, for: pass) }
        var known: Set<String> = []
        return ([pass] + caller.others).flatMap { names(routes, for: $0) }.filter { known.insert($0).inserted }
    }

    private static func names(_ routes: RouteTable, for pass: KeyPass) -> [String] {
        let aliases = pass.facts.key.aliases.keys.filter { routes.route(pass.resolve($0)) != nil }.sorted()
        return routes.names.filter { pass.allows($0) }
            + aliases.filter { !routes.names.contains($0) && pass.allows($0) }
    }

    func model(_ context: RouteContext) -> Response {
        let name = context.parameters.getCatchAll().joined(separator: "/").percentDecoded
        guard let known = try? server.routes.permitted(name, for: context.caller), server.routes.route(known) != nil
        else {
            return ErrorResponse.response(server.routes.unknown(name), front: context.front)
        }
        if context.isOfAnthropic { return JSONResponse.text(Self.anthropic(name).description) }
        return JSONResponse.encode(Model(name, knowledge.facts(of: known)))
    }
}
