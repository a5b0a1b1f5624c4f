import Locking
import Logging

/// What was logged.
struct LogCatcher: LogHandler {
    final class Lines: Sendable {
        let all = Locked<[String]>([])
        var texts: [String] { all.withLock { $0 } }
        var logger: Logger { Logger(label: "x") { _ in LogCatcher(lines: self) } }
    }

    let lines: Lines
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let data = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        lines.all.withLock { $0.append("\(event.level): \(event.message)\(data)") }
    }
}
