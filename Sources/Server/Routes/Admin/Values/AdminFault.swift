import Dialects
import Gateway

/// Why an admin route does not do what it is asked: an error for the client.
///
/// Status, type and code are those of every other error of this gateway; the words are LiteLLM's where scripts look for them.
struct AdminFault: Error, Equatable {
    /// What is told.
    var error: GatewayError
    /// For a value of a wrong type: where it stands and what was expected, as LiteLLM's validation says it.
    var detail: Detail?

    /// One fault of a body in pydantic's words.
    struct Detail: Equatable {
        /// `string_type`, `list_type` …
        var type: String
        var field: String
        var message: String
    }

    init(_ error: GatewayError, detail: Detail? = nil) {
        self.error = error
        self.detail = detail
    }

    /// A field of a value that it cannot have.
    static func invalid(_ message: String, _ field: String?) -> AdminFault {
        AdminFault(.invalidRequest(message: message, param: field))
    }
    /// A field of a wrong type.
    static func wrongType(_ field: String, type: String, message: String) -> AdminFault {
        AdminFault(
            .invalidRequest(message: "\(field): \(message)", param: field),
            detail: Detail(type: type, field: field, message: message))
    }
    /// A field that must be there.
    static func missing(_ field: String) -> AdminFault { wrongType(field, type: "missing", message: "Field required") }
    /// No such row.
    static func notFound(_ message: String) -> AdminFault { AdminFault(.notFound(message: message)) }
    /// The caller's key may not do this.
    static func forbidden(_ message: String) -> AdminFault { AdminFault(.forbidden(message: message)) }

    /// The body of the answer.
    var json: JSONText {
        let client = error.forClient
        var members: [(name: String, value: JSONText)] = [
            (
                "error",
                .object([
                    ("message", .string(client.message)), ("type", .string(client.type)),
                    ("param", client.param.map { .string($0) } ?? .null), ("code", .string(client.code)),
                ])
            )
        ]
        if let detail {
            members.append(
                (
                    "detail",
                    .array([
                        .object([
                            ("type", .string(detail.type)),
                            ("loc", .array([.string("body"), .string(detail.field)])),
                            ("msg", .string(detail.message)),
                        ])
                    ])
                ))
        }
        return .object(members)
    }
}
