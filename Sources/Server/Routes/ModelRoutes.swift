import FoundationEssentials
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `/v1/models`, `/v1/models/{id}` and both without `/v1`: what a client may ask for.
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

    func list() -> Response { JSONResponse.encode(List(data: server.routes.names.map { Model(id: $0) })) }

    func model(_ context: BasicRequestContext) -> Response {
        let name = context.parameters.getCatchAll().joined(separator: "/").percentDecoded
        guard server.routes.route(name) != nil else { return ErrorResponse.response(server.routes.unknown(name)) }
        return JSONResponse.encode(Model(id: name))
    }
}
