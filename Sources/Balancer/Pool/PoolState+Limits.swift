/// Limits on requests and tokens per minute; see `RateWindow`.
extension PoolState {
    /// The window of a deployment; nil where it has no limits.
    func window(of deployment: Int) -> RateWindow? {
        let window = Int(deployments[deployment].window)
        return window < 0 ? nil : windows[window]
    }

    /// Whether a deployment's limits leave room for this request now.
    func hasAllowance(_ deployment: Int, for request: PickRequest, at now: Moment) -> Bool {
        let window = Int(deployments[deployment].window)
        return window < 0 || windows[window].admits(request.mostTokens, at: now)
    }

    /// Counts a request in its deployment's minute. Answers what `correct` takes.
    mutating func meter(
        _ deployment: Int, _ request: PickRequest, at now: Moment
    ) -> (generation: UInt32, tokens: Int32) {
        let window = Int(deployments[deployment].window)
        guard window >= 0 else { return (0, 0) }
        windows[window].count(request.mostTokens, at: now)
        // It may be full now, and at the window's end it is not any more.
        refresh(deployment: deployment, at: now)
        return (windows[window].generation, Int32(request.mostTokens))
    }

    /// Puts right what was counted for a request that has ended. Of one that has failed nobody knows what it used: it
    /// stays as it was counted, and so does one of which the instance does not tell.
    mutating func correct(_ grant: Grant, _ outcome: Outcome, at now: Moment) {
        guard grant.windowGeneration != 0, case .succeeded(let sample) = outcome else { return }
        guard sample.promptTokens > 0 || sample.completionTokens > 0 else { return }
        let prompt = sample.promptTokens > 0 ? sample.promptTokens : Int(grant.promptTokens)
        let deployment = Int(grant.deployment)
        windows[Int(deployments[deployment].window)].correct(
            Int(grant.windowTokens), to: prompt + sample.completionTokens, generation: grant.windowGeneration)
        refresh(deployment: deployment, at: now)
    }

    /// Gives back what was counted for a request that was not sent.
    mutating func uncount(_ grant: Grant, at now: Moment) {
        guard grant.windowGeneration != 0 else { return }
        let deployment = Int(grant.deployment)
        windows[Int(deployments[deployment].window)].uncount(
            Int(grant.windowTokens), generation: grant.windowGeneration)
        refresh(deployment: deployment, at: now)
    }

    /// A window for a deployment with limits; -1 where it has none.
    mutating func addWindow(for spec: DeploymentSpec) -> Int32 {
        guard spec.rpm != nil || spec.tpm != nil else { return -1 }
        windows.append(RateWindow(rpm: spec.rpm, tpm: spec.tpm))
        return Int32(windows.count - 1)
    }
}
