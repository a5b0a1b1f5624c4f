import HTTPTypes

/// The dashboard, and the sessions of those who look at it.
extension ServerRoutes {
    static var dashboard: [ServerRoute] {
        Site.pages.map { page in
            ServerRoute(.get, page.isEmpty ? "ui" : "ui/\(page)", followingFor: .open) { _, _, request in
                SiteRoutes(site: .embedded).page(request)
            }
        } + [
            ServerRoute(.get, "ui/files/:version/**", followingFor: .open) { _, context, request in
                SiteRoutes(site: .embedded).file(request, context)
            },
            ServerRoute(.post, "ui/session", followingFor: .open) { server, context, request in
                await SessionRoutes(server: server).begin(request, context)
            },
            ServerRoute(.get, "ui/session", followingFor: .open) { server, _, request in
                SessionRoutes(server: server).state(request)
            },
            ServerRoute(.delete, "ui/session", followingFor: .open) { server, _, request in
                SessionRoutes(server: server).end(request)
            },
        ]
    }
}
