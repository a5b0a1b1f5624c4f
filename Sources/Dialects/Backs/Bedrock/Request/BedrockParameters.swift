/// The parameters of one request: its own, and the deployment's where it is silent. Values are copies of JSON as it
/// stands; they are small beside the messages, and this is no hot path.
struct BedrockParameters {
    let bytes: UnsafeRawBufferPointer
    let fields: RequestFields
    let extras: [ClientRequest.Extra]
    let target: BedrockTarget

    /// The value of a field of OpenAI's.
    func value(_ field: RequestField) -> [UInt8]? {
        fields.has(field) ? Array(bytes[fields[field]]) : target.defaults["\(field.name)"]
    }

    /// The request's own value of a field that OpenAI does not have.
    func ownExtra(_ name: StaticString) -> [UInt8]? {
        extras.first { bytes[$0.name].spells(name) }.map { Array(bytes[$0.value]) }
    }

    /// The value of a field that OpenAI does not have.
    func extra(_ name: StaticString) -> [UInt8]? { ownExtra(name) ?? target.defaults["\(name)"] }

    /// The most tokens the answer may have: OpenAI's newer name wins, the request's own field of either name first.
    var maxTokens: [UInt8]? {
        let names = [RequestField.maxCompletionTokens, .maxTokens]
        return names.first { fields.has($0) }.flatMap { value($0) } ?? names.lazy.compactMap { value($0) }.first
    }

    /// All fields that OpenAI does not have, by their decoded names: the request's, then those of the deployment.
    var unknown: [(name: String, value: [UInt8])] {
        let own = extras.map { (name: JSONString.decode(bytes[$0.name]), value: Array(bytes[$0.value])) }
        let others = target.defaultNames.filter { name in
            Self.isUnknown(name) && !own.contains { $0.name == name }
        }
        return own + others.map { ($0, target.defaults[$0] ?? []) }
    }

    private static func isUnknown(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { RequestField.named(UnsafeRawBufferPointer($0)) == nil }
    }

    /// Where a field that OpenAI does not have goes.
    enum Place {
        /// Beside `messages`, under its own name: Converse knows it.
        case top
        /// To the model, in `additionalModelRequestFields`.
        case model
        /// Nowhere: it is read elsewhere, or is no business of Bedrock's.
        case none
    }

    static func place(of name: String) -> Place {
        if topNames.contains(name) { return .top }
        // Keys and regions are the deployment's, never a client's.
        if name.hasPrefix("aws_") || elsewhere.contains(name) { return .none }
        var name = name
        return name.withUTF8 { OllamaParameter.isLoadTime(UnsafeRawBufferPointer($0)) } ? .none : .model
    }

    private static let topNames: Set<String> = [
        "guardrailConfig", "performanceConfig", "requestMetadata", "serviceTier", "promptVariables", "outputConfig",
        "additionalModelResponseFieldPaths", "projectIdentifier",
    ]
    /// Those that other parts of the encoder write, Ollama's, and LiteLLM's.
    private static let elsewhere: Set<String> = [
        "thinking", "output_config", "top_k", "additionalModelRequestFields", "num_keep", "num_predict",
        "modify_params", "cache_control_injection_points", "model_id",
    ]
}

extension [UInt8] {
    /// The value of a member of an object, as it stands; nil when there is none, and for values that are no objects.
    func member(_ name: StaticString) -> [UInt8]? {
        withUnsafeBytes { bytes in
            guard !isEmpty else { return nil }
            return bytes.member(name, of: JSONSlice(from: 0, to: count)).map { Array(bytes[$0]) }
        }
    }

    /// Whether it is this JSON text, byte for byte.
    func isText(_ text: StaticString) -> Bool { withUnsafeBytes { $0.equals(text) } }

    /// The whole number it is.
    var integer: Int? { withUnsafeBytes { JSONNumber.integer($0) } }
}
