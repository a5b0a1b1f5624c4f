/// The form that an answer must have.
enum AnswerFormat {
    case text
    /// Any JSON.
    case json
    /// JSON that follows a schema; the name and what it is for are strings, where there are any.
    case schema(JSONValue, name: JSONValue?, description: JSONValue?)

    var schema: JSONValue? { if case .schema(let schema, _, _) = self { schema } else { nil } }
}
