/// A fault of a trace, and its line.
public struct TraceFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// Counted from 1; 0: the whole text.
    public var line: Int
    /// For people.
    public var message: String

    /// This fault on that line.
    public init(line: Int, message: String) {
        self.line = line
        self.message = message
    }

    /// As people read it.
    public var description: String { line > 0 ? "line \(line): \(message)" : message }
}
