/// What each field's value may be.
extension RequestScan {
    /// Checks the value of a field that is not a list of messages or tools, and keeps what Drover acts on.
    mutating func check(_ field: Parameter, _ slice: JSONSlice) throws(RequestFault) {
        let value = bytes[slice]
        switch field {
        case .model:
            try requireString(field, value)
            guard value.count > 2 else { throw wrong(field, "must not be empty") }
        case .messages, .tools, .options: break  // read elsewhere, or of no meaning on this route
        case .prompt: if front == .openAICompletions { try checkPrompt(slice) }
        case .input:
            if front == .openAIEmbeddings { try checkInput(slice) }
            if front == .openAIResponses { try checkItems(slice) }
        case .suffix, .system, .template: try requireString(field, value)
        case .stream: stream = try requireBool(field, value)
        case .streamOptions: try checkStreamOptions(slice)
        case .encodingFormat:
            guard value.equals("\"float\"") || value.equals("\"base64\"") else {
                throw wrong(field, "must be \"float\" or \"base64\"")
            }
        case .dimensions: _ = try requireInteger(field, value, in: 1...1_000_000)
        case .temperature: try requireNumber(field, value, in: 0...2)
        case .topP: try requireNumber(field, value, in: 0...1)
        case .presencePenalty, .frequencyPenalty: try requireNumber(field, value, in: -2...2)
        case .seed: _ = try requireInteger(field, value, in: Int.min...Int.max)
        case .stop: try checkStop(slice)
        case .maxTokens: maxTokens = try requireLimit(field, value)
        case .maxCompletionTokens:
            maxCompletionTokens = try requireLimit(field, value)
            // The newer of the two names wins.
            fields.set(.maxTokens, slice)
        case .n, .bestOf: _ = try requireInteger(field, value, in: 1...128)
        case .logprobs:
            if front == .openAICompletions, value[0] != 0x74, value[0] != 0x66 {
                _ = try requireInteger(field, value, in: 0...20)
            } else {
                _ = try requireBool(field, value)
            }
        case .topLogprobs: _ = try requireInteger(field, value, in: 0...20)
        case .echo, .truncate, .shift, .raw: _ = try requireBool(field, value)
        case .dropParams: dropParams = try requireBool(field, value)
        case .logitBias, .audio, .webSearch: try requireObject(field, value)
        case .modalities, .functions: guard value[0] == 0x5b else { throw wrong(field, "must be an array") }
        case .functionCall:
            guard value[0] == 0x22 || value[0] == 0x7b else { throw wrong(field, "must be a string or an object") }
        case .toolChoice: try checkToolChoice(value)
        case .answerFormat: try checkResponseFormat(slice)
        case .effort: try checkEffort(field, value)
        case .reasoning: try checkReasoning(slice)
        case .think:
            guard value[0] == 0x22 || value[0] == 0x74 || value[0] == 0x66 else {
                throw wrong(field, "must be a boolean or a string")
            }
        case .format:
            guard value[0] == 0x7b || value.equals("\"json\"") else {
                throw wrong(field, "must be \"json\" or a JSON Schema object")
            }
        case .keepAlive:
            guard value[0] == 0x22 || JSONNumber.double(value) != nil else {
                throw wrong(field, "must be a duration such as \"5m\" or a number of seconds")
            }
        case .timeout:
            guard let seconds = JSONNumber.double(value), seconds > 0, seconds.isFinite else {
                throw wrong(field, "must be a number of seconds above 0")
            }
            timeoutSeconds = seconds
        case .numRetries: numRetries = try requireInteger(field, value, in: 0...100)
        case .user, .parallelToolCalls, .ignored: break
        }
    }

    /// `num_ctx`: an unknown field, else a member of `options`, as the upstream is told it.
    mutating func readContext() throws(RequestFault) {
        for (list, path) in [(extras, "num_ctx"), (options, "options.num_ctx")] {
            guard let found = list.first(where: { [bytes] in bytes[$0.name].spells("num_ctx") }) else { continue }
            // As Ollama reads it: a fraction is cut off. A wrong type would be an error of the box's.
            guard let number = JSONNumber.double(bytes[found.value]), abs(number) < 1e9 else {
                throw RequestFault("`\(path)` must be a whole number of tokens", param: path)
            }
            if context == nil, number >= 1 { context = Int(number) }
        }
    }

    func wrong(_ field: Parameter, _ what: String) -> RequestFault {
        RequestFault("`\(field.openAIName)` \(what)", param: "\(field.openAIName)")
    }

    private func requireString(_ field: Parameter, _ value: UnsafeRawBufferPointer) throws(RequestFault) {
        guard value[0] == 0x22 else { throw wrong(field, "must be a string") }
    }

    private func requireObject(_ field: Parameter, _ value: UnsafeRawBufferPointer) throws(RequestFault) {
        guard value[0] == 0x7b else { throw wrong(field, "must be an object") }
    }

    private func requireBool(_ field: Parameter, _ value: UnsafeRawBufferPointer) throws(RequestFault) -> Bool {
        guard value[0] == 0x74 || value[0] == 0x66 else { throw wrong(field, "must be true or false") }
        return value[0] == 0x74
    }

    private func requireInteger(
        _ field: Parameter, _ value: UnsafeRawBufferPointer, in range: ClosedRange<Int>
    ) throws(RequestFault) -> Int {
        guard let number = JSONNumber.integer(value) else { throw wrong(field, "must be a whole number") }
        guard range.contains(number) else {
            throw wrong(
                field,
                range.upperBound == .max
                    ? "must be at least \(range.lowerBound)"
                    : "must be between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    /// At least 1, or -1 for none: servers of one's own know that, and ``Provider`` refuses it for others.
    private func requireLimit(_ field: Parameter, _ value: UnsafeRawBufferPointer) throws(RequestFault) -> Int {
        value.equals("-1") ? -1 : try requireInteger(field, value, in: 1...Int.max)
    }

    private func requireNumber(
        _ field: Parameter, _ value: UnsafeRawBufferPointer, in range: ClosedRange<Double>
    ) throws(RequestFault) {
        guard let number = JSONNumber.double(value) else { throw wrong(field, "must be a number") }
        guard range.contains(number) else {
            throw wrong(field, "must be between \(Int(range.lowerBound)) and \(Int(range.upperBound))")
        }
    }

    /// One string, or an array of strings, each of which has answers of its own.
    private mutating func checkPrompt(_ slice: JSONSlice) throws(RequestFault) {
        guard bytes[slice][0] == 0x5b else {
            try checkPromptText(slice)
            return fields.set(.prompt, slice)
        }
        var elements = 0
        try bytes.forEachElement(of: slice) { element throws(RequestFault) in
            elements += 1
            try checkPromptText(element)
            fields.set(.prompt, element)
        }
        guard elements > 0 else { throw wrong(.prompt, "must not be empty") }
        if elements > 1 { fields.set(.prompt, slice) }
    }

    private mutating func checkPromptText(_ prompt: JSONSlice) throws(RequestFault) {
        guard bytes[prompt][0] == 0x22 else {
            throw wrong(
                .prompt, "must be a string or an array of strings; token ids are not supported, send the text")
        }
        promptBytes += Int(prompt.count) - 2
    }

    private mutating func checkInput(_ slice: JSONSlice) throws(RequestFault) {
        let value = bytes[slice]
        var text = Int(slice.count)
        if value[0] == 0x5b {
            var elements = 0
            var strings = 0
            bytes.forEachElement(of: slice) { [bytes] element in
                elements += 1
                if bytes[element][0] == 0x22 { strings += 1 }
            }
            guard elements > 0 else { throw wrong(.input, "must not be empty") }
            guard strings == elements else {
                throw wrong(.input, "must hold strings; token ids are not supported, send the text")
            }
            text -= elements * 3
        } else {
            guard value[0] == 0x22 else { throw wrong(.input, "must be a string or an array of strings") }
        }
        promptBytes += text
    }

    /// Text, or items of many kinds, which are for whoever reads them to judge.
    private mutating func checkItems(_ slice: JSONSlice) throws(RequestFault) {
        let first = bytes[slice][0]
        guard first == 0x22 || first == 0x5b else { throw wrong(.input, "must be a string or an array of items") }
        promptBytes += ResponsesText.size(of: slice, in: bytes)
    }

    private func checkStop(_ slice: JSONSlice) throws(RequestFault) {
        let first = bytes[slice][0]
        if first == 0x22 { return }
        guard first == 0x5b else { throw wrong(.stop, "must be a string or an array of strings") }
        var strings = true
        bytes.forEachElement(of: slice) { [bytes] in strings = strings && bytes[$0][0] == 0x22 }
        guard strings else { throw wrong(.stop, "must be a string or an array of strings") }
    }

    private mutating func checkStreamOptions(_ slice: JSONSlice) throws(RequestFault) {
        try requireObject(.streamOptions, bytes[slice])
        guard let wanted = bytes.member("include_usage", of: slice) else { return }
        guard bytes[wanted][0] == 0x74 || bytes[wanted][0] == 0x66 else {
            throw RequestFault(
                "`stream_options.include_usage` must be true or false", param: "stream_options.include_usage")
        }
        includeUsage = bytes[wanted][0] == 0x74
    }

    private func checkResponseFormat(_ slice: JSONSlice) throws(RequestFault) {
        try requireObject(.answerFormat, bytes[slice])
        guard let type = bytes.member("type", of: slice) else {
            throw RequestFault("`response_format.type` is missing", param: "response_format.type")
        }
        if bytes[type].equals("\"text\"") || bytes[type].equals("\"json_object\"") { return }
        guard bytes[type].equals("\"json_schema\"") else {
            throw RequestFault(
                "`response_format.type` must be \"text\", \"json_object\" or \"json_schema\"",
                param: "response_format.type")
        }
        let schema = bytes.member("json_schema", of: slice).flatMap { bytes.member("schema", of: $0) }
        guard let schema, bytes[schema][0] == 0x7b else {
            throw RequestFault(
                "`response_format.json_schema.schema` must be a JSON Schema object",
                param: "response_format.json_schema")
        }
    }

    private func checkEffort(_ field: Parameter, _ value: UnsafeRawBufferPointer) throws(RequestFault) {
        guard ReasoningEffort(value) != nil else {
            throw wrong(field, "must be one of \(ReasoningEffort.names)")
        }
    }

    private func checkReasoning(_ slice: JSONSlice) throws(RequestFault) {
        try requireObject(.reasoning, bytes[slice])
        guard let effort = bytes.member("effort", of: slice) else { return }
        guard ReasoningEffort(bytes[effort]) != nil else {
            throw RequestFault("`reasoning.effort` must be one of \(ReasoningEffort.names)", param: "reasoning.effort")
        }
    }

    private func checkToolChoice(_ value: UnsafeRawBufferPointer) throws(RequestFault) {
        if value[0] == 0x7b { return }
        // Mistral's word for `required`, which many clients write to everybody.
        let words: [StaticString] = ["\"none\"", "\"auto\"", "\"required\"", "\"any\""]
        guard words.contains(where: { value.equals($0) }) else {
            throw wrong(.toolChoice, "must be \"none\", \"auto\", \"required\" or a named function")
        }
    }
}
