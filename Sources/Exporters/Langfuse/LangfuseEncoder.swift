import Dialects
import Gateway
import Ledger
public import Telemetry

/// Finished requests for Langfuse's `POST /api/public/ingestion`: of each a trace and a generation below it.
///
/// No answer is in it, and a prompt only where its record has one.
public struct LangfuseEncoder: ExportEncoder {
    private let names: @Sendable () -> TelemetryNames
    private var pieces = LangfusePieces()
    // Each of its own, since each remembers its last second.
    private var (endStamp, startStamp, firstStamp) = (TimeStamp(), TimeStamp(), TimeStamp())

    /// - Parameter names: the meaning of the indices in records, as it is now.
    public init(names: @escaping @Sendable () -> TelemetryNames) { self.names = names }

    /// One body with the events of all of these.
    public mutating func encode(_ items: ArraySlice<ExportRecord>) -> [UInt8]? {
        pieces.grow(to: names())
        let prompts = items.reduce(0) { $0 + ($1.prompt?.bytes.count ?? 0) }
        return [UInt8](unsafeUninitializedCapacity: 64 + items.count * pieces.longest + prompts) { buffer, count in
            var line = LineWriter(buffer.baseAddress!)
            line.write(#"{"batch":["#)
            for (number, item) in items.enumerated() {
                if number > 0 { line.write(byte: UInt8(ascii: ",")) }
                write(item, to: &line)
            }
            line.write("]}")
            count = line.count
        }
    }

    /// Langfuse says 207 and names those events that it has refused.
    public func refusals(in answer: [UInt8]) -> Int {
        guard let errors = JSONText(String(decoding: answer, as: UTF8.self))?.member("errors"),
            case .list(let refused) = errors.content
        else { return 0 }
        // Of a request's two events, which differ in the end of their ids, one is enough to miss it.
        let ids = refused.compactMap { error -> Substring? in
            guard case .text(let id)? = error.member("id")?.content else { return nil }
            return id.dropLast(2)
        }
        return Set(ids).count
    }

    private mutating func write(_ item: ExportRecord, to line: inout LineWriter) {
        let record = item.record
        let started = item.endedAt - Double(record.durationNanoseconds) / 1e9
        let operation = GenAIName.operation(of: record.front)
        line.write(#"{"id":""#)
        let event = Self.place(&line) { writeEvent(item, to: &$0) }
        line.write(#"-t","timestamp":""#)
        let end = Self.place(&line) { endStamp.write(item.endedAt, to: &$0) }
        line.write(#"","type":"trace-create","body":{"id":""#)
        let trace = Self.place(&line) { writeTrace(record, to: &$0) }
        line.write(#"","timestamp":""#)
        let start = Self.place(&line) { startStamp.write(started, to: &$0) }
        line.write(#"","name":""#)
        line.write(operation)
        line.write(#"","tags":["drover"],"metadata":{"call_id":""#)
        record.callID.withBytes { line.write($0) }
        if let key = record.key {
            line.write(#"","key":""#)
            line.write(key.bytes)
        }
        line.write(#""}}},{"id":""#)
        line.write(again: event)
        line.write(#"-g","timestamp":""#)
        line.write(again: end)
        line.write(#"","type":"generation-create","body":{"id":""#)
        line.write(again: event)
        line.write(#"","traceId":""#)
        line.write(again: trace)
        line.write(#"","name":""#)
        line.write(operation)
        line.write(#"","startTime":""#)
        line.write(again: start)
        line.write(#"","endTime":""#)
        line.write(again: end)
        if record.timeToFirstTokenNanoseconds >= 0 {
            line.write(#"","completionStartTime":""#)
            firstStamp.write(started + Double(record.timeToFirstTokenNanoseconds) / 1e9, to: &line)
        }
        line.write(#"","model":"#)
        line.write(pieces.model(record.model))
        if let prompt = item.prompt {
            line.write(#","input":"#)
            line.write(prompt.bytes)
        }
        writeNumbers(record, to: &line)
        pieces.writeEnd(record, to: &line)
        line.write("}}")
    }

    /// The place of what `body` writes, which may then be written again.
    @inline(__always)
    private static func place(_ line: inout LineWriter, _ body: (inout LineWriter) -> Void) -> Range<Int> {
        let start = line.count
        body(&line)
        return start..<line.count
    }

    private func writeNumbers(_ record: RequestRecord, to line: inout LineWriter) {
        line.write(#","usageDetails":{"input":"#)
        line.write(decimal: record.promptTokens)
        line.write(#","output":"#)
        line.write(decimal: record.completionTokens)
        line.write(#","total":"#)
        line.write(decimal: record.promptTokens &+ record.completionTokens)
        line.write(#"},"costDetails":{"total":"#)
        line.write(dollarsOf: record.cost)
        line.write(#"},"metadata":{"status":"#)
        line.write(decimal: record.status)
        line.write(record.stream ? #","stream":true,"attempts":"# : #","stream":false,"attempts":"#)
        line.write(decimal: record.attempts)
        line.write(#","fallbacks":"#)
        line.write(decimal: record.fallbacks)
        line.write(record.isConfined ? #","local_only":true,"queue_ms":"# : #","local_only":false,"queue_ms":"#)
        line.write(millisecondsOf: record.queueNanoseconds)
        if record.loadNanoseconds >= 0 {
            line.write(#","load_ms":"#)
            line.write(millisecondsOf: record.loadNanoseconds)
        }
        if record.prefillNanoseconds >= 0 {
            line.write(#","prefill_ms":"#)
            line.write(millisecondsOf: record.prefillNanoseconds)
        }
        if record.decodeNanoseconds >= 0 {
            line.write(#","decode_ms":"#)
            line.write(millisecondsOf: record.decodeNanoseconds)
        }
    }

    /// An event's id, which must not repeat, since a repeated one is not taken: a client's own call id may.
    private func writeEvent(_ item: ExportRecord, to line: inout LineWriter) {
        item.record.callID.withBytes { line.write($0) }
        line.write(byte: UInt8(ascii: "-"))
        line.write(decimal: Int(max(0, item.endedAt) * 1e6))
    }

    /// The caller's trace where it has said one, else the call: what a client names alike stands together.
    private func writeTrace(_ record: RequestRecord, to line: inout LineWriter) {
        guard let trace = record.trace, trace.parent != 0 else {
            return record.callID.withBytes { line.write($0) }
        }
        line.write(Array(trace.own.trace.utf8))
    }
}
