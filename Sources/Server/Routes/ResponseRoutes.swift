import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `/v1/responses/{id}`: what a client has been answered, as it was or as a stream, what it had asked, and that both may be forgotten.
struct ResponseRoutes {
    let server: ServerContext

    func get(_ context: RouteContext) async -> Response {
        await answer(context) { kept, memory in
            switch context.query["stream"] {
            case "true", "True", "1": replay(kept, memory, context)
            default: Self.json(ByteBuffer(bytes: kept.object))
            }
        }
    }

    /// Answers with what `body` makes of the response that is asked for, and of its part of the memory.
    private func answer(_ context: RouteContext, _ body: (KeptResponse, MemoryHold?) -> Response) async -> Response {
        let id = Self.id(context)
        do throws(GatewayError) {
            let kept = try await server.kept([id], of: context.caller.owner)
            guard let response = kept.answers.first else { return ErrorResponse.response(Self.unknown(id)) }
            return body(response, kept.memory)
        } catch {
            return ErrorResponse.response(error)
        }
    }

    /// The events that its client got, from the first on or behind one.
    private func replay(_ kept: KeptResponse, _ memory: MemoryHold?, _ context: RouteContext) -> Response {
        var number: Int?
        if let text = context.query["starting_after"] {
            number = Int(text)
            guard number != nil else {
                return Self.invalid("starting_after", "must be the number of an event")
            }
        }
        guard let replay = ResponseReplay(kept, after: number) else {
            return ErrorResponse.response(.internalError)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                var rest = replay
                while let events = rest.next() { try await writer.write(events) }
                try await writer.finish(nil)
                withExtendedLifetime(memory) {}
            })
    }

    /// `GET …/input_items`
    func input(_ context: RouteContext) async -> Response {
        await answer(context) { kept, _ in input(of: kept, context) }
    }

    private func input(of kept: KeptResponse, _ context: RouteContext) -> Response {
        var page = KeptInput.Page()
        if let text = context.query["limit"] {
            guard let limit = Int(text), (1...100).contains(limit) else {
                return Self.invalid("limit", "must be a whole number from 1 to 100")
            }
            page.limit = limit
        }
        if let order = context.query["order"] {
            guard order == "asc" || order == "desc" else { return Self.invalid("order", "must be asc or desc") }
            page.isDescending = order == "desc"
        }
        page.after = context.query["after"].flatMap { $0.isEmpty ? nil : $0 }
        var list = ByteBuffer()
        guard KeptInput(kept).write(page, into: &list) else {
            return Self.invalid("after", "names no item of this response's input")
        }
        return Self.json(list)
    }

    private static func json(_ body: ByteBuffer) -> Response {
        Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: body))
    }

    private static func invalid(_ name: String, _ reason: String) -> Response {
        ErrorResponse.response(.invalidRequest(message: "`\(name)` \(reason)", param: name))
    }

    func delete(_ context: RouteContext) async -> Response {
        let (id, owner) = (Self.id(context), context.caller.owner)
        let removal = server.responses.remove(id, of: owner, at: server.time.now())
        guard let recall = server.recall, removal.mayBeElsewhere else {
            return removal.wasHere ? JSONResponse.encode(Deleted(id: id)) : ErrorResponse.response(Self.unknown(id))
        }
        switch await recall.remove(id, of: owner, isKnown: removal.wasHere) {
        case .success(true): return JSONResponse.encode(Deleted(id: id))
        case .success(false): return ErrorResponse.response(Self.unknown(id))
        // It is forgotten there with the next change that can be written.
        case .failure where removal.wasHere: return JSONResponse.encode(Deleted(id: id))
        case .failure(let fault): return ErrorResponse.response(fault.refusal)
        }
    }

    private struct Deleted: Encodable {
        var id: String
        var object = "response"
        var deleted = true
    }

    private static func id(_ context: RouteContext) -> String { context.parameters.get("id")?.percentDecoded ?? "" }

    static func unknown(_ id: String) -> GatewayError {
        .notFound(
            message:
                "no response `\(id)` is kept here: it is another key's, it is too old, or it was asked for with `store: false`"
        )
    }
}

extension ServerRoutes {
    /// The rows of responses that are kept.
    static var responses: [ServerRoute] {
        Front.openAIResponses.paths.flatMap { route in
            let path = "\(route)/:id"
            return [
                ServerRoute(.post, "\(route)/input_tokens", followingFor: .clients) {
                    await ResponseCountRoute(server: $0).count($1.caller, $2)
                },
                ServerRoute(.get, path, for: .clients) { await ResponseRoutes(server: $0).get($1) },
                ServerRoute(.get, "\(path)/input_items", for: .clients) { await ResponseRoutes(server: $0).input($1) },
                ServerRoute(.delete, path, for: .clients) { await ResponseRoutes(server: $0).delete($1) },
            ]
        }
    }
}
