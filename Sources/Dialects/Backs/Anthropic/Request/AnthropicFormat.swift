/// How an answer in JSON is asked for.
enum AnthropicFormat {
    /// Not at all.
    case text
    /// The model can be held to a schema.
    case schema(JSONValue)
    /// A tool is offered whose input is the answer, which ``AnthropicReader`` gives as text: for models that cannot be
    /// held to a schema, and where there is none (the API has no way to ask for just any JSON).
    case tool(JSONValue?)

    init(_ parameters: LayeredParameters, model: AnthropicModel) {
        switch parameters.answerFormat {
        case nil, .text: self = .text
        case .json: self = .tool(nil)
        case .schema(let schema, _, _, _):
            let isHeld = model.hasStructuredOutputs && schema.raw.count <= AnthropicSchema.sizeLimit
            self = isHeld ? .schema(schema) : .tool(schema)
        }
    }
}
