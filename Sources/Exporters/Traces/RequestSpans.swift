import Gateway
import Ledger
import Telemetry

/// The spans of one request.
struct RequestSpans {
    /// Numbers of spans below the request's that no attempt has: attempts are counted from 1.
    private enum Child {
        static let queue = 0x1_0000
        static let load = 0x1_0001
        static let prefill = 0x1_0002
        static let decode = 0x1_0003
    }

    private let record: RequestRecord
    private let prompt: ExportedPrompt?
    private let trace: RequestTrace
    private let pieces: TracePieces
    private let route: TracePieces.Route
    private let end: UInt64
    private let start: UInt64

    init(_ item: ExportRecord, _ trace: RequestTrace, _ pieces: TracePieces) {
        (record, prompt) = (item.record, item.prompt)
        self.trace = trace
        self.pieces = pieces
        route = pieces.route(record.front)
        end = UInt64(max(0, item.endedAt) * 1e9)
        start = end - min(end, UInt64(max(0, record.durationNanoseconds)))
    }

    func write(to out: inout ProtobufWriter) {
        writeRequest(to: &out)
        if record.queueNanoseconds > 0 {
            let span = begin(Child.queue, below: trace.own.span, "queue", to: &out)
            times(start, start + UInt64(record.queueNanoseconds), to: &out)
            out.close(span)
        }
        for failed in record.failedAttempts { writeFailed(failed, to: &out) }
        guard record.deployment >= 0, record.sentNanoseconds >= 0, record.attempts > record.failedAttempts.count,
            !record.failedAttempts.contains(where: { $0.number == last })
        else { return }
        writeAnswering(to: &out)
    }

    // MARK: - The request

    private func writeRequest(to out: inout ProtobufWriter) {
        let span = out.open(2)
        ids(trace.own.span, below: trace.parent, to: &out)
        times(start, end, to: &out)
        out.raw(route.request)
        out.attribute("http.response.status_code", record.status)
        record.callID.withBytes { out.attribute("drover.call_id", $0) }
        writeClient(to: &out)
        if let key = record.key { out.attribute("drover.key", key.bytes) }
        if record.cost > 0 { out.attribute("drover.cost_usd", Double(record.cost) / 1e12) }
        if record.fallbacks > 0 { out.attribute("drover.fallbacks", record.fallbacks) }
        if record.isConfined { out.attribute("drover.local_only", true) }
        out.raw(pieces.asked(record.model, work: route.work))
        if let prompt { out.attribute("gen_ai.input.messages", prompt.bytes) }
        if record.error >= 0 { out.attribute("error.type", pieces.errors[record.error]) }
        // A client's own fault is no error of the server's span.
        if record.outcome == .failed { status(to: &out) }
        out.close(span)
    }

    private func writeClient(to out: inout ProtobufWriter) {
        guard record.client.kind != .unknown else { return }
        var text = InlineArray<40, UInt8>(repeating: 0)
        var count = 0
        record.client.writeText {
            text[count] = $0
            count += 1
        }
        withUnsafeBytes(of: &text) { out.attribute("client.address", UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    // MARK: - Attempts

    private func writeFailed(_ failed: FailedAttempt, to out: inout ProtobufWriter) {
        let sent = start + UInt64(max(0, failed.sentNanoseconds))
        let ended = sent + UInt64(max(0, failed.durationNanoseconds))
        let span = begin(attempt: failed.number, on: failed.deployment, sent, ended, to: &out)
        // Part of its answer has reached the client.
        if failed.number == last, record.completionTokens > 0 { writeUsage(to: &out) }
        if failed.error >= 0 { out.attribute("error.type", pieces.errors[failed.error]) }
        if failed.isFault { status(to: &out) }
        out.close(span)
    }

    /// The place of the attempt that answered, among all. Of several at once none is known.
    private var last: Int { record.lastAttempt > 0 ? Int(record.lastAttempt) : record.attempts }

    private func writeAnswering(to out: inout ProtobufWriter) {
        let sent = start + UInt64(record.sentNanoseconds)
        let span = begin(attempt: last, on: record.deployment, sent, end, to: &out)
        out.raw(pieces.answering[record.deployment])
        writeUsage(to: &out)
        if record.timeToFirstTokenNanoseconds >= record.sentNanoseconds {
            let first = record.timeToFirstTokenNanoseconds &- record.sentNanoseconds
            out.attribute("gen_ai.response.time_to_first_chunk", Double(first) / 1e9)
        }
        out.close(span)
        var began = sent
        phase(Child.load, "load", record.loadNanoseconds, from: &began, to: &out)
        phase(Child.prefill, "prefill", record.prefillNanoseconds, from: &began, to: &out)
        phase(Child.decode, "decode", record.decodeNanoseconds, from: &began, to: &out)
    }

    private func writeUsage(to out: inout ProtobufWriter) {
        out.attribute("gen_ai.usage.input_tokens", record.promptTokens)
        out.attribute("gen_ai.usage.output_tokens", record.completionTokens)
    }

    /// One of the times that the instance has told, behind the one before.
    private func phase(
        _ child: Int, _ name: StaticString, _ spent: Int64, from began: inout UInt64, to out: inout ProtobufWriter
    ) {
        guard spent > 0 else { return }
        let span = begin(child, below: trace.child(last), name, to: &out)
        // An instance's own count may be longer than its answer took here.
        let ended = min(began + UInt64(spent), max(began, end))
        times(began, ended, to: &out)
        began = ended
        out.close(span)
    }

    private func begin(
        attempt number: Int, on deployment: Int, _ start: UInt64, _ end: UInt64, to out: inout ProtobufWriter
    ) -> Int {
        let span = out.open(2)
        ids(trace.child(number), below: trace.own.span, to: &out)
        times(start, end, to: &out)
        out.raw(pieces.attempt(on: deployment, work: route.work))
        out.raw(pieces.asked(record.model, work: route.work))
        return span
    }

    // MARK: - Parts of a span

    private func begin(
        _ child: Int, below parent: UInt64, _ name: StaticString, to out: inout ProtobufWriter
    ) -> Int {
        let span = out.open(2)
        ids(trace.child(child), below: parent, to: &out)
        out.name(name, .inside)
        return span
    }

    private func ids(_ span: UInt64, below parent: UInt64, to out: inout ProtobufWriter) {
        out.tag(1, .bytes)
        out.byte(16)
        out.id(trace.own.high)
        out.id(trace.own.low)
        out.tag(2, .bytes)
        out.byte(8)
        out.id(span)
        guard parent != 0 else { return }
        out.tag(4, .bytes)
        out.byte(8)
        out.id(parent)
    }

    private func times(_ start: UInt64, _ end: UInt64, to out: inout ProtobufWriter) {
        out.fixed64(7, start)
        out.fixed64(8, end)
    }

    /// `Status` with the code ERROR.
    private func status(to out: inout ProtobufWriter) {
        out.tag(15, .bytes)
        out.byte(2)
        out.tag(3, .varint)
        out.byte(2)
    }
}
