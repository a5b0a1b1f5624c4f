/// A part of a list.
public struct Page<Row: Sendable>: Sendable {
    /// The rows of this page.
    public var rows: [Row]
    /// How many there are on all pages.
    public var total: Int
    /// Counted from 1.
    public var number: Int
    /// The most rows of a page.
    public var size: Int

    /// How many pages there are; 0 for an empty list.
    public var pages: Int { total == 0 ? 0 : (total - 1) / size + 1 }

    /// The page of this number; an empty one beyond the last.
    public init(of all: [Row], number: Int, size: Int) {
        self.size = max(size, 1)
        self.number = max(number, 1)
        total = all.count
        let (first, over) = (self.number - 1).multipliedReportingOverflow(by: self.size)
        rows = over || first >= all.count ? [] : Array(all[first..<min(all.count - first, self.size) + first])
    }
}
