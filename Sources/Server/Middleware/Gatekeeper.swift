import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import Ledger
import Logging
import NIOCore
import Telemetry

/// Before every route of the router: `Host`, `Origin` and key, errors in the shape of the path's dialect, and the request's
/// call id on every answer.
struct Gatekeeper: RouterMiddleware {
    typealias Context = RouteContext

    let server: ServerContext

    private static let callID = HTTPField.Name("x-litellm-call-id")!

    /// The client's own, where it is short and plain, else a new one: as in the hot lane.
    private static func callID(of request: Request) -> CallID {
        var random = SystemRandomNumberGenerator()
        return request.headers.first(.callID) { CallID($0) } ?? CallID(random: &random)
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.callID = Self.callID(of: request).description
        var response = try await guarded(request, context: context, next: next)
        response.headers[Self.callID] = context.callID
        return response
    }

    private func guarded(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        let front = ServerRoutes.errorFront(of: request.head, at: path)
        guard server.access.allows(host: request.head.authority) else {
            return ErrorResponse.response(AccessPolicy.foreignHost, front: front)
        }
        let rows = server.serverRoutes.rows(at: path)
        let isForClients = rows.contains { $0.audience == .clients }
        var allowOrigin: String?
        switch server.access.origin(of: request.headers) {
        case nil: break
        case .allowed(let value): if isForClients { allowOrigin = value }
        case .denied: return ErrorResponse.response(AccessPolicy.foreignOrigin, front: front)
        }
        var response =
            request.method == .options && isForClients
            ? Self.preflight(request, rows) : try await answer(request, rows: rows, front: front, context, next)
        // An error to a HEAD has no body either: it would be read as the next answer.
        if request.method == .head, response.status.code >= 400 {
            response = Response(status: response.status, headers: response.headers)
        }
        if let allowOrigin {
            response.headers[.accessControlAllowOrigin] = allowOrigin
            response.headers[.vary] = "origin"
        }
        return response
    }

    private func answer(
        _ request: Request, rows: [ServerRoute], front: Front, _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.front = front
        for (name, value) in QueryItems(request.uri.query) { context.query[name] = value }
        if !rows.contains(where: { $0.audience == .open }) {
            if let refusal = admit(request, to: &context) { return ErrorResponse.response(refusal, front: front) }
            // A path without a row is answered as such: it says nothing that a key would keep.
            if let row = rows.first(where: { $0.method == request.method }) ?? rows.first,
                let refusal = refusal(of: context.caller, row, at: Self.shown(request.uri.path))
            {
                return ErrorResponse.response(refusal, front: front)
            }
        }
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return missing(request, rows: rows, front: front, context.callID)
        } catch let error as any HTTPResponseError {
            return ErrorResponse.response(
                .invalidRequest(message: "the request cannot be served (\(error.status.code))", param: nil),
                front: front)
        } catch {
            context.logger.error("A route failed", metadata: ["error": "\(type(of: error))"])
            return ErrorResponse.response(.internalError, front: front)
        }
    }

    /// Finds out who calls; nil where the key is right, and its sender is heard.
    private func admit(_ request: Request, to context: inout Context) -> GatewayError? {
        let verdict = request.headers.withCredential { server.admission.judge($0) }
        context.caller = verdict.caller
        let address = context.address.map(ClientAddress.init) ?? .unknown
        return server.keyWatch.objection(to: verdict, from: address) ?? verdict.refusal
    }

    /// Nil where the caller may ask the route.
    private func refusal(of caller: Caller, _ row: ServerRoute, at path: String) -> GatewayError? {
        let asked = Operator(caller)
        guard row.audience.admits(asked.standing) else { return row.audience.refusal(of: asked, at: path) }
        guard let key = asked.facts?.key, !KeyRouteList(key.allowedRoutes).allows(row) else { return nil }
        return .forbidden(
            message: "this key may not ask \(path.prefix(100)); its allowed_routes are "
                + key.allowedRoutes.joined(separator: ", "))
    }

    private func missing(_ request: Request, rows: [ServerRoute], front: Front, _ callID: String) -> Response {
        let (path, method) = (Self.shown(request.uri.path), request.method.rawValue)
        let route = UnknownRoute(segments: PathPattern.segments(of: path))
        guard !rows.isEmpty, route == .other else {
            let advice = server.serverRoutes.advice(for: front.dialect)
            server.telemetry.noteUnknown(route, method: method, path: path, callID: callID)
            let why = route.words.map { ": the gateway \($0)" } ?? ""
            return ErrorResponse.response(
                .notFound(message: "no route \(method) \(path)\(why); clients use \(advice)"), front: front)
        }
        let allowed = rows.map(\.method.rawValue).joined(separator: ", ")
        var response = ErrorResponse.response(
            .methodNotAllowed(message: "\(path) takes \(allowed), not \(method)"), front: front)
        response.headers[.allow] = allowed
        return response
    }

    /// A path as errors and the log show it: a key or a token that is a part of it stands in none.
    static func shown(_ path: String) -> String {
        guard path.contains("sk-") || path.contains("eyJ") else { return path }
        return path.split(separator: "/", omittingEmptySubsequences: false).map { part in
            ["sk-", "eyJ"].first(where: part.hasPrefix).map { "\($0)..." } ?? String(part)
        }.joined(separator: "/")
    }

    private static func preflight(_ request: Request, _ rows: [ServerRoute]) -> Response {
        var headers: HTTPFields = [:]
        let deletes = rows.contains { $0.audience == .clients && $0.method == .delete }
        headers[.accessControlAllowMethods] = deletes ? "GET, POST, DELETE, OPTIONS" : "GET, POST, OPTIONS"
        headers[.accessControlAllowHeaders] =
            request.headers[.accessControlRequestHeaders] ?? "authorization, content-type"
        headers[.accessControlMaxAge] = "600"
        return Response(status: .noContent, headers: headers)
    }
}
