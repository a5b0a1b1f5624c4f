import Balancer
import FoundationEssentials
import NIOCore

/// The pool as events of a stream: all of it for whoever begins to listen, and then the rows that have changed.
struct PoolFrames {
    private var last: PoolSnapshot?

    /// A change of some rows, each under its place in the list of the whole.
    private struct Change: Encodable {
        var in_flight: Int
        var waiting: Int
        var uptime_seconds: Double
        var warnings: [String]
        var models: [PoolSnapshot.Model]
        var instances: [String: PoolSnapshot.Instance]
        var deployments: [String: PoolSnapshot.Deployment]
    }

    /// What those who listen are told of a new snapshot; nil where nothing has changed.
    mutating func frame(for snapshot: PoolSnapshot) -> ByteBuffer? {
        defer { last = snapshot }
        guard let last, Self.hasSameRows(last, snapshot) else { return Self.whole(snapshot) }
        var (before, after) = (last, snapshot)
        (before.uptimeSeconds, after.uptimeSeconds) = (0, 0)
        guard before != after else { return nil }
        return Self.event(
            "change",
            Change(
                in_flight: snapshot.inFlight, waiting: snapshot.waiting, uptime_seconds: snapshot.uptimeSeconds,
                warnings: snapshot.warnings, models: snapshot.models,
                instances: Self.changed(last.instances, snapshot.instances),
                deployments: Self.changed(last.deployments, snapshot.deployments)))
    }

    /// All of the pool, as those know it who have listened so far.
    var whole: ByteBuffer? { last.flatMap(Self.whole) }

    private static func whole(_ snapshot: PoolSnapshot) -> ByteBuffer? { event("pool", snapshot) }

    /// Whether rows can be told by their places.
    private static func hasSameRows(_ left: PoolSnapshot, _ right: PoolSnapshot) -> Bool {
        left.instances.map(\.instance) == right.instances.map(\.instance)
            && left.deployments.map(\.modelID) == right.deployments.map(\.modelID)
    }

    private static func changed<Row: Equatable>(_ before: [Row], _ after: [Row]) -> [String: Row] {
        var changed: [String: Row] = [:]
        for (place, row) in after.enumerated() where before[place] != row { changed[String(place)] = row }
        return changed
    }

    /// JSON has no line ends of its own, so that one line holds it.
    private static func event(_ name: String, _ value: some Encodable) -> ByteBuffer? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(value) else { return nil }
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        return buffer
    }
}
