import BoxModel

/// A profile file:
///
///     {"seed": 7, "time_scale": 10, "stamps": false,
///      "boxes": [{"gpu": "rtx-4090", "count": 2, "slots": 4, "models": ["llama3.1:8b", {"name": "qwen3:14b"}]}]}
///
/// A box takes what it does not say from its `gpu` (one of `GPUClass.all`, `demo` if absent).
extension FarmConfiguration {
    /// From the text of a profile file. Refuses unknown fields and impossible values, with their path.
    public init(json text: String) throws(FarmError) {
        let value: JSONValue
        do throws(JSONParser.Fault) {
            value = try JSONParser.parse(text)
        } catch {
            throw .invalid("the profile is not JSON: \(error.message)")
        }
        let fields = ProfileFields(value, path: "profile")
        try fields.onlyKnown(["host", "port", "control_port", "seed", "time_scale", "stamps", "registry", "boxes"])
        self.init(boxes: [])
        for (index, item) in (try fields.list("boxes") ?? []).enumerated() {
            let box = ProfileFields(item, path: "boxes[\(index)]")
            boxes += Array(repeating: try BoxProfile(box), count: try box.whole("count", in: 1...1_000) ?? 1)
        }
        guard !boxes.isEmpty else { throw .invalid("profile.boxes: a farm needs at least one box") }
        host = try fields.text("host") ?? host
        port = try fields.whole("port", in: 0...65_535) ?? port
        if let port = try fields.whole("control_port", in: 0...65_535) { controlPort = .port(port) }
        if let seed = try fields.whole("seed", in: 0...(.max)) { self.seed = UInt64(seed) }
        timeScale = try fields.number("time_scale", in: 0.000_001...1_000_000) ?? timeScale
        registry = try fields.list("registry")?.compactMap(\.string)
        stamps = try fields.flag("stamps") ?? stamps
    }
}

extension BoxProfile {
    fileprivate init(_ fields: ProfileFields) throws(FarmError) {
        try fields.onlyKnown([
            "gpu", "count", "memory_bytes", "prefill_tokens_per_second", "decode_tokens_per_second", "decode_slowdown",
            "prefill_interference", "load_bytes_per_second", "slots", "reading", "reads_in_turn", "models",
            "version", "keep_alive", "max_queue", "max_loaded_models", "context_length", "memory_recovery",
            "answer_tokens", "pull_bytes_per_second", "preloaded",
        ])
        let name = try fields.text("gpu") ?? GPUClass.demo.name
        guard var gpu = GPUClass.named(name) else {
            let names = GPUClass.all.map(\.name).joined(separator: ", ")
            throw .invalid("\(fields.path).gpu: no card named \"\(name)\"; there are \(names)")
        }
        let rate = 0.001...1e15
        gpu.memoryBytes = try fields.whole("memory_bytes", in: 1...(1 << 50)) ?? gpu.memoryBytes
        gpu.prefillTokensPerSecond =
            try fields.number("prefill_tokens_per_second", in: rate) ?? gpu.prefillTokensPerSecond
        gpu.decodeTokensPerSecond = try fields.number("decode_tokens_per_second", in: rate) ?? gpu.decodeTokensPerSecond
        gpu.decodeSlowdown = try fields.number("decode_slowdown", in: 0...1_000) ?? gpu.decodeSlowdown
        gpu.prefillInterference = try fields.number("prefill_interference", in: 0...1_000) ?? gpu.prefillInterference
        gpu.loadBytesPerSecond = try fields.number("load_bytes_per_second", in: rate) ?? gpu.loadBytesPerSecond
        gpu.slots = try fields.whole("slots", in: 1...1_000_000) ?? gpu.slots
        if let inTurn = try fields.flag("reads_in_turn") { gpu.reading = inTurn ? .inTurn : .apart }
        if let text = try fields.text("reading") {
            guard let reading = GPUClass.Reading(rawValue: text) else {
                let ways = GPUClass.Reading.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalid("\(fields.path).reading: expected one of \(ways), not \"\(text)\"")
            }
            gpu.reading = reading
        }
        self.init(gpu: gpu, models: [])
        for (index, item) in (try fields.list("models") ?? [.string("llama3.1:8b")]).enumerated() {
            models.append(try ModelProfile(item, path: "\(fields.path).models[\(index)]"))
        }
        version = try fields.text("version") ?? version
        if let seconds = try fields.number("keep_alive", in: -1...1e9) {
            keepAlive = seconds < 0 ? nil : .seconds(seconds)
        }
        maxQueue = try fields.whole("max_queue", in: 0...1_000_000) ?? maxQueue
        maxLoadedModels = try fields.whole("max_loaded_models", in: 1...1_000) ?? maxLoadedModels
        contextLength = try fields.whole("context_length", in: 4...(1 << 30))
        if let seconds = try fields.number("memory_recovery", in: 0...3_600) { memoryRecovery = .seconds(seconds) }
        if let range = try fields.list("answer_tokens") {
            guard range.count == 2, let low = range[0].int, let high = range[1].int, 1 <= low, low <= high else {
                throw .invalid("\(fields.path).answer_tokens: expected the least and the most, such as [12, 40]")
            }
            answerTokens = low...high
        }
        pullBytesPerSecond = try fields.number("pull_bytes_per_second", in: rate) ?? pullBytesPerSecond
        preloaded = try fields.list("preloaded")?.compactMap(\.string) ?? []
        for name in preloaded where !models.contains(where: { ModelName($0.name)?.key == ModelName(name)?.key }) {
            throw .invalid("\(fields.path).preloaded: \"\(name)\" is not among the box's models")
        }
    }
}

extension ModelProfile {
    /// A tag, or an object with a `name` and what differs from what the tag tells.
    fileprivate init(_ value: JSONValue, path: String) throws(FarmError) {
        let fields = ProfileFields(
            value.string.map { .object([.init(name: "name", value: .string($0))]) } ?? value, path: path)
        try fields.onlyKnown([
            "name", "size_bytes", "context_bytes_per_token", "max_context", "capabilities", "tool_calls", "family",
            "parameter_size", "quantization", "embedding_length",
        ])
        guard let name = try fields.text("name"), ModelName(name) != nil else {
            throw .invalid("\(path).name: expected a model's name, such as llama3.1:8b")
        }
        self.init(tag: name)
        sizeBytes = try fields.whole("size_bytes", in: 1...(1 << 50)) ?? sizeBytes
        contextBytesPerToken = try fields.whole("context_bytes_per_token", in: 0...(1 << 30)) ?? contextBytesPerToken
        maxContext = try fields.whole("max_context", in: 4...(1 << 30)) ?? maxContext
        if let names = try fields.list("capabilities") {
            capabilities = []
            for item in names {
                guard let capability = item.string.flatMap(Capability.init(rawValue:)) else {
                    throw .invalid("\(path).capabilities: no capability named \(item.text)")
                }
                capabilities.append(capability)
            }
        }
        if let style = try fields.text("tool_calls") {
            guard let known = ToolCallStyle(rawValue: style) else {
                throw .invalid("\(path).tool_calls: expected own_line or last_line, not \"\(style)\"")
            }
            toolCallStyle = known
        }
        family = try fields.text("family") ?? family
        parameterSize = try fields.text("parameter_size") ?? parameterSize
        quantization = try fields.text("quantization") ?? quantization
        embeddingLength = try fields.whole("embedding_length", in: 1...65_536) ?? embeddingLength
    }
}
