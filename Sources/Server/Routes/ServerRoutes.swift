import Dialects
import Gateway
import Hummingbird
import NIOCore

/// A route that runs a model.
struct HotRoute: Equatable {
    let front: Front
    /// The model that the path names; nil: the body does.
    var model: String?
}

/// Every route of the port, one row each: the table that the router, the gatekeeper and the slow lane read.
struct ServerRoutes: Sendable {
    let rows: [ServerRoute]
    /// The hot rows by path.
    private let fronts: [String: Front]
    /// The hot rows with a model in their path.
    private let ofModels: [(pattern: PathPattern, front: Front)]

    init(publicMetrics: Bool) {
        let hot = Front.allCases.flatMap { front in
            front.paths.map { ServerRoute(front, at: "\($0)") }
                + front.pathsOfModels.map { ServerRoute(front, at: "\($0)") }
        }
        rows =
            hot + Self.models + Self.anthropic + Self.responses + Self.ollama
            + Self.operators(publicMetrics: publicMetrics) + Self.keys
            + Self.modelChanges + Self.teams + Self.users + Self.customers + Self.budgets + Self.spend + Self.dashboard
        fronts = Dictionary(
            uniqueKeysWithValues: Front.allCases.flatMap { front in front.paths.map { ("\($0)", front) } })
        ofModels = Front.allCases.flatMap { front in
            front.pathsOfModels.map { (PathPattern("\($0)"), front) }
        }
    }

    /// The rows of a path, one for each method; none for a path that is not served.
    func rows(at path: some StringProtocol) -> [ServerRoute] {
        let segments = PathPattern.segments(of: path)
        let found = rows.filter { $0.pattern.matches(segments) }
        guard found.count > 1, let hot = hotRoute(at: String(path)) else { return found }
        // What stands for a model stands for `chat` too.
        return found.filter { if case .hot(let front) = $0.service { front == hot.front } else { true } }
    }

    /// The front with this path, if its request is a `POST`, and the model where the path names it.
    func hotRoute(at path: String) -> HotRoute? {
        if let front = fronts[path] { return HotRoute(front: front) }
        let segments = PathPattern.segments(of: path)
        for row in ofModels {
            guard let model = row.pattern.rest(of: segments) else { continue }
            return HotRoute(front: row.front, model: model.joined(separator: "/").percentDecoded)
        }
        guard path.utf8.last == UInt8(ascii: "/") || path.contains("//") else { return nil }
        return fronts[PathPattern.canonical(path)].map { HotRoute(front: $0) }
    }

    /// The front in whose shape errors at a path are written, whether there is such a route or not.
    static func errorFront(at path: some StringProtocol) -> Front { Front.near(path: path) }

    /// The same for a head of which some bytes are here: OpenAI's until the first segment of its path is whole.
    static func errorFront(ofHead head: UnsafeRawBufferPointer) -> Front {
        guard let space = head.firstIndex(of: UInt8(ascii: " ")) else { return .openAIChat }
        let path = head[(space + 1)...].prefix { $0 > UInt8(ascii: " ") }
        let isWhole = path.endIndex < head.endIndex
        guard isWhole || path.drop(while: { $0 == UInt8(ascii: "/") }).contains(where: Self.endsSegment) else {
            return .openAIChat
        }
        return errorFront(at: String(decoding: path, as: UTF8.self))
    }

    private static func endsSegment(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") }

    /// The paths that a client of a dialect is pointed to: the first that runs a model and the first that lists them.
    func advice(for dialect: Dialect) -> String {
        let own = rows.filter { $0.audience == .clients && Self.errorFront(at: $0.pattern.text).dialect == dialect }
        let paths = [own.first(where: \.isHot), own.first { !$0.isHot }].compactMap { $0?.pattern.text }
        return paths.map { PathPattern.canonical($0) }.joined(separator: " and ")
    }

    /// Gives the router the rows that are its own.
    func register(on router: Router<RouteContext>, of server: ServerContext) {
        for row in rows {
            switch row.service {
            case .hot: continue
            case .cold(let handler):
                router.on(RouterPath(row.pattern.text), method: row.method) { _, context in
                    try await handler(server, context)
                }
            case .reading(let handler):
                router.on(RouterPath(row.pattern.text), method: row.method) { request, context in
                    let body: WholeBody
                    do throws(GatewayError) {
                        body = try await request.wholeBody(upTo: server.configuration.limits.wholeBody, of: server)
                    } catch {
                        return ErrorResponse.response(error, front: Self.errorFront(at: request.uri.path))
                    }
                    defer { withExtendedLifetime(body.memory) {} }
                    return try await handler(server, context, body.bytes)
                }
            case .following(let handler):
                router.on(RouterPath(row.pattern.text), method: row.method) { request, context in
                    try await handler(server, context, request)
                }
            case .admin(let handler):
                router.on(RouterPath(row.pattern.text), method: row.method) { request, context in
                    await AdminGate(server: server).answer(request, context, handler)
                }
            }
        }
    }

    // MARK: The router's rows

    private static var models: [ServerRoute] {
        ["v1/models", "models", "openai/v1/models", "openai/models", "anthropic/v1/models"].flatMap { path in
            [
                ServerRoute(.get, path, for: .clients) { ModelRoutes(server: $0).list($1) },
                // A model's name may hold slashes.
                ServerRoute(.get, path + "/**", for: .clients) { ModelRoutes(server: $0).model($1) },
            ]
        }
            + ["v1/model/info", "model/info"].map { path in
                ServerRoute(.get, path, for: .clients) { ModelInfoRoute(server: $0).list($1) }
            }
    }

    private static var anthropic: [ServerRoute] {
        Front.anthropicMessages.paths.map { path in
            ServerRoute(.post, "\(path)/count_tokens", followingFor: .clients) {
                await AnthropicCountRoute(server: $0).count($1.caller, $2)
            }
        }
    }

    private static func operators(publicMetrics: Bool) -> [ServerRoute] {
        [
            ServerRoute(.get, "health/liveliness", for: .open) { _, _ in OperatorRoutes.alive },
            ServerRoute(.get, "health/liveness", for: .open) { _, _ in OperatorRoutes.alive },
            ServerRoute(.get, "health/readiness", for: .open) { server, _ in
                await OperatorRoutes(server: server).readiness()
            },
            ServerRoute(.get, "health", for: .viewers) { server, _ in OperatorRoutes(server: server).health() },
            ServerRoute(.get, "pool", for: .viewers) { server, _ in OperatorRoutes(server: server).pool() },
            ServerRoute(.get, "pool/events", followingFor: .viewers) { PoolEventsRoute(server: $0).events($2, $1) },
            ServerRoute(.get, "pool/history", for: .viewers) { PoolHistoryRoute(server: $0).answer($1) },
            ServerRoute(.get, "pool/decisions", for: .viewers) { OperatorRoutes(server: $0).decisions($1) },
            ServerRoute(.get, "pool/models", for: .viewers) { server, _ in ModelTableRoute(server: server).table() },
            ServerRoute(.post, "pool/:instance/drain", for: .operators) {
                try await OperatorRoutes(server: $0).drain($1)
            },
            ServerRoute(.post, "pool/:instance/undrain", for: .operators) {
                try await OperatorRoutes(server: $0).undrain($1)
            },
            ServerRoute(.get, "decisions/:call", for: .viewers) { try await OperatorRoutes(server: $0).decision($1) },
            ServerRoute(.get, "config", for: .viewers) { server, _ in ConfigurationRoute(server: server).view() },
            ServerRoute(.post, "config/reload", for: .operators) { server, _ in
                await ReloadRoute(server: server).answer()
            },
            ServerRoute(.get, "metrics", for: publicMetrics ? .open : .viewers) { server, _ in
                try await OperatorRoutes(server: server).metrics()
            },
        ]
    }
}

extension ServerRoute {
    /// Whether the hot lane answers it.
    var isHot: Bool { if case .hot = service { true } else { false } }
}
