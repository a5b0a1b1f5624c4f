import NIOCore

/// What is asked beside the messages: by the request, and where it says nothing by the deployment.
struct GeminiParameters {
    /// One of the two: a JSON object and where its members stand.
    struct Source {
        let bytes: UnsafeRawBufferPointer
        let fields: RequestFields
        let extras: [ClientRequest.Extra]

        /// The value of the extra that has one of these names.
        func extra(_ names: StaticString...) -> UnsafeRawBufferPointer? {
            extras.first { extra in names.contains { bytes[extra.name].spells($0) } }.map { bytes[$0.value] }
        }

        subscript(field: RequestField) -> UnsafeRawBufferPointer? {
            fields.has(field) ? bytes[fields[field]] : nil
        }
    }

    let request: Source
    let deployment: Source

    /// The value of a field.
    subscript(field: RequestField) -> UnsafeRawBufferPointer? { request[field] ?? deployment[field] }

    /// What `read` makes of the request, or else of the deployment.
    func first<Value>(_ read: (Source) -> Value?) -> Value? { read(request) ?? read(deployment) }

    /// Calls for each extra, the request's first; a name that both have comes twice.
    func forEachExtra(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        for source in [request, deployment] {
            for extra in source.extras { body(source.bytes[extra.name], source.bytes[extra.value]) }
        }
    }
}

/// A deployment's parameters, kept as one JSON object.
struct GeminiDefaults: Sendable {
    private let text: ByteBuffer
    private let fields: RequestFields
    private let extras: [ClientRequest.Extra]

    /// What Ollama alone understands and what steers Drover is left out, `null` too.
    init(_ parameters: [String: JSONText]) {
        // By name, so that the outcome does not hang on the order of a dictionary.
        let ordered = parameters.sorted { $0.key < $1.key }.filter { $0.value != .null }
        text = ByteBuffer(bytes: JSONText.object(ordered.map { (name: $0.key, value: $0.value) }).bytes)
        var fields = RequestFields()
        var extras: [ClientRequest.Extra] = []
        text.withUnsafeReadableBytes { bytes in
            bytes.forEachMember(of: JSONSlice(from: 0, to: bytes.count)) { name, value in
                switch RequestField.named(bytes[name]) {
                case .ignored, .messages, .model, .prompt, .input: break
                case let field?: fields.set(field, value)
                case nil: extras.append(ClientRequest.Extra(name: name, value: value))
                }
            }
        }
        self.fields = fields
        self.extras = extras
    }

    /// Lends them for a call.
    func withSource<Result, Fault: Error>(
        _ body: (GeminiParameters.Source) throws(Fault) -> Result
    ) throws(Fault) -> Result {
        try text.withUnsafeReadableBytes { bytes throws(Fault) in
            try body(GeminiParameters.Source(bytes: bytes, fields: fields, extras: extras))
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The whole of a value that stands alone.
    var whole: JSONSlice { JSONSlice(from: 0, to: count) }

    /// The member of this name, where this is one value and an object.
    func member(_ name: StaticString) -> UnsafeRawBufferPointer? { member(name, of: whole).map { self[$0] } }
}
