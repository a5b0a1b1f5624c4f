public import Gateway

/// A finished request for exporters, with the time at which it ended.
public struct ExportRecord: Sendable {
    /// The facts.
    public var record: RequestRecord
    /// Seconds since 1970 at its end.
    public var endedAt: Double
    /// What was asked, where the operator wants exporters to know. Nil where it was never sent to an instance.
    public var prompt: ExportedPrompt?

    /// A record with its end.
    public init(_ record: RequestRecord, endedAt: Double) {
        self.record = record
        self.endedAt = endedAt
    }
}
