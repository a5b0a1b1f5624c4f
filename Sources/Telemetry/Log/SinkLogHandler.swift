public import Logging

/// A swift-log backend that writes to a `LogSink`, in the sink's format.
///
/// In JSON, metadata become fields beside `time`, `level`, `logger` and `message`; a metadata key that is one of these four
/// gets `metadata.` in front. Nested dictionaries become dotted keys, arrays become JSON arrays of strings.
public struct SinkLogHandler: LogHandler {
    /// The least severe level that is written.
    public var logLevel: Logger.Level
    /// Metadata of every line of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Adds what is known of the running task.
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let sink: LogSink
    private let unixSeconds: @Sendable () -> Double

    /// A handler for one label.
    public init(label: String, sink: LogSink, level: Logger.Level, unixSeconds: @escaping @Sendable () -> Double) {
        self.label = label
        self.sink = sink
        self.unixSeconds = unixSeconds
        logLevel = level
    }

    /// One value of what every line carries.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Queues one line.
    public func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let given = event.metadata { fields.merge(given) { $1 } }
        if let error = event.error { fields["error"] = .string("\(error)") }
        var flat: [(key: String, value: Logger.MetadataValue)] = []
        Self.flatten(fields, prefix: "", into: &flat)
        switch sink.format {
        case .json: sink.write(json(event, flat))
        case .text(let colours): sink.write(text(event, flat, colours: colours))
        }
    }

    private func json(_ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)]) -> [UInt8] {
        var line = Array(#"{"time":""#.utf8)
        line += stamp { $0.write($1, to: &$2) }
        line += Array(#"","level":"\#(event.level.rawValue)","logger":"#.utf8)
        QuotedText.append(label, to: &line)
        line += Array(#","message":"#.utf8)
        QuotedText.append("\(event.message)", to: &line)
        for field in fields {
            line.append(UInt8(ascii: ","))
            let taken = ["time", "level", "logger", "message"].contains(field.key)
            QuotedText.append(taken ? "metadata." + field.key : field.key, to: &line)
            line.append(UInt8(ascii: ":"))
            Self.appendJSON(field.value, to: &line)
        }
        line += Array("}\n".utf8)
        return line
    }

    private func text(
        _ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)], colours: Bool
    ) -> [UInt8] {
        var line = stamp { $0.writeTime($1, to: &$2) }
        line.append(UInt8(ascii: " "))
        if colours { line += Array(Self.colour(of: event.level).utf8) }
        line += Array(event.level.rawValue.utf8)
        if colours { line += Array("\u{1b}[0m".utf8) }
        line.append(UInt8(ascii: " "))
        line += "\(event.message)".onOneLine.utf8
        if colours, !fields.isEmpty { line += Array("\u{1b}[2m".utf8) }
        for field in fields { line += " \(field.key)=\(field.value)".onOneLine.utf8 }
        if colours, !fields.isEmpty { line += Array("\u{1b}[0m".utf8) }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func stamp(_ write: (inout TimeStamp, Double, inout LineWriter) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: TimeStamp.width) { buffer, count in
            var line = LineWriter(buffer.baseAddress!)
            var stamp = TimeStamp()
            write(&stamp, unixSeconds(), &line)
            count = line.count
        }
    }

    private static func flatten(
        _ fields: Logger.Metadata, prefix: String, into flat: inout [(key: String, value: Logger.MetadataValue)]
    ) {
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            if case .dictionary(let inner) = value {
                flatten(inner, prefix: prefix + key + ".", into: &flat)
            } else {
                flat.append((prefix + key, value))
            }
        }
    }

    private static func appendJSON(_ value: Logger.MetadataValue, to line: inout [UInt8]) {
        guard case .array(let items) = value else { return QuotedText.append("\(value)", to: &line) }
        line.append(UInt8(ascii: "["))
        for (index, item) in items.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            appendJSON(item, to: &line)
        }
        line.append(UInt8(ascii: "]"))
    }

    private static func colour(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "\u{1b}[2m"
        case .info: "\u{1b}[36m"
        case .notice: "\u{1b}[32m"
        case .warning: "\u{1b}[33m"
        case .error, .critical: "\u{1b}[31m"
        }
    }
}
