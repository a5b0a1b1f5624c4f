/// How an answer in JSON is asked for.
enum AnthropicFormat {
    /// Not at all.
    case text
    /// The model can be held to a schema.
    case schema(AnthropicValue)
    /// A tool is offered whose input is the answer, which ``AnthropicReader`` gives as text: for models that cannot be
    /// held to a schema, and where there is none (the API has no way to ask for just any JSON).
    case tool(AnthropicValue?)

    init(_ parameters: AnthropicParameters, model: AnthropicModel) {
        guard let format = parameters[.responseFormat], let type = format["type"], !type.says("text") else {
            self = .text
            return
        }
        let schema = format["json_schema"]?["schema"]
        let isHeld = model.hasStructuredOutputs && (schema?.raw.count ?? 0) <= AnthropicSchema.sizeLimit
        if let schema, isHeld { self = .schema(schema) } else { self = .tool(schema) }
    }
}
