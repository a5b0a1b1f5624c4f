import HTTPTypes

/// The management routes of keys.
extension ServerRoutes {
    static var keys: [ServerRoute] {
        [
            ServerRoute(.post, "key/generate", by: .members) { try await KeyRoutes(desk: $0).generate($1) },
            ServerRoute(.post, "key/update", by: .members) { try await KeyRoutes(desk: $0).update($1) },
            ServerRoute(.post, "key/delete", by: .members) { try await KeyRoutes(desk: $0).delete($1) },
            ServerRoute(.post, "key/block", by: .members) { try await KeyRoutes(desk: $0).setBlocked(true, $1) },
            ServerRoute(.post, "key/unblock", by: .members) { try await KeyRoutes(desk: $0).setBlocked(false, $1) },
            ServerRoute(.post, "key/regenerate", by: .members) { try await KeyRoutes(desk: $0).regenerate($1) },
            ServerRoute(.post, "key/:key/regenerate", by: .members) { try await KeyRoutes(desk: $0).regenerate($1) },
            ServerRoute(.get, "key/info", by: .keys) { try KeyRoutes(desk: $0).info($1) },
            ServerRoute(.post, "v2/key/info", by: .keys) { try await KeyRoutes(desk: $0).infos($1) },
            ServerRoute(.get, "key/list", by: .users) { try KeyRoutes(desk: $0).list($1) },
            ServerRoute(.get, "key/aliases", by: .users) { try KeyRoutes(desk: $0).aliases($1) },
            ServerRoute(.post, "key/health", by: .keys) { desk, _ in KeyRoutes(desk: desk).health() },
        ]
    }
}
