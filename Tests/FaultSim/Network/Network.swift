import Balancer
import NIOCore

/// The delays and cuts of the simulated network.
final class Network {
    private var random: RandomSource
    /// Bytes are cut into pieces.
    private let cuts: Bool

    init(seed: UInt64, cuts: Bool) {
        random = RandomSource(seed: seed)
        self.cuts = cuts
    }

    /// How long something is on its way.
    func delay() -> Duration { .microseconds(50 + random.below(400)) }

    /// Whether something arrives with what was sent before it.
    func joins() -> Bool { random.below(2) == 0 }

    /// The next piece of what was sent; nil when all of it is.
    func cut(_ bytes: inout ByteBuffer) -> ByteBuffer? {
        guard bytes.readableBytes > 0 else { return nil }
        let isCut = cuts && bytes.readableBytes > 1 && random.below(4) == 0
        return bytes.readSlice(length: isCut ? 1 + random.below(bytes.readableBytes - 1) : bytes.readableBytes)
    }
}
