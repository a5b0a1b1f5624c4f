import Gateway
import Glibc
import Logging
import Telemetry

/// A telemetry that writes into a pipe, to be read back.
struct TelemetryBench {
    static let names = TelemetryNames(
        models: ["llama3", #"we"ird"#],
        instances: [.init(name: "gpu-1:11434", provider: "ollama"), .init(name: #"b\2"#, provider: "ollama")],
        deployments: [.init(model: 0, instance: 0), .init(model: 0, instance: 1), .init(model: 1, instance: 1)],
        errors: ["invalid_request", "upstream_failed"])

    let telemetry: Telemetry
    private let reading: Int32
    private let writing: Int32

    init(
        _ format: LogFormat = .json, level: Logger.Level = .info, names: TelemetryNames = TelemetryBench.names,
        unixSeconds: Double = 1_795_435_200.123
    ) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        let sink = LogSink(descriptor: writing, format: format, maximumQueuedBytes: 1 << 20)
        telemetry = Telemetry(names: names, sink: sink, level: level, unixSeconds: { unixSeconds })
    }

    /// Ends the log and answers what was written.
    func written() -> String {
        readAll(reading) { [telemetry, writing] in
            telemetry.sink.close()
            close(writing)
        }
    }
}

/// Reads a pipe to its end on this thread while another runs `ending`, which is to close the other side; then closes this side.
///
/// A thread, not a task: both may block, and there are only as many threads for tasks as there are cores.
func readAll(_ descriptor: Int32, _ ending: @escaping @Sendable () -> Void) -> String {
    final class Work {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Work(ending)).toOpaque()
    pthread_create(
        &thread, nil,
        { context in
            Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().run()
            return nil
        }, context)
    defer { pthread_join(thread, nil) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
        let got = read(descriptor, &piece, piece.count)
        if got <= 0 { break }
        text += piece.prefix(got)
    }
    close(descriptor)
    return String(decoding: text, as: UTF8.self)
}

extension RequestRecord {
    /// A streamed answer of `gpu-1:11434`, with anything changed.
    static func sample(_ change: (inout RequestRecord) -> Void = { _ in }) -> RequestRecord {
        var record = RequestRecord(
            model: 0, deployment: 0, outcome: .succeeded, status: 200, stream: true, attempts: 1, promptTokens: 12,
            completionTokens: 48, durationNanoseconds: 1_250_500_000, timeToFirstTokenNanoseconds: 181_234_567,
            queueNanoseconds: 2_500_000, loadNanoseconds: 30_000_000, prefillNanoseconds: 150_250_000,
            decodeNanoseconds: 1_000_000_000, callID: CallID(high: 1, low: 2))
        change(&record)
        return record
    }
}
