/// A place in a configuration file.
public struct SourceMark: Hashable, Sendable, CustomStringConvertible {
    /// The file as it was named on the command line or in `include:`.
    public var file: String
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in Unicode scalars.
    public var column: Int

    /// A place; line and column count from 1.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `FILE:LINE:COLUMN`, which editors and terminals make a link of.
    public var description: String { "\(file):\(line):\(column)" }
}
