/// Deployments that were out have few requests first; see `Comeback`.
extension PoolState {
    /// A deployment is back.
    ///
    /// - Parameter isProven: a request has succeeded there.
    mutating func beginComeback(_ deployment: Int, isProven: Bool, at now: Moment) {
        if !histories[deployment].comeback.isOn { returning += 1 }
        histories[deployment].comeback.begin(isProven: isProven, at: now)
        models[model(of: deployment)].wake = min(
            models[model(of: deployment)].wake, histories[deployment].comeback.end)
        ease(deployment)
        rekey(deployment)
    }

    /// A request has succeeded on one that comes back.
    mutating func advanceComeback(_ deployment: Int) {
        histories[deployment].comeback.advance()
        if !histories[deployment].comeback.isOn { returning -= 1 }
        ease(deployment)
        rekey(deployment)
    }

    /// Its time may be over.
    mutating func endComeback(_ deployment: Int, at now: Moment) {
        histories[deployment].comeback.lapse(at: now)
        if !histories[deployment].comeback.isOn { returning -= 1 }
    }

    /// Works out from how many requests on a deployment is passed over.
    mutating func ease(_ deployment: Int) {
        deployments[deployment].ease = histories[deployment].isShunned ? 0 : histories[deployment].comeback.allowed
    }
}
