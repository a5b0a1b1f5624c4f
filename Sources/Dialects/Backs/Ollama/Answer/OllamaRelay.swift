import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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
        var bytes = bytes
        if framing.isBetweenEvents {
            let read = bytes.withUnsafeReadableBytes { relayRun($0, into: &out) }
            bytes.moveReaderIndex(forwardBy: read)
            if bytes.readableBytes == 0 { return .more }
        }
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

    /// Writes the lines for tokens with which the bytes begin, each as it stands but for the model's name: what lies between two
    /// names is one copy, and where the names are equal all of it is.
    ///
    /// - Returns: the bytes that were read.
    private mutating func relayRun(_ bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer) -> Int {
        guard work != .embedding else { return 0 }
        return OllamaPlainLine.writeRun(bytes, room: model.count, into: &out) { piece, scanner, writer in
            var copied = 0
            while let line = OllamaPlainLine(whole: &scanner, of: work) {
                if !line.content.isAbsent { sawPlainToken = true }
                reader.sawPlainLine()
                // With its quotes.
                let (name, rest) = (Int(line.model.start) - 1, Int(line.model.start) + Int(line.model.count) + 1)
                if isOwn(piece, name, rest) { continue }
                writer.write(UnsafeRawBufferPointer(rebasing: piece[copied..<name]))
                writer.write(model)
                copied = rest
            }
            writer.write(UnsafeRawBufferPointer(rebasing: piece[copied..<scanner.position]))
        }
    }

    /// Whether the client knows the model by this name, too, which stands there with its quotes.
    @inline(__always)
    private func isOwn(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        guard end - start == model.count, let name = bytes.baseAddress.map({ $0 + start }) else { return false }
        return model.withUnsafeBytes { memcmp(name, $0.baseAddress.unsafelyUnwrapped, end - start) == 0 }
    }

    /// Reads the objects of a line and writes each as a line.
    private mutating func relay(
        _ bytes: UnsafeRawBufferPointer, isCut: Bool, into out: inout ByteBuffer
    ) -> ReadOutcome {
        var scanner = JSONScanner(bytes)
        while scanner.hasMore() {
            let start = scanner.position
            var silence = SilentSink()
            let outcome = reader.read(bytes, from: &scanner, isCut: isCut, to: &silence, into: &out)
            if case .failed = outcome { return outcome }
            write(bytes, JSONSlice(from: start, to: scanner.position), into: &out)
            out.writeInteger(0x0a as UInt8)
            guard case .more = outcome else { return outcome }
        }
        return .more
    }

    /// Writes the object that is the answer; nothing where there is none.
    private mutating func relayWhole(_ bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer) -> ReadOutcome {
        var scanner = JSONScanner(bytes)
        var silence = SilentSink()
        while scanner.hasMore() {
            let start = scanner.position
            let outcome = reader.read(bytes, from: &scanner, isCut: true, isWhole: true, to: &silence, into: &out)
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
