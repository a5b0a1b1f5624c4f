public import Telemetry

/// An exporter of finished requests.
public protocol RecordExporter: Sendable {
    /// Queues those that it is for.
    func take(_ records: [ExportRecord])
    /// Sends the next body, where its time has come.
    func tick()
    /// Whether nothing is left to do.
    var isIdle: Bool { get }
    /// Takes nothing more.
    func end()
}

/// A lane that gets only some of the records.
public struct FilteredExporter<Encoder: ExportEncoder>: RecordExporter where Encoder.Item == ExportRecord {
    private let lane: ExportLane<Encoder>
    private let wants: @Sendable (ExportRecord) -> Bool

    /// - Parameter wants: whether a record is for this exporter.
    public init(_ lane: ExportLane<Encoder>, wants: @escaping @Sendable (ExportRecord) -> Bool) {
        self.lane = lane
        self.wants = wants
    }

    /// Queues those that it is for.
    public func take(_ records: [ExportRecord]) {
        // Most often it is for all of them, and then nothing is copied.
        let wanted = records.allSatisfy(wants) ? records : records.filter(wants)
        if !wanted.isEmpty { lane.offer(wanted) }
    }

    /// Sends the next body, where its time has come.
    public func tick() { lane.tick() }
    /// Whether nothing is left to do.
    public var isIdle: Bool { lane.isIdle }
    /// Takes nothing more.
    public func end() { lane.end() }
}
