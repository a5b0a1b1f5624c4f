import NIOCore

/// Reads answers of the Gemini API. An event of a stream and a whole answer have one shape, a `GenerateContentResponse`.
///
/// A stream has no last word: the body ends after an event with a `finishReason`, mostly the one with the final
/// counts. Translators in front of Gemini are known to give early ones too, so the answer is finished when the body ends.
struct GeminiReader: AnswerReader {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()
    private let work: Work
    private var finish: FinishReason?

    init(work: Work) { self.work = work }

    mutating func readEvent<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome {
        guard JSONScanner.isValid(data) else { return Self.malformed("is not valid JSON") }
        return read(data, to: &sink, into: &out)
    }

    mutating func readWhole<Sink: AnswerSink>(
        _ body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        guard JSONScanner.isValid(body) else { return Self.malformed("is not valid JSON") }
        if work == .embedding { return readEmbeddings(body, to: &sink, into: &out) }
        let outcome = read(body, to: &sink, into: &out)
        guard case .more = outcome else { return outcome }
        return readEnd(to: &sink, into: &out)
    }

    mutating func readEnd<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) -> ReadOutcome {
        guard let finish else { return .more }
        sawFirstToken = true
        sink.finish(AnswerEnd(reason: finish, usage: usage), into: &out)
        return .done
    }

    private mutating func read<Sink: AnswerSink>(
        _ bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        guard let response = GeminiFault.object(bytes) else { return Self.malformed("is not one of Gemini's") }
        var candidates = JSONSlice()
        var feedback = JSONSlice()
        var error = JSONSlice()
        var isSound = true
        bytes.forEachMember(of: response) { name, value in
            let name = bytes[name]
            if name.equals("candidates") {
                if bytes[value][0] == 0x5b { candidates = value } else { isSound = false }
            } else if name.equals("usageMetadata"), bytes[value][0] == 0x7b {
                usage = Self.usage(bytes, value)
            } else if name.equals("promptFeedback") {
                feedback = value
            } else if name.equals("error"), !bytes[value].equals("null") {
                error = value
            }
        }
        if !error.isAbsent { return .failed(GeminiFault.inAnswer(bytes, error)) }
        guard isSound else { return Self.malformed("has candidates that are none") }
        if candidates.isAbsent || bytes.isEmptyContainer(candidates) {
            guard let reason = bytes.member("blockReason", of: feedback) else { return .more }
            return .failed(GeminiFault.blocked(bytes, feedback, reason))
        }
        // One answer was asked for.
        var candidate: JSONSlice?
        bytes.forEachElement(of: candidates) { other in
            guard candidate == nil, bytes[other][0] == 0x7b else { return }
            let index = bytes.member("index", of: other)
            if index.map({ bytes[$0].equals("0") }) ?? true { candidate = other }
        }
        return candidate.map { read($0, of: bytes, to: &sink, into: &out) } ?? .more
    }

    private mutating func read<Sink: AnswerSink>(
        _ candidate: JSONSlice, of bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        var logprobs = bytes.member("logprobsResult", of: candidate).flatMap { GeminiLogprobs.list(bytes, $0) }
        var isSound = true
        bytes.forEachMember(of: candidate) { name, value in
            if bytes[name].equals("content"), bytes[value][0] != 0x7b { isSound = false }
        }
        guard isSound else { return Self.malformed("has a candidate whose content is none") }
        let parts = bytes.member("content", of: candidate).flatMap { bytes.member("parts", of: $0) }
        if let parts, bytes[parts][0] == 0x5b {
            bytes.forEachElement(of: parts) { part in
                read(part: part, of: bytes, logprobs: &logprobs, to: &sink, into: &out)
            }
        }
        if let list = logprobs {
            // No text came to go with them.
            list.withUnsafeReadableBytes {
                sink.content(UnsafeRawBufferPointer(start: nil, count: 0), logprobs: $0, into: &out)
            }
        }
        guard let reason = bytes.member("finishReason", of: candidate) else { return .more }
        switch GeminiFinish(bytes[reason]) {
        case .answer(let reason): finish = reason
        case .fault(let kind):
            let words = bytes.member("finishMessage", of: candidate).flatMap { GeminiFault.words(bytes, $0) }
            let named = "the model stopped with \(String(decoding: bytes[reason], as: UTF8.self))"
            return .failed(UpstreamFault(kind: kind, status: 200, message: words ?? named))
        case nil: break
        }
        return .more
    }

    private mutating func read<Sink: AnswerSink>(
        part: JSONSlice, of bytes: UnsafeRawBufferPointer, logprobs: inout ByteBuffer?, to sink: inout Sink,
        into out: inout ByteBuffer
    ) {
        guard bytes[part][0] == 0x7b else { return }
        var text: UnsafeRawBufferPointer?
        var isThought = false
        var signature: UnsafeRawBufferPointer?
        var call: JSONSlice?
        var blob: JSONSlice?
        bytes.forEachMember(of: part) { name, value in
            let name = bytes[name]
            let string = bytes[value][0] == 0x22 && value.count > 2 ? bytes[value.unquoted] : nil
            if name.equals("text") {
                text = string
            } else if name.equals("thought") {
                isThought = bytes[value].equals("true")
            } else if name.equals("thoughtSignature") {
                signature = string
            } else if name.equals("functionCall") {
                call = value
            } else if name.equals("inlineData") {
                blob = value
            }
        }
        if let call { return read(call: call, signature: signature, of: bytes, to: &sink, into: &out) }
        if let text {
            sawFirstToken = true
            if isThought {
                sink.reasoning(text, into: &out)
            } else if let list = logprobs.take() {
                list.withUnsafeReadableBytes { sink.content(text, logprobs: $0, into: &out) }
            } else {
                sink.content(text, logprobs: nil, into: &out)
            }
        }
        // Pictures drawn while it thinks are drafts.
        if let blob, !isThought { read(blob: blob, of: bytes, to: &sink, into: &out) }
        guard let signature else { return }
        if isThought { sink.signature(signature, into: &out) } else { sink.textSignature(signature, into: &out) }
    }

    private mutating func read<Sink: AnswerSink>(
        call: JSONSlice, signature: UnsafeRawBufferPointer?, of bytes: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) {
        guard let name = bytes.member("name", of: call), bytes[name][0] == 0x22 else { return }
        var id = bytes.member("id", of: call)
        if let found = id, bytes[found][0] != 0x22 || found.count == 2 { id = nil }
        let arguments = bytes.member("args", of: call)
        let none: StaticString = "{}"
        sawFirstToken = true
        sink.toolCall(
            AnswerToolCall(
                id: id.map { bytes[$0.unquoted] }, name: bytes[name.unquoted],
                arguments: arguments.map { bytes[$0] }
                    ?? UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount),
                signature: signature),
            into: &out)
    }

    /// Pictures alone: sound was not asked for.
    private mutating func read<Sink: AnswerSink>(
        blob: JSONSlice, of bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        guard let type = bytes.member("mimeType", of: blob), bytes[type][0] == 0x22,
            let data = bytes.member("data", of: blob), bytes[data][0] == 0x22,
            JSONString.decode(bytes[type.unquoted]).hasPrefix("image/")
        else { return }
        sawFirstToken = true
        sink.image(bytes[type.unquoted], bytes[data.unquoted], into: &out)
    }

    private mutating func readEmbeddings<Sink: AnswerSink>(
        _ bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        guard let response = GeminiFault.object(bytes) else { return Self.malformed("is not one of Gemini's") }
        if let error = bytes.member("error", of: response) { return .failed(GeminiFault.inAnswer(bytes, error)) }
        guard let list = bytes.member("embeddings", of: response), bytes[list][0] == 0x5b else {
            return Self.malformed("has no embeddings")
        }
        var rows = ByteBuffer()
        var isSound = true
        bytes.forEachElement(of: list) { embedding in
            guard let values = bytes.member("values", of: embedding), bytes[values][0] == 0x5b else {
                isSound = false
                return
            }
            rows.writeStaticString(rows.readableBytes == 0 ? "[" : ",")
            rows.writeBytes(bytes[values])
        }
        guard isSound, rows.readableBytes > 0 else { return Self.malformed("has no embeddings") }
        rows.writeStaticString("]")
        // It mostly counts nothing here.
        if let counts = bytes.member("usageMetadata", of: response) { usage = Self.usage(bytes, counts) }
        sawFirstToken = true
        rows.withUnsafeReadableBytes { sink.embeddings($0, into: &out) }
        sink.finish(AnswerEnd(reason: .stop, usage: usage), into: &out)
        return .done
    }

    private static func usage(_ bytes: UnsafeRawBufferPointer, _ counts: JSONSlice) -> Usage {
        var prompt = 0
        var tools = 0
        var written = 0
        var total = 0
        var usage = Usage()
        bytes.forEachMember(of: counts) { name, value in
            let name = bytes[name]
            // No count is so large that sums overflow.
            let count = min(1 << 40, max(0, JSONNumber.integer(bytes[value]) ?? 0))
            if name.equals("promptTokenCount") {
                prompt = count
            } else if name.equals("toolUsePromptTokenCount") {
                tools = count
            } else if name.equals("candidatesTokenCount") {
                written = count
            } else if name.equals("thoughtsTokenCount") {
                usage.reasoningTokens = count
            } else if name.equals("cachedContentTokenCount") {
                usage.cachedTokens = count
            } else if name.equals("totalTokenCount") {
                total = count
            }
        }
        usage.promptTokens = prompt + tools
        // Some models count their thoughts among the candidates' tokens: then the total is reached without them.
        let hasThoughts = total == prompt + tools + written
        usage.completionTokens = hasThoughts ? max(written, usage.reasoningTokens) : written + usage.reasoningTokens
        return usage
    }

    private static func malformed(_ how: String) -> ReadOutcome {
        .failed(UpstreamFault(kind: .malformed, status: 200, message: "the provider's answer \(how)"))
    }
}
