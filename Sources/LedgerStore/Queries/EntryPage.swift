public import Ledger

/// A place in the list of finished requests, and how many are wanted from there on.
///
/// A page that begins behind the last row of the one before costs the same wherever it is; one that is counted off
/// (`skip`) costs more the further it is.
public struct EntryPage: Sendable, Equatable {
    /// The place of a row: those behind it began earlier.
    public struct Place: Sendable, Equatable {
        /// When the row's request began.
        public var start: WallTime
        /// The row's number.
        public var number: Int64

        /// The place of a row.
        public init(start: WallTime, number: Int64) {
            (self.start, self.number) = (start, number)
        }
    }

    /// The most rows.
    public var limit: Int
    /// Only rows behind this one.
    public var after: Place?
    /// The rows to pass over.
    public var skip: Int

    /// So many rows from here on.
    public init(limit: Int, after: Place? = nil, skip: Int = 0) {
        (self.limit, self.after, self.skip) = (limit, after, skip)
    }
}

/// A finished request as a store has it.
public struct StoredEntry: Sendable, Equatable {
    /// Its place in the list.
    public var place: EntryPage.Place
    /// The request.
    public var entry: LedgerEntry

    /// A request with its place.
    public init(place: EntryPage.Place, entry: LedgerEntry) {
        (self.place, self.entry) = (place, entry)
    }
}
