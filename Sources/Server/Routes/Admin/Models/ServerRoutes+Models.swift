import HTTPTypes

/// The management routes of models.
extension ServerRoutes {
    static var modelChanges: [ServerRoute] {
        [
            ServerRoute(.post, "model/new", by: .operators) { try await ModelDeskRoutes(desk: $0).new($1) },
            ServerRoute(.post, "model/update", by: .operators) { try await ModelDeskRoutes(desk: $0).update($1) },
            ServerRoute(.post, "model/delete", by: .operators) { try await ModelDeskRoutes(desk: $0).delete($1) },
        ]
    }
}
