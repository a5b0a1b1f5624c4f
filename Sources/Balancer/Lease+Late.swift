/// Leases of requests that wait for longer than they should.
extension Lease {
    /// What becomes of such a request.
    public enum Verdict: ~Copyable {
        /// It is looked at again then.
        case look(Moment)
        /// Another instance was picked for it, too. Until this lease ends, or ``endHedge(wasOfUse:)``, no other request of its deployment
        /// is hedged.
        case hedge(Lease)
        /// It leaves, and waits for a place at another instance: this one answers nobody, and all others are full.
        case leave
    }

    /// Whether the request has waited for longer than it takes there, and another instance would be sooner.
    ///
    /// - Parameters:
    ///   - request: what the other instance is asked by; those that it excludes or has tried are none.
    ///   - sent: when it was sent.
    ///   - bytes: when bytes of its answer last came; nil: none yet.
    ///   - isStreamed: its first token is seen when it comes.
    public mutating func look(
        _ request: PickRequest, sent: Moment, bytes: Moment?, isStreamed: Bool, at now: Moment
    ) -> Verdict {
        let heard = balancer.lastHeard(instance)
        let wait = PoolState.Wait(sent: sent, bytes: bytes, heard: heard, isStreamed: isStreamed)
        switch balancer.look(at: grant, request, wait, isLate: &isLate, at: now) {
        case .look(let moment): return .look(moment)
        case .leave: return .leave
        case .hedge(let grant):
            isHedged = true
            return .hedge(Lease(grant, of: balancer))
        }
    }

    /// It ends, or has its first token and goes on.
    mutating func endLate(goesOn: Bool) {
        balancer.endLate(grant, isHedged: isHedged, goesOn: goesOn)
        (isLate, isHedged) = (false, false)
    }

    /// The request is at this instance alone again.
    ///
    /// - Parameter wasOfUse: the other one was sent the request.
    public mutating func endHedge(wasOfUse: Bool) {
        guard isHedged else { return }
        isHedged = false
        balancer.endHedge(grant, wasOfUse: wasOfUse)
    }

    /// When a trial of silence, which goes on without its client, has shown that there is no answer.
    ///
    /// - Parameters:
    ///   - sent: when it was sent.
    ///   - isStreamed: its first token is seen when it comes.
    public func trialEnds(sent: Moment, isStreamed: Bool) -> Moment {
        let wait = PoolState.Wait(sent: sent, bytes: nil, heard: nil, isStreamed: isStreamed)
        return balancer.trialEnds(grant, wait)
    }

    /// The late request leaves for another instance that answers. True where this one is at fault, which has to be its outcome then.
    public func leave(sent: Moment, bytes: Moment?, at now: Moment) -> Bool {
        let heard = balancer.lastHeard(instance)
        return balancer.leave(
            grant, PoolState.Wait(sent: sent, bytes: bytes, heard: heard, isStreamed: true), at: now)
    }
}
