import CFaultSim
import Glibc
import NIOCore
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

    /// All that was logged. Ends the sink.
    func text() -> ByteBuffer {
        sink.close()
        let size = Int(lseek(descriptor, 0, SEEK_END))
        var text = ByteBuffer()
        text.writeWithUnsafeMutableBytes(minimumWritableBytes: size) {
            max(0, pread(descriptor, $0.baseAddress, size, 0))
        }
        precondition(text.readableBytes == size, "a file in memory is read in one go")
        return text
    }
}
