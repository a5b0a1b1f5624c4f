import Gateway
public import Telemetry

/// An exporter of finished requests.
public protocol RecordExporter: Sendable {
    /// Queues those that it is for.
    func take(_ records: [ExportRecord])
    /// Sends the next body, where its time has come.
    func tick()
    /// Has the next tick send what waits for another try.
    func hurry()
    /// Whether nothing is left to do.
    var isIdle: Bool { get }
    /// Takes nothing more.
    func end()
}

/// A lane that gets only some of the records.
public struct FilteredExporter<Encoder: ExportEncoder>: RecordExporter where Encoder.Item == ExportRecord {
    private let lane: ExportLane<Encoder>
    private let wants: @Sendable (ExportRecord) -> Bool
    private let isInside: Bool

    /// - Parameters:
    ///   - isInside: whether its place is one where the prompts of requests that must stay inside may be told.
    ///   - wants: whether a record is for this exporter.
    public init(
        _ lane: ExportLane<Encoder>, isInside: Bool, wants: @escaping @Sendable (ExportRecord) -> Bool
    ) {
        self.lane = lane
        self.isInside = isInside
        self.wants = wants
    }

    /// Queues those that it is for. What must stay inside is told to nobody outside.
    public func take(_ records: [ExportRecord]) {
        // Most often it is for all of them, and then nothing is copied.
        var wanted = records.allSatisfy(wants) ? records : records.filter(wants)
        if !isInside {
            for index in wanted.indices where wanted[index].prompt != nil && wanted[index].record.isConfined {
                wanted[index].prompt = nil
            }
        }
        if !wanted.isEmpty { lane.offer(wanted) }
    }

    /// Sends the next body, where its time has come.
    public func tick() { lane.tick() }
    /// Has the next tick send what waits for another try.
    public func hurry() { lane.hurry() }
    /// Whether nothing is left to do.
    public var isIdle: Bool { lane.isIdle }
    /// Takes nothing more.
    public func end() { lane.end() }
}
