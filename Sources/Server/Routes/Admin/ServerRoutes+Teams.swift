import HTTPTypes

/// The management routes of teams, users, customers and budgets.
extension ServerRoutes {
    static var teams: [ServerRoute] {
        [
            ServerRoute(.post, "team/new", by: .operators) { try await TeamRoutes(desk: $0).new($1) },
            ServerRoute(.post, "team/update", by: .operators) { try await TeamRoutes(desk: $0).update($1) },
            ServerRoute(.post, "team/delete", by: .operators) { try await TeamRoutes(desk: $0).delete($1) },
            ServerRoute(.post, "team/block", by: .operators) { try await TeamRoutes(desk: $0).setBlocked(true, $1) },
            ServerRoute(.post, "team/unblock", by: .operators) { try await TeamRoutes(desk: $0).setBlocked(false, $1) },
            ServerRoute(.post, "team/member_add", by: .members) { try await TeamRoutes(desk: $0).addMembers($1) },
            ServerRoute(.post, "team/member_delete", by: .members) { try await TeamRoutes(desk: $0).deleteMember($1) },
            ServerRoute(.post, "team/member_update", by: .members) { try await TeamRoutes(desk: $0).updateMember($1) },
            ServerRoute(.get, "team/info", by: .keys) { try TeamRoutes(desk: $0).info($1) },
            ServerRoute(.get, "team/list", by: .users) { try TeamRoutes(desk: $0).list($1) },
            ServerRoute(.get, "v2/team/list", by: .users) { try TeamRoutes(desk: $0).listPages($1) },
        ]
    }

    static var users: [ServerRoute] {
        [
            ServerRoute(.post, "user/new", by: .operators) { try await UserRoutes(desk: $0).new($1) },
            ServerRoute(.post, "user/update", by: .operators) { try await UserRoutes(desk: $0).update($1) },
            ServerRoute(.post, "user/delete", by: .operators) { try await UserRoutes(desk: $0).delete($1) },
            ServerRoute(.get, "user/info", by: .users) { try UserRoutes(desk: $0).info($1) },
            ServerRoute(.get, "user/list", by: .viewers) { try UserRoutes(desk: $0).list($1) },
        ]
    }

    static var customers: [ServerRoute] {
        ["customer", "end_user"].flatMap { name in
            [
                ServerRoute(.post, "\(name)/new", by: .operators) { try await CustomerRoutes(desk: $0).new($1) },
                ServerRoute(.post, "\(name)/update", by: .operators) { try await CustomerRoutes(desk: $0).update($1) },
                ServerRoute(.post, "\(name)/delete", by: .operators) { try await CustomerRoutes(desk: $0).delete($1) },
                ServerRoute(.post, "\(name)/block", by: .operators) {
                    try await CustomerRoutes(desk: $0).setBlocked(true, $1)
                },
                ServerRoute(.post, "\(name)/unblock", by: .operators) {
                    try await CustomerRoutes(desk: $0).setBlocked(false, $1)
                },
                ServerRoute(.get, "\(name)/info", by: .viewers) { try CustomerRoutes(desk: $0).info($1) },
                ServerRoute(.get, "\(name)/list", by: .viewers) { CustomerRoutes(desk: $0).list($1) },
            ]
        }
    }

    static var budgets: [ServerRoute] {
        [
            ServerRoute(.post, "budget/new", by: .operators) { try await BudgetRoutes(desk: $0).new($1) },
            ServerRoute(.post, "budget/update", by: .operators) { try await BudgetRoutes(desk: $0).update($1) },
            ServerRoute(.post, "budget/delete", by: .operators) { try await BudgetRoutes(desk: $0).delete($1) },
            ServerRoute(.post, "budget/info", by: .viewers) { try await BudgetRoutes(desk: $0).infos($1) },
            ServerRoute(.get, "budget/list", by: .viewers) { desk, _ in BudgetRoutes(desk: desk).list() },
        ]
    }
}
