import NIOCore

/// Tools, the choice among them, and answers that must follow a JSON Schema.
///
/// Converse has no way to forbid calls but to send no tools, and refuses a conversation that holds calls or results where
/// there are none. So `none` sends a placeholder in their stead where the conversation needs one, as does a request
/// without tools. ``BedrockReader`` takes a call of it for nothing.
///
/// Most models have no form for a schema either. It becomes the input of a tool that is the only way to answer, and the
/// reader makes its input the answer's text. A model that cannot be made to call, or that thinks, is asked to in the
/// tool's description. The newest Claudes, which always think, take a schema as such if it is a closed one.
struct BedrockTools {
    /// The tool whose input is the answer; LiteLLM's name.
    static let answerName: StaticString = "json_tool_call"
    /// The tool that stands for none.
    static let placeholderName: StaticString = "no_tool"

    /// Whether the client demands a call.
    private(set) var forcesCall = false
    /// `outputConfig`, for models that take a schema as such.
    private(set) var schema: [UInt8]?
    private var tools: [[UInt8]] = []
    private var choice: [UInt8]?
    private var answer: Answer?
    private let needsTools: Bool
    /// Claude's own form of the choice, the only one that can say that a turn has one call at most; stands for `choice`.
    private(set) var modelChoice: [UInt8]?
    private let isSingle: Bool

    private struct Answer {
        let schema: [UInt8]
        let name: [UInt8]?
        let description: [UInt8]?
    }

    init(_ encoder: BedrockEncoder, work: Work, history: BedrockHistory) throws(RequestFault) {
        needsTools = history.hasToolBlocks
        isSingle = encoder.target.model.isClaude && encoder.parameters.callsOneAtATime
        if case .schema(let schema, let name, let description, _)? = encoder.parameters.answerFormat, schema.isObject {
            answer = Answer(
                schema: Array(schema.raw), name: name.map { Array($0.raw) },
                description: description.map { Array($0.raw) })
        }
        guard work == .chat, encoder.parameters.request[.tools] != nil else { return }
        try read(encoder)
    }

    /// Decides how the schema is had, now that it is known whether the model will think.
    mutating func settle(with thinking: BedrockThinking, model: BedrockModel) {
        let canForce = !(thinking.isOn && model.isClaude)
        if forcesCall, !canForce { choice = nil }
        if let answer, !forcesCall {
            if model.takesSchema, answer.schema.member("additionalProperties")?.isText("false") == true {
                schema = Self.outputConfig(answer)
            } else {
                let isForced = canForce && model.canBeForcedToCall
                // Beside other tools it is one of the ways to go on.
                let only = tools.isEmpty ? "{\"tool\":{\"name\":\"\(Self.answerName)\"}}" : "{\"any\":{}}"
                if isForced { choice = Array(only.utf8) }
                tools.append(Self.answerTool(answer, isForced: isForced))
            }
        }
        if isSingle, !tools.isEmpty {
            modelChoice = Self.claudes(choice)
            choice = nil
        }
        guard tools.isEmpty, needsTools else { return }
        let words = "Stands for tools that are not at hand. Never call it."
        tools = [
            Self.spec(
                name: JSONText.string("\(Self.placeholderName)").bytes, description: JSONText.string(words).bytes,
                schema: nil)
        ]
    }

    /// Converse's form of a choice in Anthropic's own words, with the word that allows for one call.
    private static func claudes(_ choice: [UInt8]?) -> [UInt8] {
        var kind = "\"auto\""
        if choice?.member("any") != nil { kind = "\"any\"" }
        if let name = choice?.member("tool")?.member("name") {
            kind = "\"tool\",\"name\":" + String(decoding: name, as: UTF8.self)
        }
        return Array("{\"type\":\(kind),\"disable_parallel_tool_use\":true}".utf8)
    }

    func write(into out: inout ByteBuffer) {
        if !tools.isEmpty {
            out.writeStaticString(",\"toolConfig\":{\"tools\":[")
            out.writeBytes(Array(tools.joined(separator: [0x2c])))
            out.writeInteger(0x5d as UInt8)
            if let choice {
                out.writeStaticString(",\"toolChoice\":")
                out.writeBytes(choice)
            }
            out.writeInteger(0x7d as UInt8)
        }
        if let schema {
            out.writeStaticString(",\"outputConfig\":")
            out.writeBytes(schema)
        }
    }

    /// The client's tools and its choice.
    private mutating func read(_ encoder: BedrockEncoder) throws(RequestFault) {
        let request = encoder.parameters.request
        let model = encoder.target.model
        let choice = encoder.parameters.toolChoice
        if case .never? = choice { return }
        let wanted: JSONValue? = if case .function(let name)? = choice { name } else { nil }
        var isThere = false
        let isSmall = request[.tools].map { $0.raw.count <= AnthropicSchema.sizeLimit } ?? false
        var isStrict = model.takesStrictTools && isSmall
        if isStrict { isStrict = try AnthropicStrictness(request).isTaken }
        try request.forEachTool { tool throws(RequestFault) in
            guard !tool.name.says(Self.answerName), !tool.name.says(Self.placeholderName) else {
                throw tool.takenName()
            }
            if let wanted, tool.name.raw.equals(wanted.raw) { isThere = true }
            let isHeld = isStrict && tool.isStrict
            tools.append(
                Self.spec(
                    name: Array(tool.name.raw), description: tool.description.map { Array($0.raw) },
                    schema: tool.schema.map { isHeld ? AnthropicSchema.closed($0) : Array($0.raw) }, isStrict: isHeld))
            if let mark = tool.member("cache_control"), model.takesCachePointsInTools {
                tools.append(BedrockCachePoint.block(mark, for: model))
            }
        }
        guard !tools.isEmpty else { return }
        switch choice {
        case nil, .auto, .never: break
        case .required:
            self.choice = Array("{\"any\":{}}".utf8)
            forcesCall = true
        case .function(let name):
            guard isThere else { throw request.unknownChoice() }
            self.choice = Array("{\"tool\":{\"name\":".utf8) + name.raw + Array("}}".utf8)
            forcesCall = true
        case .other:
            guard encoder.drops else {
                throw encoder.refusal(.toolChoice, "use \"auto\", \"none\", \"required\" or a named function")
            }
        }
    }

    private static func answerTool(_ answer: Answer, isForced: Bool) -> [UInt8] {
        let name = JSONText.string("\(answerName)").bytes
        guard !isForced else { return spec(name: name, description: answer.description, schema: answer.schema) }
        let words = "Once you know the answer, call this tool with it as the input, and write no text beside it."
        return spec(name: name, description: JSONText.string(words).bytes, schema: answer.schema)
    }

    /// - Parameters:
    ///   - name: a JSON string.
    ///   - description: a JSON string; none, or an empty one, which Bedrock refuses, is left out.
    ///   - schema: a JSON Schema; Bedrock wants an object's, and none is that of an empty one.
    ///   - isStrict: whether calls are held to the schema.
    private static func spec(
        name: [UInt8], description: [UInt8]?, schema: [UInt8]?, isStrict: Bool = false
    ) -> [UInt8] {
        var spec = Array("{\"toolSpec\":{\"name\":".utf8) + name
        if let description, description.count > 2, description.first == 0x22 {
            spec += Array(",\"description\":".utf8) + description
        }
        if isStrict { spec += Array(",\"strict\":true".utf8) }
        spec += Array(",\"inputSchema\":{\"json\":".utf8)
        if let schema, schema.first == 0x7b, schema.member("type") != nil {
            spec += schema
        } else if let schema, schema.first == 0x7b, schema.dropFirst().dropLast().contains(where: { $0 > 0x20 }) {
            spec += Array("{\"type\":\"object\",".utf8) + schema.dropFirst()
        } else {
            spec += Array("{\"type\":\"object\",\"properties\":{}".utf8)
            spec += Array(isStrict ? ",\"additionalProperties\":false}".utf8 : "}".utf8)
        }
        return spec + Array("}}}".utf8)
    }

    /// The schema goes as a string.
    private static func outputConfig(_ answer: Answer) -> [UInt8] {
        var members: [(name: String, value: [UInt8])] = []
        var text: [UInt8] = []
        JSONString.appendQuoted(answer.schema, to: &text)
        members.append(("schema", text))
        if let name = answer.name, name.first == 0x22 { members.append(("name", name)) }
        if let description = answer.description, description.first == 0x22 {
            members.append(("description", description))
        }
        return Array("{\"textFormat\":{\"type\":\"json_schema\",\"structure\":{\"jsonSchema\":".utf8)
            + BedrockEncoder.object(members) + Array("}}}".utf8)
    }
}
