import Balancer

/// The attempts that a request has left: retries, the instances that failed it, and the pause when none is left.
struct AttemptPlan {
    /// First pause before a retry when no other instance is left; doubles, with full jitter.
    static let pauseBase = Duration.milliseconds(250)
    /// The shortest pause: less would only hammer.
    static let pauseFloor = Duration.milliseconds(50)
    /// The longest pause.
    static let pauseCap = Duration.seconds(4)

    private(set) var tried = InstanceSet()
    private(set) var retriesLeft: Int
    /// Attempts begun so far.
    private(set) var attempts = 0
    /// Attempts among them that no retry was taken for.
    private var freeAttempts: Int32 = 0
    private var pauses: Int32 = 0
    /// How many attempts had begun at the last pause.
    private var attemptsAtPause = -1
    /// How the last move to another instance cost no retry; nil where it did.
    private var freeMove: FreeMove?

    private enum FreeMove {
        /// Nothing was sent to the instance.
        case passedOver
        /// It was left for a place at another one.
        case forAPlace
    }

    init(retries: Int) { retriesLeft = retries }

    /// An attempt goes out; true when it is a retry.
    ///
    /// - Parameter isFree: it stands beside one that is late, or in its place, which is no retry.
    @discardableResult
    mutating func began(isFree: Bool = false) -> Bool {
        attempts += 1
        let isRetry = attempts > 1 && !isFree && freeMove != .forAPlace
        if isFree || freeMove != nil { freeAttempts += 1 }
        freeMove = nil
        return isRetry
    }

    /// Attempts behind the first that retries were taken for.
    var furtherAttempts: Int { attempts - 1 - Int(freeAttempts) }

    /// Another instance is asked about what this one has declined, which is no retry.
    mutating func setAside(_ instance: InstanceID) { tried.insert(instance) }

    /// The same, where it waits for a place at any other one.
    mutating func leaveForAPlace(_ instance: InstanceID) {
        tried.insert(instance)
        freeMove = .forAPlace
    }

    /// Takes one retry; false when none is left.
    ///
    /// - Parameter limit: retries in all that a failure of this class may have, where that differs.
    mutating func takeRetry(after instance: InstanceID, limit: Int?) -> Bool {
        tried.insert(instance)
        if let limit { retriesLeft = max(0, limit - furtherAttempts) }
        guard retriesLeft > 0 else { return false }
        retriesLeft -= 1
        freeMove = nil
        return true
    }

    /// Nothing was sent to the instance, for want of something here: another one costs no retry. False where this one
    /// was passed over before.
    mutating func passOver(_ instance: InstanceID) -> Bool {
        guard !tried.contains(instance) else { return false }
        tried.insert(instance)
        freeMove = .passedOver
        return true
    }

    /// No instance is left to try now: takes a retry, forgets who failed, and says how long to pause before asking
    /// again. Nil when no retry is left.
    ///
    /// - Parameters:
    ///   - least: the operator's shortest pause.
    ///   - chance: 0..<1, from the request's own random bits.
    mutating func pause(least: Duration, chance: Double) -> Duration? {
        // The retry that brought us here pays for this pause. If there was none, or no attempt followed the last pause,
        // take another.
        if attemptsAtPause == attempts || freeMove != nil {
            guard retriesLeft > 0 else { return nil }
            retriesLeft -= 1
        }
        attemptsAtPause = attempts
        freeMove = nil
        tried = InstanceSet()
        let ceiling = min(Self.pauseCap, Self.pauseBase * (1 << Int(min(pauses, 10))))
        pauses += 1
        return max(Self.pauseFloor, least, ceiling * chance)
    }
}
