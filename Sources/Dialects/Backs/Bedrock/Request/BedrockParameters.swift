/// The parameters of one request: its own, and the deployment's where it is silent. Values are copies of JSON as it
/// stands; they are small beside the messages, and this is no hot path.
struct BedrockParameters {
    private let layers: LayeredParameters

    init(_ layers: LayeredParameters) { self.layers = layers }

    /// The request's own.
    var request: ParameterSource { layers.request }

    func value(_ parameter: Parameter) -> [UInt8]? { layers[parameter].map { Array($0.raw) } }

    /// The request's own value of what no front knows.
    func ownExtra(_ name: StaticString) -> [UInt8]? { layers.request.extra(name).map { Array($0.raw) } }

    /// The value of what no front knows.
    func extra(_ name: StaticString) -> [UInt8]? { layers.extra(name).map { Array($0.raw) } }

    func sampling(_ way: Sampling) -> [UInt8]? { layers.sampling(way).map { Array($0.raw) } }

    func temperatureAndTopP(for model: BedrockModel, drops: Bool) -> (temperature: [UInt8]?, topP: [UInt8]?) {
        guard model.isClaude else { return (value(.temperature), value(.topP)) }
        let (temperature, topP) = layers.temperatureAndTopP(
            takesOne: model.takesOneOfTemperatureAndTopP, drops: drops)
        return (temperature.map { Array($0.raw) }, topP.map { Array($0.raw) })
    }

    /// The most tokens the answer may have.
    var maxTokens: [UInt8]? { value(.maxTokens) }

    /// How much the model is to think, as the deployment says.
    var usualEffort: ReasoningEffort? { layers.deployment.effort }

    var answerFormat: AnswerFormat? { layers.answerFormat }

    var toolChoice: ToolChoice? { layers.toolChoice }

    var callsOneAtATime: Bool { layers.callsOneAtATime }

    /// All that no front knows, by decoded names: the request's, then those of the deployment.
    var unknown: [(name: String, value: [UInt8])] {
        var own: [(name: String, value: [UInt8])] = []
        layers.forEachExtra { name, value in
            let name = JSONString.decode(name)
            if !own.contains(where: { $0.name == name }) { own.append((name, Array(value.raw))) }
        }
        return own
    }

    /// Where a parameter that no front knows goes.
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
        return name.withUTF8 { BoxOption.isNothingToClouds(UnsafeRawBufferPointer($0)) } ? .none : .model
    }

    private static let topNames: Set<String> = [
        "guardrailConfig", "performanceConfig", "requestMetadata", "serviceTier", "promptVariables", "outputConfig",
        "additionalModelResponseFieldPaths", "projectIdentifier",
    ]
    /// Those that other parts of the encoder write, and LiteLLM's.
    private static let elsewhere: Set<String> = [
        "thinking", "output_config", "additionalModelRequestFields", "modify_params",
        "cache_control_injection_points", "model_id",
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
