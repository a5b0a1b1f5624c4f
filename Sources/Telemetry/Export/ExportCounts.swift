import Locking

/// The counts of every exporter, for `GET /metrics`.
public final class ExportCounts: Sendable {
    /// The end of a record's way.
    public enum Result: Int, CaseIterable, Sendable {
        /// Taken by the other side.
        case sent
        /// Refused by the other side, or given up after its last try.
        case failed
        /// There was no room for it.
        case dropped

        var label: String {
            switch self {
            case .sent: "sent"
            case .failed: "failed"
            case .dropped: "dropped"
            }
        }
    }

    struct Row: Equatable {
        var exporter: String
        var results = [UInt64](repeating: 0, count: Result.allCases.count)
        var queued = 0
    }

    private let rowsOfAll: Locked<[Row]>

    /// - Parameter exporters: the names of those that are on, each a metric's label.
    public init(exporters: [String]) {
        rowsOfAll = Locked(exporters.map { Row(exporter: $0) })
    }

    /// Counts records of one exporter.
    public func add(_ result: Result, _ count: Int, of exporter: String) {
        change(exporter) { $0.results[result.rawValue] += UInt64(count) }
    }

    /// Says how many wait for one exporter now.
    public func setQueue(_ count: Int, of exporter: String) { change(exporter) { $0.queued = count } }

    /// How many records of an exporter have ended so.
    public func count(_ result: Result, of exporter: String) -> UInt64 {
        rows.first { $0.exporter == exporter }?.results[result.rawValue] ?? 0
    }

    /// Counts records that no exporter gets.
    func addToAll(_ result: Result, _ count: Int) {
        rowsOfAll.withLock { rows in
            for index in rows.indices { rows[index].results[result.rawValue] += UInt64(count) }
        }
    }

    var rows: [Row] { rowsOfAll.withLock { $0 } }

    private func change(_ exporter: String, _ body: (inout Row) -> Void) {
        rowsOfAll.withLock { rows in
            guard let index = rows.firstIndex(where: { $0.exporter == exporter }) else { return }
            body(&rows[index])
        }
    }
}
