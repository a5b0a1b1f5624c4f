import NIOCore

/// Writes one request's body for Converse.
struct BedrockEncoder {
    let prompt: Prompt
    let parameters: BedrockParameters
    let target: BedrockTarget
    /// Whether what this upstream cannot do is left out silently.
    let drops: Bool

    func write(_ work: Work, into out: inout ByteBuffer) throws(RequestFault) {
        try refuse(work)
        var messages = BedrockMessages(bytes: prompt.bytes, model: target.model)
        if work == .chat {
            try messages.read(prompt)
        } else {
            messages.readPrompt(parameters.request.fields[.prompt])
        }
        out.writeStaticString("{\"messages\":")
        try messages.writeTurns(into: &out)
        messages.turns.writeSystem(into: &out)

        var tools = try BedrockTools(self, work: work, history: messages.history)
        let thinking = try BedrockThinking(self, tools: tools, history: messages.history)
        tools.settle(with: thinking, model: target.model)
        try writeInference(thinking, into: &out)
        tools.write(into: &out)
        writeModelFields(thinking, tools, into: &out)
        for (name, value) in parameters.unknown where BedrockParameters.place(of: name) == .top {
            // The answer's form has made one already.
            if name == "outputConfig", tools.schema != nil { continue }
            writeMember(name, value, into: &out)
        }
        out.writeInteger(0x7d as UInt8)
    }

    private func writeInference(_ thinking: BedrockThinking, into out: inout ByteBuffer) throws(RequestFault) {
        var members: [(name: String, value: [UInt8])] = []
        if let limit = thinking.maxTokens ?? parameters.maxTokens { members.append(("maxTokens", limit)) }
        if target.model.takesSampling {
            // A Claude that thinks takes no other temperature than its own, and no narrower choice than this of words.
            let isFixed = thinking.isOn && target.model.isClaude
            if isFixed {
                if let share = parameters.value(.topP), share.withUnsafeBytes({ JSONNumber.double($0) ?? 0 >= 0.95 }) {
                    members.append(("topP", share))
                }
            } else {
                let (temperature, share) = parameters.temperatureAndTopP(for: target.model, drops: drops)
                if temperature != nil, share != nil, target.model.takesOneOfTemperatureAndTopP {
                    throw refusal(.topP, "send but one of it and `\(parameters.request.name(of: .temperature))`")
                }
                if let temperature { members.append(("temperature", temperature)) }
                if let share { members.append(("topP", share)) }
            }
        }
        if let stops = parameters.value(.stop).map(Self.stops), !stops.isEmpty {
            members.append(("stopSequences", [0x5b] + stops.joined(separator: [0x2c]) + [0x5d]))
        }
        guard !members.isEmpty else { return }
        writeMember("inferenceConfig", Self.object(members), into: &out)
    }

    /// One string or many; empty ones are refused by Bedrock and stop nothing.
    private static func stops(_ value: [UInt8]) -> [[UInt8]] {
        guard value.first == 0x5b else { return value.count > 2 ? [value] : [] }
        return value.withUnsafeBytes { bytes in
            var stops: [[UInt8]] = []
            bytes.forEachElement(of: JSONSlice(from: 0, to: bytes.count)) { stop in
                if stop.count > 2 { stops.append(Array(bytes[stop])) }
            }
            return stops
        }
    }

    /// What only some models know: `additionalModelRequestFields`. The first of two with one name wins.
    private func writeModelFields(_ thinking: BedrockThinking, _ tools: BedrockTools, into out: inout ByteBuffer) {
        var members = thinking.members
        var names = Set(members.map(\.name))
        func add(_ name: String, _ value: [UInt8]) {
            if names.insert(name).inserted { members.append((name, value)) }
        }
        if let choice = tools.modelChoice { add("tool_choice", choice) }
        if let count = parameters.sampling(.topK), target.model.takesSampling,
            !(thinking.isOn && target.model.isClaude)
        {
            if target.model.isNova {
                add("inferenceConfig", Self.object([("topK", count)]))
            } else {
                add("\(Sampling.topK.name)", count)
            }
        }
        let given = parameters.extra("additionalModelRequestFields") ?? []
        if given.first == 0x7b {
            given.withUnsafeBytes { bytes in
                bytes.forEachMember(of: JSONSlice(from: 0, to: bytes.count)) { name, value in
                    add(JSONString.decode(bytes[name]), Array(bytes[value]))
                }
            }
        }
        for (name, value) in parameters.unknown where BedrockParameters.place(of: name) == .model { add(name, value) }
        if !members.isEmpty { writeMember("additionalModelRequestFields", Self.object(members), into: &out) }
        // How much of the answer was thinking is told only to who asks.
        if target.model.isClaude, thinking.isOn, parameters.extra("additionalModelResponseFieldPaths") == nil {
            out.writeStaticString(",\"additionalModelResponseFieldPaths\":[\"/usage/output_tokens_details\"]")
        }
    }

    private func writeMember(_ name: String, _ value: [UInt8], into out: inout ByteBuffer) {
        out.writeInteger(0x2c as UInt8)
        out.writeQuoted(name)
        out.writeInteger(0x3a as UInt8)
        out.writeBytes(value)
    }

    /// An object of members whose values are JSON.
    static func object(_ members: [(name: String, value: [UInt8])]) -> [UInt8] {
        [0x7b] + members.map { JSONText.string($0.name).bytes + [0x3a] + $0.value }.joined(separator: [0x2c]) + [0x7d]
    }
}
