/// A pause that the other side asked for. When its time is up, requests go out one by one until one has been taken:
/// answered, or not refused in its time.
struct Pause: Equatable, Sendable {
    enum Phase: UInt8, Sendable {
        /// It takes requests.
        case none
        /// It asked for one, and none has been taken since.
        case asked
        /// As `asked`, and a request is out that tries it.
        case tried
    }

    /// No quota is for longer than a month, and nobody means the year 9999.
    private static let longest = Duration.seconds(31 * 86_400)
    /// A refusal takes milliseconds: whoever has not been refused for so long has been taken.
    private static let trialTime = (least: Duration.seconds(1), most: Duration.seconds(5))

    private(set) var phase = Phase.none
    /// It is left alone until then. While it is `tried`: the end of the trial's time.
    private(set) var until = Moment.zero

    /// Whether it is left alone, or the one who tries it is waited for.
    func lasts(at now: Moment) -> Bool { now < until }

    /// A request was refused for want of room, with these words about when to come back.
    mutating func begin(for length: Duration, at now: Moment) {
        // The end of a trial's time is no wish of the other side.
        let earlier = phase == .tried ? now : until
        phase = .asked
        until = max(earlier, now + min(length, Self.longest))
    }

    /// A request goes out that tries whether it is over. It holds the others only for as long as a refusal may take.
    ///
    /// - Parameter refusal: how long the latest refusal took.
    mutating func beTried(refusal: Duration, at now: Moment) {
        let refusal = min(refusal, Self.trialTime.most)
        phase = .tried
        until = now + min(max(Self.trialTime.least, refusal + refusal), Self.trialTime.most)
    }

    /// The request that tried it has not shown that it is over: the next one tries, once the time that was asked for is up.
    mutating func beTriedAgain(until rest: Moment, at now: Moment) {
        lapse(at: now)
        guard phase == .tried else { return }
        phase = .asked
        until = max(now, rest)
    }

    /// A trial that has not been refused in its time has shown that requests are taken, whatever becomes of it.
    mutating func lapse(at now: Moment) {
        if phase == .tried, now >= until { phase = .none }
    }

    /// A request was taken. Answers whether that ends it: one whose time is not up is another than was tried.
    mutating func end(at now: Moment) -> Bool {
        if phase == .none || phase == .asked && now < until { return false }
        phase = .none
        until = min(until, now)
        return true
    }
}
