/// The errors of Go's decoder, in its words: clients of Ollama look for them.
extension RequestFault {
    /// A value of the wrong kind.
    ///
    /// - Parameters:
    ///   - value: the value, raw.
    ///   - path: where it stands (`messages.content`).
    ///   - type: what Go has there.
    ///   - body: what Go unmarshals the body into.
    static func unmarshal(
        _ value: UnsafeRawBufferPointer, at path: String, of type: StaticString, in body: StaticString = "ChatRequest"
    ) -> RequestFault {
        RequestFault(
            "json: cannot unmarshal \(kind(value)) into Go struct field \(body).\(path) of type \(type)",
            param: path)
    }

    /// The whole body is of the wrong kind.
    static func unmarshalBody(_ value: UnsafeRawBufferPointer, in body: StaticString) -> RequestFault {
        RequestFault("json: cannot unmarshal \(kind(value)) into Go value of type api.\(body)")
    }

    /// An option of the wrong kind.
    static func option(_ name: String, mustBe type: StaticString) -> RequestFault {
        RequestFault("option \"\(name)\" must be of type \(type)", param: "options.\(name)")
    }

    private static func kind(_ value: UnsafeRawBufferPointer) -> String {
        switch value.first {
        case 0x22: "string"
        case 0x7b: "object"
        case 0x5b: "array"
        case 0x74, 0x66: "bool"
        default: "number"
        }
    }
}
