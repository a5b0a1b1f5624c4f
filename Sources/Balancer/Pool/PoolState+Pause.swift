/// Pauses that the other side asks for, and the request that tries whether one is over.
extension PoolState {
    /// No quota is for longer than a month, and nobody means the year 9999.
    private static let longestPause = Duration.seconds(31 * 86_400)
    /// A refusal takes milliseconds: whoever has not been refused for so long has been taken.
    private static let trialTime = (least: Duration.seconds(1), most: Duration.seconds(5))

    /// The deployment refuses requests for a while.
    mutating func beginPause(_ deployment: Int, for pause: Duration?, at now: Moment) {
        // The end of a trial's time is no wish of the other side.
        let earlier = deployments[deployment].pause == .tried ? now : deployments[deployment].busyUntil
        deployments[deployment].pause = .asked
        deployments[deployment].busyUntil = max(
            earlier, now + min(pause ?? settings.saturationPause, Self.longestPause))
    }

    /// A request goes out that tries whether the pause is over. It holds the others only for as long as a refusal may take.
    mutating func tryPause(_ deployment: Int, at now: Moment) {
        let most = Self.trialTime.most
        let refusal = min(histories[deployment].refusalTime, most)
        deployments[deployment].pause = .tried
        deployments[deployment].busyUntil = now + min(max(Self.trialTime.least, refusal + refusal), most)
    }

    /// The request that tried whether a pause is over has not shown it: the next one tries.
    mutating func tryAgain(_ deployment: Int, at now: Moment) {
        lapse(deployment, at: now)
        guard deployments[deployment].pause == .tried else { return }
        deployments[deployment].pause = .asked
        deployments[deployment].busyUntil = now
    }

    /// A trial that has not been refused in its time has shown that requests are taken, whatever becomes of it.
    mutating func lapse(_ deployment: Int, at now: Moment) {
        if deployments[deployment].pause == .tried, now >= deployments[deployment].busyUntil {
            deployments[deployment].pause = .none
        }
    }

    /// A deployment that has asked for a pause takes requests again.
    mutating func endPause(_ deployment: Int, at now: Moment) {
        switch deployments[deployment].pause {
        case .none: return
        case .asked where now < deployments[deployment].busyUntil: return
        case .asked: break
        case .tried: deployments[deployment].busyUntil = now
        }
        deployments[deployment].pause = .none
        changed(instance(of: deployment), at: now)
    }

    /// A good answer has begun to the request that tries whether a pause is over.
    package mutating func answered(_ grant: Grant, at now: Moment) {
        if grant.proof == .room { endPause(Int(grant.deployment), at: now) }
    }

    /// A refusal took so long.
    mutating func refused(_ grant: Grant, after time: Duration) {
        histories[Int(grant.deployment)].refusalTime = time
    }
}
