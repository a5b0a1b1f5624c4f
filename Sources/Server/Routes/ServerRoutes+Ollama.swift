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
        ]
            + refused.map { row in
                ServerRoute(row.method, row.path, for: .clients) { _, _ in
                    ErrorResponse.response(
                        .forbidden(message: "the gateway does not \(row.what); \(row.advice)"), front: .ollamaChat)
                }
            }
    }

    /// Changes of the boxes' own libraries, with the words of the refusal.
    private static let refused: [(method: HTTPRequest.Method, path: String, what: String, advice: String)] = [
        (
            .post, "api/pull", "pull models",
            "run `ollama pull` on each box that should have the model, which the gateway then finds by itself"
        ),
        (.post, "api/create", "create models", "run `ollama create` on each box that should have the model"),
        (.post, "api/push", "push models", "run `ollama push` on a box that has the model"),
        (
            .post, "api/copy", "copy models",
            "give the model a second name by `model_group_alias`, or run `ollama cp` on each box"
        ),
        (.delete, "api/delete", "delete models", "run `ollama rm` on each box that has the model"),
        (.post, "api/blobs/:digest", "take blobs", "run `ollama create` on each box that should have the model"),
        (.head, "api/blobs/:digest", "keep blobs", "run `ollama create` on each box that should have the model"),
    ]
}
