/// A piece of log on its way to the writer thread: whole lines in memory of a fixed size.
///
/// It has one owner at a time: an event loop that fills it, then the sink's queue, then the writer thread, then the sink's
/// list of empty ones. It changes hands only under the sink's lock, which also orders the memory.
final class LogChunk: @unchecked Sendable {
    // Sendable by that rule: nobody keeps a chunk that he has handed over.
    static let usualCapacity = 65_536

    let base: UnsafeMutablePointer<UInt8>
    let capacity: Int
    var count = 0
    var lines = 0

    init(capacity: Int = LogChunk.usualCapacity) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    var room: Int { capacity - count }

    func append(_ line: [UInt8]) {
        precondition(line.count <= room, "a line must fit where it is put")
        line.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            (base + count).update(from: start, count: bytes.count)
        }
        count += line.count
        lines += 1
    }

    func clear() {
        count = 0
        lines = 0
    }
}
