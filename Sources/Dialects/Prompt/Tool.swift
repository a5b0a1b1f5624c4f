import NIOCore

/// A function that a model may call, in no dialect.
struct Tool {
    /// Which one it is, from 0.
    let number: Int
    /// A JSON string.
    let name: JSONValue
    /// What it is for, where the client says so.
    let description: JSONValue?
    /// Of its arguments.
    let schema: JSONValue?
    /// Whether the arguments must follow the schema.
    let isStrict: Bool
    /// The client's whole object, and that of the function in it: a back may know more of its members.
    let whole: JSONValue
    let function: JSONValue

    /// What a back knows beside the rest, by this name.
    func member(_ name: StaticString) -> JSONValue? { whole[name] ?? function[name] }

    /// Writes it in OpenAI's form, which is Ollama's too.
    ///
    /// - Parameter isOpenAIs: whether the client has written it so.
    func writeFunction(isOpenAIs: Bool, into out: inout ByteBuffer) {
        out.writeStaticString("{\"type\":\"function\",\"function\":")
        guard !isOpenAIs else {
            out.writeBytes(function.raw)
            out.writeStaticString("}")
            return
        }
        out.writeStaticString("{\"name\":")
        out.writeBytes(name.raw)
        if let description {
            out.writeStaticString(",\"description\":")
            out.writeBytes(description.raw)
        }
        out.writeStaticString(",\"parameters\":")
        if let schema {
            out.writeBytes(schema.raw)
        } else {
            out.writeStaticString("{\"type\":\"object\",\"properties\":{}}")
        }
        out.writeStaticString(isStrict ? ",\"strict\":true}}" : "}}")
    }

    /// The tool's name is one that the gateway uses itself.
    func takenName() -> RequestFault {
        .at("tools[\(number)].function.name", "is a name the gateway uses itself; choose another")
    }
}
