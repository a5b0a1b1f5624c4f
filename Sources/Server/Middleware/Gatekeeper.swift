import Gateway
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Telemetry

/// Before every route of the router: `Host`, `Origin` and key, OpenAI's error shape for all that goes wrong, and the
/// request's call id on every answer.
struct Gatekeeper: RouterMiddleware {
    typealias Context = BasicRequestContext

    let server: ServerContext

    /// Paths that web pages may call; operator paths never get CORS headers.
    private static let clientPaths: Set<String> = [
        "/chat/completions", "/completions", "/embeddings", "/responses", "/models", "/v1/chat/completions",
        "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/models", "/api/chat",
    ]
    /// Paths that need no key.
    private static let openPaths: Set<String> = ["/health/liveliness", "/health/liveness", "/health/readiness"]
    /// What is there, for telling a wrong method from a wrong path.
    private static let methods: [String: String] = {
        var methods: [String: String] = [:]
        for path in clientPaths { methods[path] = path.hasSuffix("models") ? "GET" : "POST" }
        for path in ["/health", "/health/liveliness", "/health/liveness", "/health/readiness", "/pool", "/metrics"] {
            methods[path] = "GET"
        }
        return methods
    }()

    private static let callID = HTTPField.Name("x-litellm-call-id")!

    /// The client's own, where it is short and plain, else a new one: as in the hot lane.
    private static func callID(of request: Request) -> CallID {
        var given = request.headers[callID]
        var random = SystemRandomNumberGenerator()
        return given?.withUTF8 { CallID(UnsafeRawBufferPointer($0)) } ?? CallID(random: &random)
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await guarded(request, context: context, next: next)
        response.headers[Self.callID] = Self.callID(of: request).description
        return response
    }

    private func guarded(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard server.access.allows(host: request.head.authority) else {
            return ErrorResponse.response(ServerContext.foreignHost)
        }
        let isClientPath =
            Self.clientPaths.contains(path) || path.hasPrefix("/v1/models/") || path.hasPrefix("/models/")
        var allowOrigin: String?
        if let origin = request.headers[.origin] {
            switch server.access.origin(origin) {
            case .allowed(let value): if isClientPath { allowOrigin = value }
            case .denied: return ErrorResponse.response(ServerContext.foreignOrigin)
            }
        }
        var response = try await answer(request, path: path, isClientPath: isClientPath, context, next)
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
        _ request: Request, path: String, isClientPath: Bool, _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if request.method == .options, isClientPath { return Self.preflight(request) }
        if !Self.openPaths.contains(path), !(path == "/metrics" && server.configuration.publicMetrics) {
            let credential = Credentials.find { name in HTTPField.Name(name).flatMap { request.headers[$0] } }
            do throws(GatewayError) { _ = try server.admission.admit(credential) } catch {
                return ErrorResponse.response(error)
            }
        }
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return Self.missing(path: path, method: request.method)
        } catch let error as any HTTPResponseError {
            return ErrorResponse.response(
                .invalidRequest(message: "the request cannot be served (\(error.status.code))", param: nil))
        } catch {
            context.logger.error("A route failed", metadata: ["error": "\(type(of: error))"])
            return ErrorResponse.response(.internalError)
        }
    }

    /// The method of a path with a name in it.
    private static func methodBelow(_ path: String) -> String? {
        if path.hasPrefix("/pool/"), path.hasSuffix("/drain") || path.hasSuffix("/undrain") { return "POST" }
        return path.hasPrefix("/v1/models/") || path.hasPrefix("/models/") ? "GET" : nil
    }

    private static func missing(path: String, method: HTTPRequest.Method) -> Response {
        if let allowed = methods[path] ?? methodBelow(path) {
            var response = ErrorResponse.response(
                .methodNotAllowed(message: "\(path) takes \(allowed), not \(method.rawValue)"))
            response.headers[.allow] = allowed
            return response
        }
        return ErrorResponse.response(
            .notFound(message: "no route \(method.rawValue) \(path); clients use /v1/chat/completions and /v1/models"))
    }

    private static func preflight(_ request: Request) -> Response {
        var headers: HTTPFields = [:]
        headers[.accessControlAllowMethods] = "GET, POST, OPTIONS"
        headers[.accessControlAllowHeaders] =
            request.headers[.accessControlRequestHeaders] ?? "authorization, content-type"
        headers[.accessControlMaxAge] = "600"
        return Response(status: .noContent, headers: headers)
    }
}
