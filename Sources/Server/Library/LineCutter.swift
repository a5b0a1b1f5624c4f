/// Cuts a stream into lines of bounded length.
struct LineCutter {
    /// Longer than any line of a pull.
    static let mostBytes = 64 << 10

    private var line: [UInt8] = []

    /// Calls for each line that is whole, blank ones left out; false where one is too long.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ body: ([UInt8]) -> Void) -> Bool {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0a) {
            guard line.count + rest.distance(from: rest.startIndex, to: end) <= Self.mostBytes else { return false }
            line.append(contentsOf: rest[..<end])
            rest = rest[(end + 1)...]
            emit(body)
        }
        guard line.count + rest.count <= Self.mostBytes else { return false }
        line.append(contentsOf: rest)
        return true
    }

    /// The rest is a line too.
    mutating func finish(_ body: ([UInt8]) -> Void) { emit(body) }

    private mutating func emit(_ body: ([UInt8]) -> Void) {
        if line.contains(where: { $0 > 0x20 }) { body(line) }
        line.removeAll(keepingCapacity: true)
    }
}
