public import Gateway

/// A finished request for exporters, with the time at which it ended.
public struct ExportRecord: Sendable {
    /// The facts.
    public var record: RequestRecord
    /// Seconds since 1970 at its end.
    public var endedAt: Double

    /// A record with its end.
    public init(_ record: RequestRecord, endedAt: Double) {
        self.record = record
        self.endedAt = endedAt
    }
}
