import Balancer
import Dialects
import Ledger
import NIOCore

/// Whether an exchange is a client's whole request or a part of it. Held by reference, so that an exchange is no larger for
/// requests that are neither.
enum Share {
    /// A request of its own, as nearly all are.
    case alone
    /// A client's request that runs as several.
    case whole(PartsUnderway)
    /// One of those.
    case part(PartRole)
    /// It has run as several, and is sent as it is now.
    case again
    /// It has an answer that is given up for a better one, and is sent as it is.
    case answered(SpareAnswer)
    /// One box has unloaded the model, and the others are asked to.
    case unloading(FirstUnload)
}

/// The place of a part in the request that it is a part of.
final class PartRole {
    let parts: RequestParts
    let number: Int
    /// Why it has no answer.
    var error: GatewayError?

    init(_ parts: RequestParts, number: Int) {
        self.parts = parts
        self.number = number
    }

    var body: ByteBuffer { parts.body(of: number) }
}

/// A request that runs as several: the parts that run, and the sum of those that have ended.
final class PartsUnderway {
    let parts: RequestParts
    var gathered: GatheredParts
    /// The first part that has not begun.
    private(set) var next = 0
    /// How many have begun and not ended.
    private(set) var running = 0
    /// The sum of those that have ended.
    var sum = PartsSum()
    /// Why the request ends without an answer, once it is known.
    var error: GatewayError?
    /// Its parts end because it is to be asked whole.
    var asksWhole = false

    /// A request has no more parts under way: others are to have places too.
    static let mostAtOnce = 16

    init(_ parts: RequestParts) {
        self.parts = parts
        gathered = GatheredParts(parts)
    }

    /// All have ended.
    var isOver: Bool { running == 0 && next == parts.count }

    /// The parts that may begin now.
    func begin() -> Range<Int> {
        let end = min(parts.count, next + max(0, Self.mostAtOnce - running))
        let range = next..<end
        running += range.count
        next = end
        return range
    }

    /// A part has ended.
    func ended(_ part: PartEnd) {
        running -= 1
        sum.add(part)
    }

    /// No more begin.
    func stop() { next = parts.count }
}

/// What a part leaves when it is over.
public struct PartEnd: Sendable {
    let record: RequestRecord
    let error: GatewayError?
    let usage: Usage?
    let retries: Int
    let upstreamTime: Duration
    let waits: Waits
    let confinement: Confinement
    let rates: RatesLeft?
}

/// What the parts of a request came to.
struct PartsSum {
    var usage: Usage?
    var cost = Money.zero
    var comparedCost: Money?
    var fallbacks = 0

    mutating func add(_ part: PartEnd) {
        if let own = part.usage { usage = (usage ?? Usage()) + own }
        cost += Money(picodollars: part.record.cost)
        if part.record.comparedCost >= 0 {
            comparedCost = (comparedCost ?? .zero) + Money(picodollars: part.record.comparedCost)
        }
        fallbacks = max(fallbacks, part.record.fallbacks)
    }
}
