import Balancer

/// Something that goes wrong with a box, or ends.
public struct Fault: Equatable, Sendable {
    /// When: both are counted from the first arrival.
    public enum Time: Equatable, Sendable {
        /// After that long.
        case after(Duration)
        /// After that share of the time in which requests arrive, from 0 to 1.
        case share(Double)
    }

    /// The kind of fault.
    public enum Kind: Equatable, Sendable {
        /// Its process is gone: open requests break off, connections are refused, memory is lost.
        case dies
        /// It accepts, but neither answers nor works on.
        case hangs
        /// All it does takes that many times longer.
        case slows(Double)
        /// It works as it should; after a death or a hang with nothing in memory.
        case returns
    }

    /// When it happens.
    public var time: Time
    /// The box's position.
    public var box: Int
    /// The kind of fault.
    public var kind: Kind

    /// A fault with these values.
    public init(at time: Time, box: Int, _ kind: Kind) {
        self.time = time
        self.box = box
        self.kind = kind
    }

    /// The moment it happens, where requests arrive during `span` nanoseconds.
    func moment(span: Int64) -> Int64 {
        switch time {
        case .after(let duration): duration.nanoseconds
        case .share(let share): Int64(Double(span) * share)
        }
    }
}
