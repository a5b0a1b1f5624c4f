@testable import Dialects

/// Takes a recording of AWS's event stream apart and puts it together again with other payloads and right checksums.
enum EventStreamFrames {
    static func damaged(_ recorded: [UInt8], _ mutation: inout Mutation) -> [UInt8] {
        var frames: [(headers: [UInt8], payload: [UInt8])] = []
        var rest = recorded[...]
        while rest.count >= 16 {
            let first = rest.startIndex
            let total = number(rest[first..<first + 4])
            let headers = number(rest[first + 4..<first + 8])
            guard total >= 16 + headers, total <= rest.count else { break }
            frames.append(
                (Array(rest[first + 12..<first + 12 + headers]), Array(rest[first + 12 + headers..<first + total - 4])))
            rest = rest.dropFirst(total)
        }
        let place = Int(frames.count > 1 ? UInt(mutation.pieces([1, 2, 3]).count) % UInt(frames.count) : 0)
        for index in frames.indices where index % 3 == place % 3 {
            frames[index].payload = mutation.damage(frames[index].payload)
        }
        return frames.flatMap { frame($0.headers, $0.payload) }
    }

    private static func frame(_ headers: [UInt8], _ payload: [UInt8]) -> [UInt8] {
        var bytes = big(16 + headers.count + payload.count) + big(headers.count)
        bytes += big(Int(bytes.withUnsafeBytes { CRC32.checksum($0) }))
        bytes += headers + payload
        return bytes + big(Int(bytes.withUnsafeBytes { CRC32.checksum($0) }))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
    private static func big(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
