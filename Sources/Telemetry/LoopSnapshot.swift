/// A copy of one event loop's counters, to be merged with those of the other loops.
public struct LoopSnapshot: Sendable {
    let keys: [LoopCounters.RowKey]
    let cells: [UInt64]
    let errors: [UInt64]

    init(_ counters: LoopCounters) {
        keys = counters.keys
        // Real copies: were the storage shared, the loop's next request would have to copy it.
        cells = counters.cells.withUnsafeBufferPointer { Array($0) }
        errors = counters.errors.withUnsafeBufferPointer { Array($0) }
    }
}
