import Dialects
import Gateway
import HTTPTypes
import Hummingbird

/// The rows of Ollama's routes that run no model.
extension ServerRoutes {
    static var ollama: [ServerRoute] {
        [
            ServerRoute(.get, "api/tags", for: .clients) { OllamaRoutes(server: $0).tags($1.caller) },
            ServerRoute(.get, "api/ps", for: .clients) { OllamaRoutes(server: $0).loaded($1.caller) },
            ServerRoute(.get, "api/version", for: .clients) { server, _ in OllamaRoutes(server: server).version() },
            ServerRoute(.post, "api/show", readingFor: .clients) {
                await OllamaShowRoute(server: $0).show($1.caller, $2)
            },
            ServerRoute(.get, "", for: .clients) { _, _ in OllamaRoutes.greeting },
            ServerRoute(.post, "api/pull", followingFor: .operators) { await PullRoute(server: $0).pull($2, $1) },
            ServerRoute(.delete, "api/delete", readingFor: .operators) {
                await LibraryRoutes(server: $0).delete($1, $2)
            },
            ServerRoute(.post, "api/copy", readingFor: .operators) { await LibraryRoutes(server: $0).copy($1, $2) },
        ]
            + refused.map { row in
                ServerRoute(row.method, row.path, for: .clients) { _, _ in
                    ErrorResponse.response(
                        .forbidden(message: "the gateway does not \(row.what); \(row.advice)"), front: .ollamaChat)
                }
            }
    }

    /// Changes of the boxes' own libraries that are made on the boxes alone, with the words of the refusal.
    private static let refused: [(method: HTTPRequest.Method, path: String, what: String, advice: String)] = [
        (.post, "api/create", "create models", "run `ollama create` on each box that should have the model"),
        (.post, "api/push", "push models", "run `ollama push` on a box that has the model"),
        (.post, "api/blobs/:digest", "take blobs", "run `ollama create` on each box that should have the model"),
        (.head, "api/blobs/:digest", "keep blobs", "run `ollama create` on each box that should have the model"),
    ]
}
