import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// One route of the port: its paths, the callers that may ask, and the part that answers.
struct ServerRoute: Sendable {
    /// The callers that may ask. Each but the first asks for a key where one is set.
    enum Audience: Sendable, CaseIterable {
        /// Anybody, without a key.
        case open
        /// Clients with a key, and pages of the origins that may call.
        case clients
        /// Any key; the route shows each what is its own.
        case keys
        /// Keys of users, and of those who may see everything; the route shows each what is its own.
        case users
        /// Keys of users that may change things, and of those who may change everything.
        case members
        /// Operators and their scripts who may see everything; no page ever reads the answer.
        case viewers
        /// Operators and their scripts who may change everything.
        case operators
    }

    /// The part that answers.
    enum Service: Sendable {
        /// The hot lane.
        case hot(Front)
        /// The router.
        case cold(Handler)
        /// The router, which reads the body first.
        case reading(BodyHandler)
        /// The router, by a part that follows the request to its end.
        case following(FollowingHandler)
        /// The router, by a management route.
        case admin(AdminHandler)
    }

    /// Answers a management request.
    typealias AdminHandler = @Sendable (AdminDesk, AdminCall) async throws -> JSONText
    typealias BodyHandler = @Sendable (ServerContext, RouteContext, ByteBuffer) async throws -> Response
    typealias FollowingHandler = @Sendable (ServerContext, RouteContext, Request) async throws -> Response
    typealias Handler = @Sendable (ServerContext, RouteContext) async throws -> Response

    let method: HTTPRequest.Method
    let pattern: PathPattern
    let audience: Audience
    let service: Service

    /// A route that runs a model.
    init(_ front: Front, at path: String) {
        method = .post
        pattern = PathPattern(path)
        audience = .clients
        service = .hot(front)
    }

    /// A route of the router.
    init(_ method: HTTPRequest.Method, _ pattern: String, for audience: Audience, _ handler: @escaping Handler) {
        self.method = method
        self.pattern = PathPattern(pattern)
        self.audience = audience
        service = .cold(handler)
    }

    /// A route of the router that reads the body first.
    init(
        _ method: HTTPRequest.Method, _ pattern: String, readingFor audience: Audience, _ handler: @escaping BodyHandler
    ) {
        self.method = method
        self.pattern = PathPattern(pattern)
        self.audience = audience
        service = .reading(handler)
    }

    /// A route of the router that reads the body, and sees when its client leaves.
    init(
        _ method: HTTPRequest.Method, _ pattern: String, followingFor audience: Audience,
        _ handler: @escaping FollowingHandler
    ) {
        self.method = method
        self.pattern = PathPattern(pattern)
        self.audience = audience
        service = .following(handler)
    }

    /// A management route.
    init(
        _ method: HTTPRequest.Method, _ pattern: String, by audience: Audience, _ handler: @escaping AdminHandler
    ) {
        self.method = method
        self.pattern = PathPattern(pattern)
        self.audience = audience
        service = .admin(handler)
    }
}

extension ServerRoute.Audience {
    /// Whether a caller of this standing may ask.
    func admits(_ standing: Operator.Standing) -> Bool {
        switch self {
        case .open, .clients, .keys: true
        case .users: standing != .key
        case .members: [.master, .admin, .user].contains(standing)
        case .viewers: [.master, .admin, .viewer].contains(standing)
        case .operators: [.master, .admin].contains(standing)
        }
    }

    /// What a caller is told whom the audience does not admit: in LiteLLM's words and with its status.
    func refusal(of asked: Operator, at path: String) -> GatewayError {
        if self == .users {
            return .forbidden(
                message: "You are not authorized to access this endpoint. No 'user_id' is associated with your API key."
            )
        }
        if PathPattern.canonical(path).hasPrefix("/api/") {
            return .forbidden(
                message: "only the master key, or the key of a proxy admin, may change the models on the boxes")
        }
        return .invalidKey(
            message: "Authentication Error, Only proxy admin can be used to generate, delete, update info for new "
                + "keys/users/teams. Route=\(path.prefix(100)). Your role=\(asked.roleName). Your user_id=*******")
    }
}
