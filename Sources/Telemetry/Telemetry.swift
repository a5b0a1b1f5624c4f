import Balancer
import Locking
public import Logging

/// The whole process's facts about its own work: names, the log's sink, and the counters that no loop owns.
public final class Telemetry: Sendable {
    /// Where every log line goes.
    public let sink: LogSink
    /// The least severe level that is logged; request lines are `info`.
    public let level: Logger.Level
    let unixSeconds: @Sendable () -> Double
    let unknownRoutes = UnknownRouteCounts()
    let limits = LimitCounts()
    private let currentNames: Locked<TelemetryNames>
    private let currentMemory = Locked(ModelMemory())
    private let exporting: Locked<Exporting?>

    /// The way to the exporters, and their counts.
    private struct Exporting {
        var inbox: ExportInbox?
        var counts: ExportCounts
    }

    /// - Parameters:
    ///   - names: The meaning of the indices in records.
    ///   - sink: Where lines go.
    ///   - level: The least severe level that is logged.
    ///   - unixSeconds: The wall clock, seconds since 1970.
    public init(
        names: TelemetryNames, sink: LogSink, level: Logger.Level, unixSeconds: @escaping @Sendable () -> Double
    ) {
        self.sink = sink
        self.level = level
        self.unixSeconds = unixSeconds
        currentNames = Locked(names)
        exporting = Locked(nil)
    }

    /// Counts a request for a route that there is not, and logs it.
    ///
    /// - Parameters:
    ///   - method: as it came.
    ///   - path: as logs may show it.
    public func noteUnknown(_ route: UnknownRoute, method: String, path: String, callID: String) {
        unknownRoutes.add(route)
        guard level <= .info else { return }
        logger("server").info(
            "no such route",
            metadata: [
                "request.id": "\(callID)", "request.method": "\(method.prefix(20))",
                "request.path": "\(path.prefix(200))", "route": "\(route.rawValue)",
            ])
    }

    /// From now on finished requests also go here: said before any loop has its counters.
    public func export(into inbox: ExportInbox, counting counts: ExportCounts) {
        exporting.withLock { $0 = Exporting(inbox: inbox, counts: counts) }
    }

    /// From now on these counts are published, though no requests are exported.
    public func count(_ counts: ExportCounts) { exporting.withLock { $0 = Exporting(inbox: nil, counts: counts) } }

    var inbox: ExportInbox? { exporting.withLock { $0?.inbox } }
    var exportCounts: ExportCounts? { exporting.withLock { $0?.counts } }

    /// The names known now.
    public var names: TelemetryNames { currentNames.withLock { $0 } }

    /// Adds names at the ends; loops take them up with the first record that needs them. Positions already given stay.
    public func append(
        models: [String], instances: [TelemetryNames.Instance], deployments: [TelemetryNames.Deployment]
    ) {
        currentNames.withLock { names in
            names.models += models
            names.instances += instances
            names.deployments += deployments
        }
    }

    /// From now on these are the names: nothing may be missing at the end, and where something else stands at a position than
    /// before, it is counted from 0. Each loop takes them up by `LoopTelemetry.adoptNames`.
    public func use(_ names: TelemetryNames) {
        let old = self.names
        currentNames.withLock { $0 = names }
        currentMemory.withLock { memory in
            memory.keep { names.place(of: $0) == old.place(of: $0) }
        }
    }

    /// An instance has said what models of deployments take of its memory; each loop's lines say it within a tick or two.
    public func note(_ held: [(deployment: Int, held: ModelMemory.Held)]) {
        currentMemory.withLock { memory in
            for (deployment, held) in held { memory[deployment] = held }
        }
    }

    var memory: ModelMemory { currentMemory.withLock { $0 } }

    /// The counters and log buffer for one event loop, to be called once on each.
    public func makeLoopTelemetry() -> LoopTelemetry { LoopTelemetry(telemetry: self, names: names) }

    /// The logger of one part of the program, writing to the same sink.
    public func logger(_ label: String) -> Logger {
        Logger(label: label) { label in
            SinkLogHandler(label: label, sink: self.sink, level: self.level, unixSeconds: self.unixSeconds)
        }
    }
}
