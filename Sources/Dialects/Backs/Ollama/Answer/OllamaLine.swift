/// One JSON object of an answer of one of Ollama's routes that run a model, taken apart but not decoded.
struct OllamaLine {
    private(set) var content = JSONSlice()
    private(set) var thinking = JSONSlice()
    private(set) var toolCalls = JSONSlice()
    private(set) var logprobs = JSONSlice()
    private(set) var embeddings = JSONSlice()
    /// The one vector of `/api/embeddings`.
    private(set) var embedding = JSONSlice()
    private(set) var error = JSONSlice()
    private(set) var doneReason = JSONSlice()
    /// Whether it says `done`, true or false.
    private(set) var saysDone = false
    private(set) var isDone = false
    /// Whether it has a message, or a response, even an empty one.
    private(set) var hasText = false
    private(set) var usage = Usage()
    private(set) var timings = UpstreamTimings()

    /// Reads the object at hand.
    ///
    /// - Throws: `Malformed`.
    @inline(__always)
    init(_ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer) throws(Malformed) {
        guard scanner.skipSpace() else { throw .notJSON }
        guard scanner.byte == 0x7b else { throw scanner.skipValue(depth: 0) ? .notAnAnswer : .notJSON }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .notJSON
            case .end: return
            case .value: try take(bytes[name], &scanner, in: bytes)
            }
        }
    }

    /// Whether it ends a request that only loads the model, or unloads it: nothing is said in its answer.
    func isOfLoad(in bytes: UnsafeRawBufferPointer) -> Bool {
        bytes[doneReason].equals("load") || bytes[doneReason].equals("unload")
    }

    /// The other kinds of line.
    enum Malformed: Error { case notJSON, notAnAnswer }

    @inline(__always)
    private mutating func take(
        _ name: UnsafeRawBufferPointer, _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer
    ) throws(Malformed) {
        if name.count == 7, name.equals("message"), scanner.byte == 0x7b {
            return try readMessage(&scanner, in: bytes)
        }
        if scanner.byte &- 0x30 < 10, takeCount(name, &scanner) { return }
        guard let value = scanner.takeValue(depth: 1) else { throw .notJSON }
        switch name.count {
        // An object, which was read above, or nothing that an instance writes.
        case 7: if name.equals("message") { throw .notAnAnswer }
        case 4: if name.equals("done") { try takeDone(bytes[value]) }
        case 5: if name.equals("error"), !bytes[value].equals("null"), value.count > 2 { error = value }
        case 8:
            if name.equals("response") {
                guard bytes[value][0] == 0x22 else { throw .notAnAnswer }
                hasText = true
                try takeString(&content, value, in: bytes)
            } else if name.equals("thinking") {
                try takeString(&thinking, value, in: bytes)
            } else if name.equals("logprobs") {
                takeArray(&logprobs, value, in: bytes)
            }
        case 9:
            if name.equals("embedding") {
                guard bytes[value][0] == 0x5b else { throw .notAnAnswer }
                embedding = value
            }
        case 10:
            if name.equals("tool_calls") {
                takeArray(&toolCalls, value, in: bytes)
            } else if name.equals("embeddings") {
                guard bytes[value][0] == 0x5b else { throw .notAnAnswer }
                embeddings = value
            }
        case 11: if name.equals("done_reason") { try takeString(&doneReason, value, in: bytes) }
        default: break
        }
    }

    @inline(__always)
    private mutating func readMessage(
        _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer
    ) throws(Malformed) {
        hasText = true
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .notJSON
            case .end: return
            case .value:
                guard let value = scanner.takeValue(depth: 2) else { throw .notJSON }
                if bytes[name].equals("content") {
                    try takeString(&content, value, in: bytes)
                } else if bytes[name].equals("thinking") {
                    try takeString(&thinking, value, in: bytes)
                } else if bytes[name].equals("tool_calls") {
                    takeArray(&toolCalls, value, in: bytes)
                }
            }
        }
    }

    private mutating func takeDone(_ value: UnsafeRawBufferPointer) throws(Malformed) {
        guard value[0] == 0x74 || value[0] == 0x66 else { throw .notAnAnswer }
        saysDone = true
        isDone = value[0] == 0x74
    }

    /// Keeps a string's inside; an empty one and `null` are none.
    @inline(__always)
    private func takeString(
        _ slice: inout JSONSlice, _ value: JSONSlice, in bytes: UnsafeRawBufferPointer
    ) throws(Malformed) {
        guard bytes[value][0] == 0x22 else {
            guard bytes[value][0] == 0x6e else { throw .notAnAnswer }
            return
        }
        slice = value.unquoted
    }

    private func takeArray(_ slice: inout JSONSlice, _ value: JSONSlice, in bytes: UnsafeRawBufferPointer) {
        if bytes[value][0] == 0x5b, !bytes.isEmptyContainer(value) { slice = value }
    }

    /// No count is so large that sums overflow.
    private static let mostCounted = 1 << 40

    /// Takes one of the counts and times, which are read as they are passed over; false, and nothing taken, for any other member. What
    /// is no whole number of zero or more is none of them, and counts as zero.
    private mutating func takeCount(_ name: UnsafeRawBufferPointer, _ scanner: inout JSONScanner) -> Bool {
        let start = scanner.position
        guard let value = scanner.takeDigits(most: Self.mostCounted) else { return false }
        switch name.count {
        case 10 where name.equals("eval_count"): usage.completionTokens = value
        case 13 where name.equals("eval_duration"): timings.evalNanoseconds = Int64(value)
        case 13 where name.equals("load_duration"): timings.loadNanoseconds = Int64(value)
        case 14 where name.equals("total_duration"): timings.totalNanoseconds = Int64(value)
        case 17 where name.equals("prompt_eval_count"): usage.promptTokens = value
        case 20 where name.equals("prompt_eval_duration"): timings.promptEvalNanoseconds = Int64(value)
        default:
            scanner.position = start
            return false
        }
        return true
    }
}
