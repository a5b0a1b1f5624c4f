/// The places that one pass finds in a chunk of a stream or in a whole answer, and the changes that they need.
struct OpenAIChunk {
    /// A string or an object.
    private(set) var error = JSONSlice()
    /// The object itself is an error, as old servers write it.
    private(set) var isError = false
    /// An object.
    private(set) var usage = JSONSlice()
    /// `choices`, or the `data` of embeddings.
    private(set) var hasAnswer = false
    private(set) var hasChoice = false
    /// A choice has a message, a piece of one or a text, even an empty one, or says why it ends; or there are vectors.
    private(set) var hasContent = false
    /// A choice holds something that the model has written.
    private(set) var hasToken = false
    /// A choice calls a tool.
    private(set) var hasCalls = false
    /// A bit for each choice that is met, and for each that is finished.
    private(set) var met: UInt128 = 0
    private(set) var finished: UInt128 = 0
    /// The calls of a stream that have no number, or a null in the place of a word, each with its choice's.
    private(set) var loose: [(choice: Int, call: JSONSlice)] = []

    /// Reads an object and nothing else.
    ///
    /// - Parameters:
    ///   - model: what stands for `model`.
    ///   - edits: gets what has to be changed.
    /// - Returns: nil when it is not valid JSON, or no object.
    init?(_ bytes: UnsafeRawBufferPointer, model: [UInt8], edits: inout JSONEdits) {
        let isObject = JSONScanner.walkObject(bytes) { name, scanner in
            take(name, &scanner, in: bytes, model, &edits)
        }
        guard isObject else { return nil }
    }

    @inline(__always)
    private mutating func take(
        _ name: UnsafeRawBufferPointer, _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer,
        _ model: [UInt8], _ edits: inout JSONEdits
    ) -> Bool {
        if name.equals("choices"), scanner.byte == 0x5b {
            hasAnswer = true
            return takeChoices(&scanner, in: bytes, &edits)
        }
        guard let value = scanner.takeValue(depth: 1) else { return false }
        if name.equals("model") {
            edits.replace(value, with: .bytes(model))
        } else if name.equals("usage") {
            if bytes[value][0] == 0x7b { usage = value }
        } else if name.equals("error") {
            // Some name it in every answer, without one.
            if bytes[value][0] == 0x22 && value.count > 2 || bytes[value][0] == 0x7b { error = value }
        } else if name.equals("data") {
            if bytes[value][0] == 0x5b {
                hasAnswer = true
                hasContent = hasContent || !bytes.isEmptyContainer(value)
            }
        } else if name.equals("object") {
            isError = bytes[value].equals("\"error\"")
        } else if name.equals("x_groq"), usage.isAbsent {
            if let inner = bytes.member("usage", of: value), bytes[inner][0] == 0x7b { usage = inner }
        }
        return true
    }

    @inline(__always)
    private mutating func takeChoices(
        _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) -> Bool {
        scanner.position &+= 1
        var first = true
        while true {
            switch scanner.nextElement(first: &first) {
            case .fault: return false
            case .end: return true
            case .value:
                guard scanner.byte == 0x7b else {
                    guard scanner.skipValue(depth: 2) else { return false }
                    continue
                }
                hasChoice = true
                guard takeChoice(&scanner, in: bytes, &edits) else { return false }
            }
        }
    }

    private mutating func takeChoice(
        _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) -> Bool {
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        var index = 0
        var reason = JSONSlice()
        var calls = false
        var loose: [JSONSlice] = []
        loop: while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: return false
            case .end: break loop
            case .value:
                let label = bytes[name]
                if scanner.byte == 0x7b, label.equals("delta") || label.equals("message") {
                    hasContent = true
                    guard let message = OpenAIAnswerMessage(&scanner, in: bytes, &edits) else { return false }
                    hasToken = hasToken || message.hasToken
                    calls = message.hasCalls
                    hasCalls = hasCalls || calls
                    if label.equals("delta") { loose = message.loose }
                    continue
                }
                guard let value = scanner.takeValue(depth: 3) else { return false }
                if label.equals("finish_reason") {
                    if bytes[value][0] == 0x22 { reason = value }
                } else if label.equals("index") {
                    index = JSONNumber.integer(bytes[value]) ?? 0
                } else if label.equals("text") {
                    if bytes[value][0] == 0x22 { hasContent = true }
                    if bytes[value][0] == 0x22, value.count > 2 { hasToken = true }
                } else if label.equals("error"), bytes[value][0] == 0x7b {
                    error = value
                }
            }
        }
        let bit: UInt128 = 1 << UInt128(truncatingIfNeeded: max(0, min(index, 127)))
        met |= bit
        for call in loose { self.loose.append((index, call)) }
        if !reason.isAbsent { finish(reason, bit, afterCalls: calls, in: bytes, &edits) }
        return true
    }

    /// Notes that a choice has ended, and says why in OpenAI's words.
    private mutating func finish(
        _ reason: JSONSlice, _ bit: UInt128, afterCalls calls: Bool, in bytes: UnsafeRawBufferPointer,
        _ edits: inout JSONEdits
    ) {
        let text = bytes[reason]
        if reason.count == 2 {
            // xAI, at times, when it calls a tool; in a stream of others it stands for null.
            guard calls else { return }
            edits.replace(reason, with: .text("\"tool_calls\""))
        } else if text.equals("\"eos\"") {
            edits.replace(reason, with: .text("\"stop\""))
        } else if text.equals("\"model_length\"") {
            edits.replace(reason, with: .text("\"length\""))
        }
        finished |= bit
    }
}
