/// A plan for the waiting requests: where each goes, and how long the others have to wait. It is worked out on a copy of
/// the pool's facts, so that no request waits behind it.
///
/// In the order of urgency and fairness each takes the placement with the lowest score and is written into the copy,
/// whether it may be sent now or only later, so that those behind it find its place taken. A request that waits for a load
/// does not lose it to younger ones, and every predicted wait covers the whole queue.
package struct QueuePlan: Sendable {
    /// A deployment that may be picked.
    struct Member: Sendable {
        let deployment: Int32
        let instance: Int32
        let tier: Int
        /// Tokens of context that its requests ask for when they do not say.
        let context: Int32
        /// Whether it has failed since its last success.
        let isFailing: Bool
        /// How many more requests its cap allows.
        var room: Int32
        /// The rest of its limits, if it has any.
        var window: RateWindow?
        /// Lower the longer it has not been served.
        var served: Double
    }

    /// A request that waits.
    struct Waiting: Sendable {
        let ticket: UInt64
        let model: Int
        var demand: Demand
        let tried: InstanceSet
        let excluded: DeploymentSet
        /// It has failed elsewhere, and no budget is left for one that is failing too.
        let needsProven: Bool
        /// Its tokens as counted against limits.
        let mostTokens: Int
        let turn: Double
        /// It has waited so long that it is served among the more urgent ones, now and then.
        let isOverdue: Bool

        /// Whether the deployment has room for the request, and nothing about that keeps it from there.
        func isOpen(_ member: Member, at now: Moment) -> Bool {
            member.room > 0 && member.window?.admits(mostTokens, at: now) != false
                && !(needsProven && member.isFailing)
                && !tried.contains(InstanceID(index: Int(member.instance)))
                && !excluded.contains(DeploymentID(index: Int(member.deployment)))
        }
    }

    /// The decision about one of them.
    package struct Decision: Sendable {
        let ticket: UInt64
        let model: Int
        /// -1: nothing can serve it now.
        let deployment: Int
        let score: Score?
        /// It has waited so long that its model is loaded even where others are at work.
        var isForced = false
        /// All that it might have been, where that is kept.
        let candidates: [DecisionRing.Candidate]
    }

    let moment: Moment
    var forecast: Forecast
    /// By model, each by ascending tier.
    var members: [[Member]]
    var waiting: [Waiting]
    /// How many were served since one that had waited long.
    let servedBefore: Int
    /// Whether decisions are to say what they were made from.
    let keepsCandidates: Bool
    /// The last number that a member got for being served: above all that `KeyOrder` gives, which end at 2^52.
    private var served = 0x1p52

    init(
        moment: Moment, forecast: Forecast, members: [[Member]], waiting: [Waiting], servedBefore: Int,
        keepsCandidates: Bool
    ) {
        self.moment = moment
        self.forecast = forecast
        self.members = members
        self.waiting = waiting
        self.servedBefore = servedBefore
        self.keepsCandidates = keepsCandidates
    }

    private var now: Double { moment.seconds }

    /// One decision per waiting request, in the order of their turns.
    package mutating func decide() -> [Decision] {
        line()
        var looked = [Int](repeating: 0, count: members.count)
        var decisions: [Decision] = []
        decisions.reserveCapacity(waiting.count)
        for request in waiting where looked[request.model] < ForecastConstants.scan {
            looked[request.model] += 1
            decisions.append(place(request))
        }
        return decisions
    }

    /// The more urgent class first, in each the keys in turn; but of every ten places one is for whoever has waited long,
    /// so that a class which asks for all there is does not shut the others out.
    private mutating func line() {
        waiting.sort {
            ($0.demand.serviceClass.rawValue, $0.turn, $0.ticket) < (
                $1.demand.serviceClass.rawValue, $1.turn, $1.ticket
            )
        }
        guard let most = waiting.first?.demand.serviceClass else { return }
        var overdue = waiting.filter { $0.isOverdue && $0.demand.serviceClass > most }[...]
        guard !overdue.isEmpty else { return }
        let early = Set(overdue.map(\.ticket))
        var lined: [Waiting] = []
        lined.reserveCapacity(waiting.count)
        var others = servedBefore
        for request in waiting where !early.contains(request.ticket) {
            if others >= ForecastConstants.overdueShare - 1, var next = overdue.popFirst() {
                // Its turn has come: no slot is kept from it any more.
                next.demand.serviceClass = most
                lined.append(next)
                others = 0
            }
            lined.append(request)
            others += 1
        }
        waiting = lined + overdue
    }

    private mutating func place(_ request: Waiting) -> Decision {
        forecast.best.begin()
        var demand = request.demand
        var candidates: [DecisionRing.Candidate] = []
        var tier = Int.max
        for index in members[request.model].indices {
            let member = members[request.model][index]
            guard request.isOpen(member, at: moment) else { continue }
            if member.tier > tier { break }
            tier = member.tier
            let placement = Int(forecast.placementOf[Int(member.deployment)])
            if request.demand.context == 0 { demand.context = member.context }
            let score = forecast.score(demand, on: placement, waiting: waiting.count, at: now)
            forecast.best.offer(index, score, served: member.served)
            if keepsCandidates {
                candidates.append(
                    DecisionRing.Candidate(
                        deployment: member.deployment,
                        inFlight: forecast.instances[Int(member.instance)].running
                            + forecast.instances[Int(member.instance)].outside,
                        total: score.total, score: score))
            }
        }
        guard let (index, score) = forecast.best.choose() else {
            return Decision(
                ticket: request.ticket, model: request.model, deployment: -1, score: nil, candidates: [])
        }
        members[request.model][index].room -= 1
        served += 1
        members[request.model][index].served = served
        members[request.model][index].window?.count(request.mostTokens, at: moment)
        let deployment = Int(members[request.model][index].deployment)
        if request.demand.context == 0 { demand.context = members[request.model][index].context }
        let placement = Int(forecast.placementOf[deployment])
        var decided = score
        decided.isFree = forecast.mayGo(demand, on: placement, score, at: now)
        let isForced = !decided.isFree && request.isOverdue && forecast.canLoad(placement, score, at: now)
        if isForced { decided.isFree = true }
        _ = forecast.began(demand, on: placement, decided, at: now)
        return Decision(
            ticket: request.ticket, model: request.model, deployment: deployment, score: decided,
            isForced: isForced, candidates: decided.isFree ? candidates : [])
    }
}
