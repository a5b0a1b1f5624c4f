import Balancer
import Dialects
import Ledger
import NIOCore

/// What another instance needs to take a request that is late where it is.
extension Exchange {
    /// What is ready for another instance while nothing of the attempt that runs was touched.
    struct Second: ~Copyable {
        /// What was reserved for the attempt that runs.
        var parked: RequestSpend.Parked?
        let asked: Asked
        let permit: EgressPermit
        /// The request's bytes; nil where they are too many to be written here.
        let wire: ByteBuffer?
    }

    /// Whether another instance can take the request.
    enum Readiness: ~Copyable {
        case ready(Second)
        /// It is not paid for there; where that is not for good, the end of another request or the next minute may change it.
        case unpaid(isForGood: Bool)
        /// It may not go there, or cannot be written for it.
        case declined
    }

    /// Makes ready what another instance is to be sent, and reserves for it; where it cannot take the request all is as it was.
    ///
    /// - Parameter isInPlace: the attempt that runs ends for it, so what is reserved for that one may be had.
    mutating func second(_ lease: borrowing Lease, isInPlace: Bool, at now: Moment) -> Readiness {
        let chosen = lease.deployment
        fill(chosen.index)
        guard let target = target(at: chosen.index), target.isLocal, let asked,
            let permit = permit(for: target, of: chosen, at: now)
        else { return .declined }
        let joined = asked.joiningStream(seesFirstToken(of: target, on: lease.instance, at: now))
        let load = LoadTerms(lease.context)
        // Before anything is reserved, since what is given up for it does not come back.
        var wire: ByteBuffer?
        if !isLarge {
            let words = encoding(joined, for: target, with: permit, of: chosen, load)
            wire = try? words.bytes(of: joined.request)
        }
        guard isLarge || wire != nil else { return .declined }
        guard let spend else { return .ready(Second(parked: nil, asked: joined, permit: permit, wire: wire)) }
        let cost = isInPlace ? costSoFar() : nil
        let limit = spend.answerLimit
        let parked = spend.park()
        let leave = cost.map { reserve(for: chosen, inPlaceOf: parked, $0, at: now) } ?? reserve(for: chosen, at: now)
        switch leave {
        case .given: break
        case .refused(.budget):
            spend.restore(parked)
            return .unpaid(isForGood: true)
        case .held, .refused:
            spend.restore(parked)
            return .unpaid(isForGood: false)
        }
        if !isLarge, spend.answerLimit != limit {
            let words = encoding(joined, for: target, with: permit, of: chosen, load)
            wire = (try? words.bytes(of: joined.request)) ?? wire
        }
        return .ready(Second(parked: parked, asked: joined, permit: permit, wire: wire))
    }
}
