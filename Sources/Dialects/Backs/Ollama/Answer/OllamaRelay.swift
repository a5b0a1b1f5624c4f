import NIOCore

/// An answer of one of Ollama's routes on its way to a client that speaks Ollama's dialect too: line by line, or whole, as the
/// instance wrote it, under the model's name as the client knows it.
///
/// All is read before it goes on: counts, times and the first token are seen, and an error is a fault and not passed on.
struct OllamaRelay: Answer {
    private var reader: OllamaReader
    private let work: Work
    private var framing = NDJSONFraming()
    /// The body so far, where it is no stream.
    private var body = GatheredBody()
    private var edits = JSONEdits()
    private var sawPlainToken = false
    private let isStream: Bool
    /// The new value of `model`, with quotes.
    private let model: [UInt8]

    /// - Parameters:
    ///   - model: the inside of the JSON string of the client's own name for the model.
    ///   - work: what was asked for.
    init(isStream: Bool, model: ByteBuffer, of work: Work) {
        reader = OllamaReader(work: work)
        self.work = work
        self.isStream = isStream
        self.model = [0x22] + Array(model.readableBytesView) + [0x22]
    }

    var sawFirstToken: Bool { sawPlainToken || reader.sawFirstToken }
    var usage: Usage { reader.usage }
    var timings: UpstreamTimings { reader.timings }

    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard isStream else { return body.add(bytes) ? .more : Self.endless }
        var outcome = ReadOutcome.more
        // Taken out while it calls back.
        var framing = NDJSONFraming()
        swap(&framing, &self.framing)
        defer { self.framing = framing }
        let isSound = framing.feed(bytes) { _, line in
            outcome = relay(line, isCut: false, into: &out)
            if case .more = outcome { return true }
            return false
        }
        if case .more = outcome, !isSound { return Self.endless }
        return AnswerTranslator.Progress(outcome)
    }

    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        var outcome = ReadOutcome.more
        if isStream {
            var framing = NDJSONFraming()
            swap(&framing, &self.framing)
            framing.finish { _, line in outcome = relay(line, isCut: true, into: &out) }
        } else {
            outcome = body.take().withUnsafeReadableBytes { relayWhole($0, into: &out) }
        }
        if case .more = outcome { return AnswerTranslator.cut }
        return AnswerTranslator.Progress(outcome)
    }

    private static let endless = AnswerTranslator.Progress.failed(
        UpstreamFault(kind: .malformed, status: 200, message: "\(OllamaReader.subject) has no end"))

    /// Reads the objects of a line and writes each as a line.
    @inline(__always)
    private mutating func relay(
        _ bytes: UnsafeRawBufferPointer, isCut: Bool, into out: inout ByteBuffer
    ) -> ReadOutcome {
        var scanner = JSONScanner(bytes)
        while scanner.hasMore() {
            let start = scanner.position
            if let line = OllamaPlainLine(&scanner, of: work) {
                if !line.content.isAbsent { sawPlainToken = true }
                reader.sawPlainLine()
                let name = Int(line.model.start) - 1
                let rest = Int(line.model.start) + Int(line.model.count) + 1
                out.compose(atMost: scanner.position - start + model.count + 1) { writer in
                    writer.write(UnsafeRawBufferPointer(rebasing: bytes[start..<name]))
                    writer.write(model)
                    writer.write(UnsafeRawBufferPointer(rebasing: bytes[rest..<scanner.position]))
                    writer.write(byte: 0x0a)
                }
                continue
            }
            let outcome = relayAny(bytes, from: &scanner, isCut: isCut, into: &out)
            guard case .more = outcome else { return outcome }
        }
        return .more
    }

    @inline(never)
    private mutating func relayAny(
        _ bytes: UnsafeRawBufferPointer, from scanner: inout JSONScanner, isCut: Bool, into out: inout ByteBuffer
    ) -> ReadOutcome {
        let start = scanner.position
        var silence = SilentSink()
        let outcome = reader.read(bytes, from: &scanner, isCut: isCut, to: &silence, into: &out)
        if case .failed = outcome { return outcome }
        write(bytes, JSONSlice(from: start, to: scanner.position), into: &out)
        out.writeInteger(0x0a as UInt8)
        return outcome
    }

    /// Writes the object that is the answer; nothing where there is none.
    private mutating func relayWhole(_ bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer) -> ReadOutcome {
        var scanner = JSONScanner(bytes)
        var silence = SilentSink()
        while scanner.hasMore() {
            let start = scanner.position
            let outcome = reader.read(bytes, from: &scanner, isCut: true, to: &silence, into: &out)
            switch outcome {
            case .more: continue
            case .failed: return outcome
            case .done:
                write(bytes, JSONSlice(from: start, to: scanner.position), into: &out)
                return outcome
            }
        }
        return .more
    }

    /// Writes an object under the client's name for the model.
    private mutating func write(_ bytes: UnsafeRawBufferPointer, _ object: JSONSlice, into out: inout ByteBuffer) {
        edits.removeAll()
        bytes.forEachMember(of: object) { name, value in
            if bytes[name].equals("model") { edits.replace(value, with: .bytes(model)) }
        }
        let start = Int(object.start)
        let end = start + Int(object.count)
        out.compose(atMost: end - start + edits.added) { writer in
            edits.write(bytes, from: start, to: end, to: &writer)
        }
    }
}
