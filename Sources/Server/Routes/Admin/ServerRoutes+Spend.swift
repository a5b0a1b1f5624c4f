import HTTPTypes

/// What was spent.
extension ServerRoutes {
    static var spend: [ServerRoute] {
        [
            ServerRoute(.get, "spend/logs", by: .keys) { try await SpendRoutes(desk: $0).logs($1) },
            ServerRoute(.get, "spend/logs/ui", by: .keys) { try await SpendRoutes(desk: $0).logPages($1) },
            ServerRoute(.get, "spend/logs/ui/:request", by: .keys) { try await SpendRoutes(desk: $0).words($1) },
            ServerRoute(.get, "spend/requests", by: .keys) { try await SpendRoutes(desk: $0).requests($1) },
            ServerRoute(.get, "spend/keys", by: .viewers) { SpendRoutes(desk: $0).keyRows($1) },
            ServerRoute(.get, "spend/users", by: .viewers) { SpendRoutes(desk: $0).userRows($1) },
            ServerRoute(.get, "spend/tags", by: .viewers) { try await SpendRoutes(desk: $0).tags($1) },
            ServerRoute(.post, "spend/calculate", by: .keys) { _, call in
                try SpendCalculation(routes: call.routes).answer(call)
            },
            ServerRoute(.get, "global/spend", by: .viewers) { try await SpendRoutes(desk: $0).total($1) },
            ServerRoute(.get, "global/spend/keys", by: .viewers) { try await SpendRoutes(desk: $0).keys($1) },
            ServerRoute(.get, "global/spend/models", by: .viewers) { try await SpendRoutes(desk: $0).models($1) },
            ServerRoute(.get, "global/spend/teams", by: .viewers) { try await SpendRoutes(desk: $0).teams($1) },
            ServerRoute(.get, "global/spend/tags", by: .viewers) { try await SpendRoutes(desk: $0).tags($1) },
            ServerRoute(.get, "global/spend/logs", by: .viewers) { try await SpendRoutes(desk: $0).days($1) },
            ServerRoute(.get, "global/spend/provider", by: .viewers) {
                try await SpendRoutes(desk: $0).providers($1)
            },
            ServerRoute(.get, "global/spend/report", by: .viewers) {
                try await SpendReport(spend: SpendRoutes(desk: $0)).answer($1)
            },
            ServerRoute(.get, "user/daily/activity", by: .keys) {
                try await SpendRoutes(desk: $0).userActivity($1, isPaged: true)
            },
            ServerRoute(.get, "user/daily/activity/aggregated", by: .keys) {
                try await SpendRoutes(desk: $0).userActivity($1, isPaged: false)
            },
            ServerRoute(.get, "team/daily/activity", by: .users) { try await SpendRoutes(desk: $0).teamActivity($1) },
            ServerRoute(.get, "global/activity", by: .viewers) { try await SpendRoutes(desk: $0).activity($1) },
            ServerRoute(.get, "global/activity/model", by: .viewers) {
                try await SpendRoutes(desk: $0).modelActivity($1)
            },
            ServerRoute(.get, "global/activity/exceptions", by: .viewers) {
                try await ExceptionRoutes(spend: SpendRoutes(desk: $0)).all($1)
            },
            ServerRoute(.get, "global/activity/exceptions/deployment", by: .viewers) {
                try await ExceptionRoutes(spend: SpendRoutes(desk: $0)).byDeployment($1)
            },
            ServerRoute(.get, "global/activity/cache_hits", by: .viewers) {
                try await ExceptionRoutes(spend: SpendRoutes(desk: $0)).cacheHits($1)
            },
        ]
    }
}
