/// What PostgreSQL could not do.
public struct PostgreSQLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is to be done about it depends on this, not on the text.
    public enum Reason: Equatable, Sendable {
        /// The library is not on this machine.
        case noLibrary
        /// The address cannot be read. The text is fixed, as libpq's own may hold a piece of the password.
        case address
        /// The server is not there, went away, or lets nobody in.
        case unreachable
        /// Two that write were in each other's way, and this one gave way; to be tried again.
        case conflict
        /// The disk is full.
        case full
        /// The server only reads.
        case readOnly
        /// The row is against a rule of the schema.
        case constraint
        /// Anything else: a fault in the statement or in its use.
        case fault
    }

    /// SQLSTATE; empty for an error that did not come from the server.
    public let state: String
    /// The kind.
    public let reason: Reason
    /// The server's or the library's own words, in one line.
    public let message: String

    /// An error of the connection or the library.
    init(_ reason: Reason, _ message: String) {
        state = ""
        self.reason = reason
        self.message = Self.line(message)
    }

    /// An error of the server.
    init(state: String, message: String) {
        self.state = state
        self.message = Self.line(message)
        reason =
            switch state.prefix(2) {
            case "08", "57", "28", "3D": .unreachable
            case "40", "55": .conflict
            case "53": state == "53100" ? .full : .unreachable
            case "25": state == "25006" ? .readOnly : .fault
            case "23": .constraint
            default: .fault
            }
    }

    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// The words and the state, for a log.
    public var description: String { state.isEmpty ? message : "\(message) (SQLSTATE \(state))" }
}
