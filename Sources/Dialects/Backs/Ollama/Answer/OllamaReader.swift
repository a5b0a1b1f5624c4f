import NIOCore

/// Reads Ollama's native answers, object by object, and tells a sink what is in them.
///
/// A line is one object, and so is a whole answer; several one behind the other are read in turn.
struct OllamaReader: AnswerReader {
    static var subject: String { "the instance's answer" }

    private let work: Work
    /// Off only to show that it makes no difference.
    var knowsPlainLines = true
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()
    private(set) var timings = UpstreamTimings()
    /// A message, or a response, has come, even an empty one.
    private var sawText = false
    /// Whether arguments of calls that are no JSON are mended.
    var mendsCalls = false
    private(set) var mendedCalls = 0
    private(set) var brokenCall: [UInt8]?

    init(work: Work) { self.work = work }

    /// A line for a token was read elsewhere.
    @inline(__always)
    mutating func sawPlainLine() { sawText = true }

    mutating func readRun<Sink: AnswerSink>(
        _ bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> Int {
        guard knowsPlainLines, work != .embedding, let room = sink.tokenRoom else { return 0 }
        return OllamaPlainLine.writeRun(bytes, room: room, into: &out) { piece, scanner, writer in
            while let line = OllamaPlainLine(whole: &scanner, of: work) {
                sawText = true
                guard !line.content.isAbsent else { continue }
                sawFirstToken = true
                sink.token(piece[line.content], to: &writer)
            }
        }
    }

    @inline(__always)
    mutating func readEvent<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome { readAll(data, isCut: false, to: &sink, into: &out) }

    mutating func readRest<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome { readAll(data, isCut: true, to: &sink, into: &out) }

    mutating func readWhole<Sink: AnswerSink>(
        _ body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome { readAll(body, isCut: true, isWhole: true, to: &sink, into: &out) }

    /// Reads the objects of a line, or of a body. Blanks are nothing.
    ///
    /// - Parameter isCut: whether nothing said that the bytes end here, so that half an object is the upstream's end.
    @inline(__always)
    private mutating func readAll<Sink: AnswerSink>(
        _ bytes: UnsafeRawBufferPointer, isCut: Bool, isWhole: Bool = false, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome {
        var scanner = JSONScanner(bytes)
        while scanner.hasMore() {
            let outcome = read(bytes, from: &scanner, isCut: isCut, isWhole: isWhole, to: &sink, into: &out)
            guard case .more = outcome else { return outcome }
        }
        return .more
    }

    /// Reads one object. The sink hears of it only when all of it is sound.
    ///
    /// - Parameters:
    ///   - isCut: whether half an object means that the upstream went away.
    ///   - isWhole: whether it is no stream, of which no line is plain: looking would read the text twice.
    @inline(__always)
    mutating func read<Sink: AnswerSink>(
        _ bytes: UnsafeRawBufferPointer, from scanner: inout JSONScanner, isCut: Bool, isWhole: Bool = false,
        to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        if !isWhole, knowsPlainLines, work != .embedding, let line = OllamaPlainLine(&scanner, of: work) {
            if !line.content.isAbsent {
                sawFirstToken = true
                sink.content(bytes[line.content], logprobs: nil, into: &out)
            } else {
                sawText = true
            }
            return .more
        }
        let line: OllamaLine
        do {
            line = try OllamaLine(&scanner, in: bytes)
        } catch {
            return .failed(malformed(error, scanner, isCut: isCut))
        }
        if !line.error.isAbsent { return .failed(OllamaFault.inAnswer(bytes, line.error)) }
        if work == .embedding {
            if !line.embedding.isAbsent {
                // One vector, of the older route.
                let rows = [0x5b] + Array(bytes[line.embedding]) + [0x5d]
                rows.withUnsafeBytes { sink.embeddings($0, into: &out) }
                return finish(line, to: &sink, in: bytes, into: &out)
            }
            guard !line.embeddings.isAbsent else { return .failed(malformed(.notAnAnswer, scanner, isCut: isCut)) }
            sink.embeddings(bytes[line.embeddings], into: &out)
            return finish(line, to: &sink, in: bytes, into: &out)
        }
        // Old releases end a stream with a line without one; an answer that never had any is none.
        sawText = sawText || line.hasText || sawFirstToken
        guard line.hasText || line.saysDone && (!line.isDone || sawText || line.isOfLoad(in: bytes)) else {
            return .failed(malformed(.notAnAnswer, scanner, isCut: isCut))
        }
        if !line.thinking.isAbsent {
            sawFirstToken = true
            sink.reasoning(bytes[line.thinking], into: &out)
        }
        if !line.content.isAbsent || !line.logprobs.isAbsent {
            sawFirstToken = true
            let logprobs = line.logprobs.isAbsent ? nil : bytes[line.logprobs]
            sink.content(bytes[line.content], logprobs: logprobs, into: &out)
        }
        if !line.toolCalls.isAbsent {
            sawFirstToken = true
            // Until its end has come nobody knows whether the answer was cut off.
            let isCut = !line.isDone || bytes[line.doneReason].equals("length")
            call(line.toolCalls, isCut: isCut, in: bytes, to: &sink, into: &out)
        }
        return line.isDone ? finish(line, to: &sink, in: bytes, into: &out) : .more
    }

    private mutating func finish<Sink: AnswerSink>(
        _ line: OllamaLine, to sink: inout Sink, in bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) -> ReadOutcome {
        sawFirstToken = true
        usage = line.usage
        timings = line.timings
        // `load`, `unload` and none at all (old releases) are ends like any other.
        let reason: FinishReason = bytes[line.doneReason].equals("length") ? .length : .stop
        sink.finish(AnswerEnd(reason: reason, usage: usage, timings: timings), into: &out)
        return .done
    }

    private mutating func call<Sink: AnswerSink>(
        _ calls: JSONSlice, isCut: Bool, in bytes: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) {
        bytes.forEachElement(of: calls) { call in
            guard let function = bytes.member("function", of: call),
                let name = bytes.member("name", of: function), bytes[name][0] == 0x22
            else { return }
            var id = bytes.member("id", of: call)
            if let found = id, bytes[found][0] != 0x22 || found.count == 2 { id = nil }
            let arguments = bytes.member("arguments", of: function)
            let none: StaticString = "{}"
            func tell(_ arguments: UnsafeRawBufferPointer) {
                sink.toolCall(
                    AnswerToolCall(
                        id: id.map { bytes[$0.unquoted] }, name: bytes[name.unquoted], arguments: arguments),
                    into: &out)
            }
            // A box writes an object; others that speak like it write a string.
            if mendsCalls, let arguments, bytes[arguments][0] == 0x22,
                let mended = ArgumentsRepair.mended(bytes[arguments.unquoted], isCut: isCut)
            {
                mendedCalls += 1
                ([0x22] + mended + [0x22]).withUnsafeBytes { tell($0) }
                return
            }
            if mendsCalls, !isCut, let arguments, bytes[arguments][0] == 0x22 {
                brokenCall = brokenCall ?? ArgumentsRepair.unreadable(bytes[arguments.unquoted])
            }
            tell(
                arguments.map { bytes[$0] }
                    ?? UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount))
        }
    }

    private func malformed(_ reason: OllamaLine.Malformed, _ scanner: JSONScanner, isCut: Bool) -> UpstreamFault {
        switch reason {
        case .notAnAnswer:
            UpstreamFault(kind: .malformed, status: 200, message: "the instance's answer is not one of Ollama's")
        case .notJSON:
            UpstreamFault(
                kind: isCut && scanner.fault?.reason == .endsEarly ? .incomplete : .malformed, status: 200,
                message: "the instance's answer is not valid JSON: \(scanner.fault.map { "\($0)" } ?? "")")
        }
    }
}
