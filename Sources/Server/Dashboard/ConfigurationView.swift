/// The configuration in force as people may see it: names and values, no secret among them.
public struct ConfigurationView: Sendable {
    /// One part of it.
    public struct Section: Sendable {
        /// Its title.
        public let title: String
        /// Names as they are written in the file, with their values.
        public let rows: [(name: String, value: String)]

        /// A part of it.
        public init(_ title: String, _ rows: [(name: String, value: String)]) {
            (self.title, self.rows) = (title, rows)
        }
    }

    /// Its parts, in their order.
    public var sections: [Section] = []
    /// What was said of it when it was read: `FILE:LINE:COLUMN: path: message`.
    public var warnings: [String] = []

    /// Nothing is known.
    public init() {}
}
