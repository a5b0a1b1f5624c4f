/// The form that an answer must have.
enum AnswerFormat {
    case text
    /// Any JSON.
    case json
    /// JSON that follows a schema; the name and what it is for are strings, where there are any.
    /// JSON is always held to it by some providers, by others where the client says so in so many words.
    case schema(JSONValue, name: JSONValue?, description: JSONValue?, isStrict: Bool = false)

    var schema: JSONValue? { if case .schema(let schema, _, _, _) = self { schema } else { nil } }
}
