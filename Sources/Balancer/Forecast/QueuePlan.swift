/// Who of the waiting goes where, and how long the others have to wait: worked out on a copy of what the pool knows, so
/// that no request waits behind it.
///
/// In the order of urgency and fairness each takes the unit with the lowest score and is written into the copy, whether
/// it may be sent now or only later: its place stands for those behind it. So one that waits for a load does not lose it to
/// younger ones, and everybody's wait sees the whole queue.
package struct QueuePlan: Sendable {
    /// A deployment that may be picked.
    struct Member: Sendable {
        let deployment: Int32
        let instance: Int32
        /// Tokens of context that its requests ask for when they do not say.
        let context: Int32
        /// How many more requests its cap allows.
        var room: Int32
    }

    /// A request that waits.
    struct Waiting: Sendable {
        let ticket: UInt64
        let model: Int
        let demand: Demand
        let tried: InstanceSet
        let urgency: Int
        let turn: Double
    }

    /// What to do about one of them.
    package struct Decision: Sendable {
        let ticket: UInt64
        let model: Int
        /// -1: nothing can serve it now.
        let deployment: Int
        let score: Score?
        /// All that it might have been, where that is kept.
        let candidates: [DecisionRing.Candidate]
    }

    let now: Double
    var forecast: Forecast
    var members: [[Member]]
    var waiting: [Waiting]
    /// Whether decisions are to say what they were made from.
    let keepsCandidates: Bool
    var random: RandomSource

    /// One decision per waiting request, in the order of their turns.
    package mutating func decide() -> [Decision] {
        waiting.sort { ($0.urgency, $0.turn, $0.ticket) < ($1.urgency, $1.turn, $1.ticket) }
        var looked = [Int](repeating: 0, count: members.count)
        var decisions: [Decision] = []
        decisions.reserveCapacity(waiting.count)
        for request in waiting where looked[request.model] < ForecastConstants.scan {
            looked[request.model] += 1
            decisions.append(place(request))
        }
        return decisions
    }

    private mutating func place(_ request: Waiting) -> Decision {
        forecast.best.begin()
        var demand = request.demand
        var candidates: [DecisionRing.Candidate] = []
        for index in members[request.model].indices {
            let member = members[request.model][index]
            guard member.room > 0, !request.tried.contains(InstanceID(index: Int(member.instance))) else { continue }
            let unit = Int(forecast.unitOf[Int(member.deployment)])
            if request.demand.context == 0 { demand.context = member.context }
            let score = forecast.score(demand, on: unit, waiting: waiting.count, at: now)
            forecast.best.offer(index, score)
            if keepsCandidates {
                candidates.append(
                    DecisionRing.Candidate(
                        deployment: member.deployment, inFlight: forecast.boxes[Int(member.instance)].running,
                        total: score.total, score: score))
            }
        }
        guard let (index, score) = forecast.best.choose(random: &random) else {
            return Decision(
                ticket: request.ticket, model: request.model, deployment: -1, score: nil, candidates: [])
        }
        members[request.model][index].room -= 1
        let deployment = Int(members[request.model][index].deployment)
        if request.demand.context == 0 { demand.context = members[request.model][index].context }
        let unit = Int(forecast.unitOf[deployment])
        var decided = score
        decided.isFree = forecast.mayGo(demand, on: unit, score, at: now)
        _ = forecast.began(demand, on: unit, decided, at: now)
        return Decision(
            ticket: request.ticket, model: request.model, deployment: deployment, score: decided,
            candidates: decided.isFree ? candidates : [])
    }
}
