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
        var owned_by = "drover"
    }
    private struct List: Encodable {
        var object = "list"
        var data: [Model]
    }

    let server: ServerContext

    func list(_ context: RouteContext) -> Response {
        if context.isOfAnthropic { return anthropicList(context) }
        return JSONResponse.encode(List(data: Self.names(server.routes, for: context.caller).map { Model(id: $0) }))
    }

    /// The models that a caller may ask for, and the names that its key has for some of them.
    static func names(_ routes: RouteTable, for caller: Caller) -> [String] {
        guard let pass = caller.pass else { return routes.names }
        let aliases = pass.facts.key.aliases.keys.filter { routes.route(pass.resolve($0)) != nil }.sorted()
        return routes.names.filter { pass.allows($0) }
            + aliases.filter { !routes.names.contains($0) && pass.allows($0) }
    }

    func model(_ context: RouteContext) -> Response {
        let name = context.parameters.getCatchAll().joined(separator: "/").percentDecoded
        guard let known = try? context.caller.permitted(name), server.routes.route(known) != nil else {
            return ErrorResponse.response(server.routes.unknown(name), front: context.front)
        }
        if context.isOfAnthropic { return JSONResponse.text(Self.anthropic(name).description) }
        return JSONResponse.encode(Model(id: name))
    }
}
