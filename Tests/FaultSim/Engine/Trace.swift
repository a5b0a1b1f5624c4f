import Balancer
import NIOCore

/// The story of a run: a hash of everything that happened, and lines for who wants to read it.
final class Trace {
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private let time: VirtualTime
    private let isPrinted: Bool

    init(_ time: VirtualTime, isPrinted: Bool) {
        self.time = time
        self.isPrinted = isPrinted
    }

    /// Something happened.
    ///
    /// - Parameter more: read only where the story is printed.
    func note(_ what: StaticString, _ numbers: Int..., more: @autoclosure () -> String = "") {
        mix(UInt64(bitPattern: time.now.nanoseconds))
        mix(UInt64(what.utf8CodeUnitCount) << 8 | UInt64(what.utf8Start.pointee))
        for number in numbers { mix(UInt64(bitPattern: Int64(number))) }
        guard isPrinted else { return }
        let text = numbers.map { "\($0)" }.joined(separator: " ")
        print("\(Self.stamp(time.now))  \(what) \(text)  \(more())")
    }

    /// Bytes that somebody got.
    func take(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { raw in
            var offset = 0
            while offset + 8 <= raw.count {
                mix(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
            while offset < raw.count {
                mix(UInt64(raw[offset]))
                offset += 1
            }
        }
    }

    private func mix(_ word: UInt64) {
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
    }

    private static func stamp(_ moment: Moment) -> String {
        let micros = moment.nanoseconds / 1000
        let fraction = "\(1_000_000 + micros % 1_000_000)".dropFirst()
        return "\(micros / 1_000_000).\(fraction)"
    }
}
