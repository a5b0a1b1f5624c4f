/// How log lines look.
public enum LogFormat: Equatable, Sendable {
    /// One JSON object a line, for machines.
    case json
    /// One line for a reader, with colours or without.
    case text(colours: Bool)

    /// The format that suits the log's place: text on a terminal, with colours unless `NO_COLOR` is set; else JSON.
    public static func suited(toTerminal isTerminal: Bool, noColor: String?) -> LogFormat {
        isTerminal ? .text(colours: noColor?.isEmpty ?? true) : .json
    }
}
