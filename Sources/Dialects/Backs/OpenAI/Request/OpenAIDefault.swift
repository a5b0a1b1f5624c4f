import NIOCore

/// A parameter of the deployment, ready to be written.
struct OpenAIDefault: Sendable {
    /// `"name":value`, as the provider wants it.
    let member: [UInt8]
    /// The request's fields any of which wins over it.
    let overriddenBy: UInt64
    /// What the request may call it, where that is no field Drover acts on: inside of the JSON string.
    let name: [UInt8]?

    /// Those of each kind of request. What the provider does not take is left out.
    static func all(
        _ defaults: [String: JSONText], rules: OpenAIRules
    ) -> [OpenAIRoute: [OpenAIDefault]] {
        // By name, so that the outcome does not hang on the order of a dictionary.
        let ordered = defaults.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        var made: [OpenAIRoute: [OpenAIDefault]] = [:]
        for route in OpenAIRoute.allCases {
            var names: Set<[UInt8]> = []
            made[route] = ordered.compactMap { parameter in
                guard let one = make(parameter.name, parameter.value, route, rules) else { return nil }
                let name = one.member.prefix { $0 != 0x3a }
                return names.insert(Array(name)).inserted ? one : nil
            }
        }
        return made
    }

    /// Sends the parameter the way a request's own field goes, alone in a body.
    private static func make(
        _ key: String, _ value: JSONText, _ route: OpenAIRoute, _ rules: OpenAIRules
    ) -> OpenAIDefault? {
        let name = JSONText.string(key).bytes
        let field = name.dropFirst().dropLast().withUnsafeBytes { Parameter.named($0) }
        guard fits(field, route), route != .responses || !chatOnly.contains(key) else { return nil }
        let body = [0x7b] + name + [0x3a] + value.bytes + [0x7d]
        var isEffort = false
        let member = body.withUnsafeBytes { bytes -> [UInt8]? in
            var members = OpenAIMembers(bytes: bytes, route: route, rules: rules, drops: true)
            let whole = JSONSlice(from: 0, to: bytes.count)
            // With `drops` nothing is refused.
            guard (try? members.edit(whole)) == 1 else { return nil }
            isEffort = members.written & Parameter.effort.bit != 0
            var written = ByteBuffer()
            written.compose(atMost: bytes.count + members.edits.added) { writer in
                members.edits.write(bytes, from: 1, to: bytes.count - 1, to: &writer)
            }
            return Array(written.readableBytesView)
        }
        guard let member else { return nil }
        // What the request calls it there is no field of the scan's.
        let isLimit = route == .responses && (field == .maxTokens || field == .maxCompletionTokens)
        return OpenAIDefault(
            member: member, overriddenBy: overriding(isEffort ? .effort : field),
            name: isLimit
                ? Array("max_output_tokens".utf8)
                : field == nil || field == .ignored ? Array(member.dropFirst().prefix { $0 != 0x22 }) : nil)
    }

    /// Whether a field of a deployment goes with requests of this kind. What the request itself says, and what the
    /// gateway decides, is never a default.
    private static func fits(_ field: Parameter?, _ route: OpenAIRoute) -> Bool {
        switch field {
        case .model, .messages, .prompt, .input, .stream, .streamOptions: false
        case nil, .ignored: true
        case .encodingFormat, .dimensions: route == .embeddings
        case .temperature, .topP, .maxTokens, .maxCompletionTokens, .tools, .toolChoice, .reasoning:
            route != .embeddings
        default: route == .chat || route == .completions
        }
    }

    /// Fields the scan does not read and the Responses API does not know.
    private static let chatOnly = ["verbosity", "prediction"]

    private static func overriding(_ field: Parameter?) -> UInt64 {
        switch field {
        case nil, .ignored: 0
        case .maxTokens, .maxCompletionTokens: Parameter.bits([.maxTokens, .maxCompletionTokens])
        case .effort, .reasoning: Parameter.bits([.effort, .reasoning])
        // A request that says how much to think may be one for which the model does not sample.
        case let field? where ModelTable.isSampling(field):
            Parameter.bits([field, .effort, .reasoning])
        case let field?: field.bit
        }
    }
}
