import Dialects
import HTTPTypes
import Hummingbird

/// One route of the port: its paths, the callers that may ask, and the part that answers.
struct ServerRoute: Sendable {
    /// The callers that may ask.
    enum Audience: Sendable {
        /// Anybody, without a key.
        case open
        /// Clients with a key, and pages of the origins that may call.
        case clients
        /// Operators and their scripts, with a key; no page ever reads the answer.
        case operators
    }

    /// The part that answers.
    enum Service: Sendable {
        /// The hot lane.
        case hot(Front)
        /// The router.
        case cold(Handler)
    }

    typealias Handler = @Sendable (ServerContext, BasicRequestContext) async throws -> Response

    let method: HTTPRequest.Method
    let pattern: PathPattern
    let audience: Audience
    let service: Service

    /// A route that runs a model.
    init(_ front: Front, at path: StaticString) {
        method = .post
        pattern = PathPattern("\(path)")
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
}
