import CFaultSim
import Glibc
import Telemetry

/// The gateway's log, in memory: the sink is the real one, with its queue and its thread.
final class LogFile {
    let sink: LogSink
    private let descriptor: Int32

    init() {
        descriptor = drover_file_in_memory()
        precondition(descriptor >= 0, "the system has no room for a file in memory")
        sink = LogSink(descriptor: descriptor, format: .json, maximumQueuedBytes: 1 << 22)
    }

    deinit { close(descriptor) }

    /// Every line, once all is written. Ends the sink.
    func lines() -> [Substring] {
        sink.close()
        let size = Int(lseek(descriptor, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: size)
        let read = pread(descriptor, &bytes, size, 0)
        precondition(read == size, "a file in memory is read in one go")
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
