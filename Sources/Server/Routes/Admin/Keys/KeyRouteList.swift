import Dialects

/// A key's `allowed_routes`: paths, paths with `*` at the end, and LiteLLM's names of groups. Empty: all of its role.
struct KeyRouteList {
    private let routes: [String]

    init(_ routes: [String]) { self.routes = routes }

    func allows(_ row: ServerRoute) -> Bool {
        routes.isEmpty
            || routes.contains { Self.covers($0, path: PathPattern.canonical(row.pattern.text), row.audience) }
    }

    /// The same for a route of the hot lane, by any of its paths.
    func allows(_ front: Front) -> Bool {
        routes.isEmpty
            || front.paths.contains { path in
                let path = PathPattern.canonical("\(path)")
                return routes.contains { Self.covers($0, path: path, .clients) }
            }
    }

    private static func covers(_ route: String, path: String, _ audience: ServerRoute.Audience) -> Bool {
        switch route {
        case "llm_api_routes", "openai_routes": return audience == .clients
        case "management_routes": return [.keys, .users, .members, .viewers, .operators].contains(audience)
        case "info_routes": return path == "/key/info" || path.hasSuffix("/info") || path.hasSuffix("/models")
        default: break
        }
        let own = PathPattern.canonical(route)
        if route.hasSuffix("*") { return path.hasPrefix(own.dropLast()) }
        return PathPattern(own).text == path || own == path
    }
}
