import Gateway

/// The counters of all event loops added up, one row for each pair of model and instance.
struct MergedCounters {
    struct Row: Equatable {
        /// As clients ask for it; empty when they named none that is configured.
        var model: String
        /// Empty when no instance was tried.
        var instance: String
        var cells: [UInt64]
    }

    /// Sorted by model, then instance; only pairs that have seen a request.
    let rows: [Row]
    /// By error label, in the order of `TelemetryNames.errors`.
    let errors: [UInt64]

    init(_ loops: [LoopSnapshot], names: TelemetryNames) {
        var sums: [String: [String: [UInt64]]] = [:]
        var errorSums = [UInt64](repeating: 0, count: names.errors.count)
        for loop in loops {
            for (index, key) in loop.keys.enumerated() {
                let cells = loop.cells[index * LoopCounters.Column.width..<(index + 1) * LoopCounters.Column.width]
                guard cells.prefix(RequestOutcome.allCases.count).contains(where: { $0 != 0 }) else { continue }
                let model = key.model < 0 ? "" : names.models[Int(key.model)]
                let instance =
                    key.deployment < 0
                    ? "" : names.instances[names.deployments[Int(key.deployment)].instance].name
                Self.add(cells, to: &sums[model, default: [:]][instance, default: []])
            }
            Self.add(loop.errors[...], to: &errorSums)
        }
        rows = sums.flatMap { model, instances in
            instances.map { Row(model: model, instance: $0.key, cells: $0.value) }
        }.sorted { ($0.model, $0.instance) < ($1.model, $1.instance) }
        errors = errorSums
    }

    private static func add(_ cells: ArraySlice<UInt64>, to sums: inout [UInt64]) {
        if sums.isEmpty { sums = [UInt64](repeating: 0, count: cells.count) }
        for (index, value) in cells.enumerated() { sums[index] &+= value }
    }
}
