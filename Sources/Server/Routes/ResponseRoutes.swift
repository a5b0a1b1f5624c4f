import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET` and `DELETE` of `/v1/responses/{id}`: what a client has been answered, and that it may be forgotten.
struct ResponseRoutes {
    let server: ServerContext

    func get(_ context: RouteContext) -> Response {
        let id = Self.id(context)
        guard let kept = server.responses.find(id, of: context.caller.owner, at: server.time.now()) else {
            return Self.unknown(id)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: kept.response.object)))
    }

    func delete(_ context: RouteContext) -> Response {
        let id = Self.id(context)
        guard server.responses.remove(id, of: context.caller.owner, at: server.time.now()) else {
            return Self.unknown(id)
        }
        return JSONResponse.encode(Deleted(id: id))
    }

    private struct Deleted: Encodable {
        var id: String
        var object = "response"
        var deleted = true
    }

    private static func id(_ context: RouteContext) -> String { context.parameters.get("id")?.percentDecoded ?? "" }

    private static func unknown(_ id: String) -> Response {
        ErrorResponse.response(
            .notFound(
                message:
                    "no response `\(id)` is kept here: it is another key's, it is too old, or it was asked for with `store: false`"
            ))
    }
}

extension ServerRoutes {
    /// The rows of responses that are kept.
    static var responses: [ServerRoute] {
        Front.openAIResponses.paths.map { "\($0)/:id" }.flatMap { path in
            [
                ServerRoute(.get, path, for: .clients) { ResponseRoutes(server: $0).get($1) },
                ServerRoute(.delete, path, for: .clients) { ResponseRoutes(server: $0).delete($1) },
            ]
        }
    }
}
