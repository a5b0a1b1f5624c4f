public import Gateway
import Logging

/// The counters and the log buffer of one event loop: written without a lock, since only that loop touches them.
///
/// Not `Sendable`: it is made on its loop, used on its loop, and gives others only copies (`snapshot()`).
///
/// Its properties are not checked for exclusive access at run time, since no access can meet another: only that loop has
/// them, and what changes them (counting, writing a line, handing a chunk over) knows nothing of this object.
public final class LoopTelemetry: RequestObserver {
    private let telemetry: Telemetry
    @exclusivity(unchecked) private var counters: LoopCounters
    @exclusivity(unchecked) private var lines: RequestLines
    @exclusivity(unchecked) private var chunk: LogChunk
    private let logsRequests: Bool
    private let inbox: ExportInbox?
    @exclusivity(unchecked) private var exported: [ExportRecord] = []

    init(telemetry: Telemetry, names: TelemetryNames) {
        self.telemetry = telemetry
        counters = LoopCounters(names)
        lines = RequestLines(names, format: telemetry.sink.format)
        chunk = telemetry.sink.emptyChunk(capacity: 4 * lines.longest)
        logsRequests = telemetry.level <= .info
        inbox = telemetry.inbox
    }

    // Lines are written, or counted as dropped, but never lost without a word.
    deinit { flush() }

    /// Counts a finished request and writes its log line. Under half a microsecond, no allocation, no lock but once per 64 KB.
    public func finished(_ record: RequestRecord) { finished(record, prompt: nil) }

    /// The same, with what was asked for exporters that are to know.
    public func finished(_ record: RequestRecord, prompt: [UInt8]?) {
        if !counters.covers(record) { grow() }
        counters.count(record)
        if inbox != nil { keep(record, prompt) }
        guard logsRequests else { return }
        if chunk.room < lines.longest { handOver() }
        var line = LineWriter(chunk.base, count: chunk.count)
        lines.write(record, at: telemetry.unixSeconds(), to: &line)
        chunk.count = line.count
        chunk.lines += 1
    }

    /// Hands what is in the buffer to the writer thread. The loop's tick calls it, every 100 ms or so; when nothing was logged
    /// it costs nothing.
    public func flush() {
        if chunk.count > 0 { handOver() }
        if logsRequests { lines.memory = telemetry.memory }
        if !exported.isEmpty { handOverExported() }
    }

    /// A copy of the counters, for `Telemetry.prometheus`.
    public func snapshot() -> LoopSnapshot { LoopSnapshot(counters) }

    private func keep(_ record: RequestRecord, _ prompt: [UInt8]?) {
        if exported.capacity == 0 { exported.reserveCapacity(ExportInbox.batch) }
        var item = ExportRecord(record, endedAt: telemetry.unixSeconds())
        if let prompt { item.prompt = inbox?.prompts?.keep(prompt) }
        exported.append(item)
        if exported.count == ExportInbox.batch { handOverExported() }
    }

    private func handOverExported() {
        inbox?.offer(exported)
        exported = []
    }

    private func handOver() { chunk = telemetry.sink.exchange(chunk) }

    /// Takes up the names as they are now.
    public func adoptNames() { grow() }

    /// Names were added since this loop last looked.
    private func grow() {
        let names = telemetry.names
        counters.grow(to: names)
        lines.grow(to: names)
        if chunk.capacity < 4 * lines.longest {
            flush()
            chunk = telemetry.sink.emptyChunk(capacity: 4 * lines.longest)
        }
    }
}

@available(*, unavailable)
extension LoopTelemetry: Sendable {}
