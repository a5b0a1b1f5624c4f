/// A request's parameters over its deployment's, which are read as if a client had sent them.
struct AnthropicParameters {
    /// One body and where its fields stand.
    struct Layer {
        let bytes: UnsafeRawBufferPointer
        let fields: RequestFields
        let extras: [ClientRequest.Extra]
        /// OpenAI's fields that ask nothing of most upstreams, so that no scan keeps them.
        private(set) var user: AnthropicValue?
        private(set) var parallelToolCalls: AnthropicValue?

        init(_ bytes: UnsafeRawBufferPointer, of request: ClientRequest) {
            self.bytes = bytes
            fields = request.fields
            extras = request.extras
            var scanner = JSONScanner(bytes)
            guard scanner.skipSpace() else { return }
            bytes.forEachMember(of: JSONSlice(from: scanner.position, to: bytes.count)) { name, value in
                if bytes[name].equals("user") { user = AnthropicValue(value, of: bytes) }
                if bytes[name].equals("parallel_tool_calls") { parallelToolCalls = AnthropicValue(value, of: bytes) }
            }
        }

        subscript(_ field: RequestField) -> AnthropicValue? {
            fields.has(field) ? AnthropicValue(fields[field], of: bytes) : nil
        }

        /// A field that Drover does not know.
        subscript(_ name: StaticString) -> AnthropicValue? {
            extras.first { bytes[$0.name].spells(name) }.map { AnthropicValue($0.value, of: bytes) }
        }
    }

    let request: Layer
    let defaults: Layer

    subscript(_ field: RequestField) -> AnthropicValue? { request[field] ?? defaults[field] }
    subscript(_ name: StaticString) -> AnthropicValue? { request[name] ?? defaults[name] }

    var user: AnthropicValue? { request.user ?? defaults.user }
    var parallelToolCalls: AnthropicValue? { request.parallelToolCalls ?? defaults.parallelToolCalls }

    /// The most tokens of the answer that are asked for.
    var maxTokens: Int? {
        let value =
            request[.maxCompletionTokens] ?? request[.maxTokens] ?? defaults[.maxCompletionTokens]
            ?? defaults[.maxTokens]
        return value.flatMap { JSONNumber.integer($0.raw) }
    }

    /// Calls with the raw name and the value of each field that Drover does not know; the request's win.
    func forEachExtra(_ body: (UnsafeRawBufferPointer, AnthropicValue) -> Void) {
        for extra in request.extras {
            body(request.bytes[extra.name], AnthropicValue(extra.value, of: request.bytes))
        }
        for extra in defaults.extras {
            let name = defaults.bytes[extra.name]
            if request.extras.contains(where: { request.bytes[$0.name].equals(name) }) { continue }
            body(name, AnthropicValue(extra.value, of: defaults.bytes))
        }
    }
}
