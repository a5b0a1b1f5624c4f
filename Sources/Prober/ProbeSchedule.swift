public import Balancer

/// Says when to probe which instance next. A pure value: time and chance are given.
///
/// The first round goes out at once, five milliseconds apart or closer; the second is spread at random over the interval, and
/// the phases stay apart from then on by a jitter of a tenth. Never is one instance probed twice at once. When an instance's
/// answer changes, the next few probes come after a fifth of the interval, so that `fall` and `rise` are soon reached; one that
/// stays down is probed every half interval, so that it is soon found again.
public struct ProbeSchedule: Sendable {
    /// However often it is asked for, two probes of one instance start at least this far apart.
    public static let minimumGap = Duration.milliseconds(200)
    /// Probes due within this time of a wake-up are started with it: one wake-up for many instances.
    public static let slack = Duration.milliseconds(50)

    private struct Entry {
        /// When the next one is to start; while one runs, when that one was to start.
        var due: Moment
        var started: Moment?
        var isRunning = false
        /// Asked for while one was running.
        var again = false
        /// `nil` before the first answer.
        var wasUp: Bool?
        /// How many of the next probes come faster.
        var hurried = 0
        /// It is not probed any more; its position is free once its last probe has ended.
        var isOff = false
    }

    private var settings: ProbeSettings
    private var entries: [Entry]
    private var random: RandomSource

    /// A schedule for `count` instances, with nothing started yet.
    public init(count: Int, settings: ProbeSettings, seed: UInt64, at now: Moment) {
        self.settings = settings
        random = RandomSource(seed: seed)
        let step = min(Duration.milliseconds(5), settings.interval / max(1, count))
        entries = (0..<count).map { Entry(due: now + step * $0) }
    }

    /// Other times from the next probe of each instance on.
    public mutating func use(_ other: ProbeSettings) { settings = other }

    /// Whether the instance at a position is probed.
    public func isOn(_ position: Int) -> Bool { !entries[position].isOff }

    /// Adds an instance, which is due at once. Answers its position: the first that is free, or one at the end.
    public mutating func add(at now: Moment) -> Int {
        let entry = Entry(due: now)
        guard let free = entries.firstIndex(where: { $0.isOff && !$0.isRunning }) else {
            entries.append(entry)
            return entries.count - 1
        }
        entries[free] = entry
        return free
    }

    /// The instance at a position is not probed any more.
    public mutating func remove(_ position: Int) {
        entries[position].isOff = true
        entries[position].due = .never
    }

    /// When something is due next; `nil` while everything runs.
    public var nextDue: Moment? {
        var earliest = Moment.never
        for entry in entries where !entry.isRunning && entry.due < earliest { earliest = entry.due }
        return earliest == .never ? nil : earliest
    }

    /// The positions of those to probe now, which count as running from here on.
    public mutating func start(at now: Moment) -> [Int] {
        var positions: [Int] = []
        let horizon = now + Self.slack
        for index in entries.indices where !entries[index].isRunning && entries[index].due <= horizon {
            // Within the slack, but not so early that two probes come closer than they may.
            if let started = entries[index].started, started + Self.minimumGap > now { continue }
            entries[index].isRunning = true
            entries[index].started = now
            positions.append(index)
        }
        return positions
    }

    /// A probe has ended.
    public mutating func finished(_ position: Int, up: Bool, at now: Moment) {
        var entry = entries[position]
        precondition(entry.isRunning, "a probe ends once")
        entry.isRunning = false
        guard !entry.isOff else {
            entries[position] = entry
            return
        }
        let isFirst = entry.wasUp == nil
        if entry.wasUp != up { entry.hurried = up ? settings.rise - 1 : settings.fall - 1 }
        entry.wasUp = up
        let started = entry.started ?? now
        var next = started + gap(up: up, isFirst: isFirst, hurried: entry.hurried > 0)
        if entry.hurried > 0 { entry.hurried -= 1 }
        if entry.again { next = min(next, started + Self.minimumGap) }
        entry.again = false
        entry.due = max(next, now)
        entries[position] = entry
    }

    /// Someone wants to know now. Any number of these before the next start make one probe.
    public mutating func hurry(_ position: Int, at now: Moment) {
        guard isOn(position) else { return }
        guard !entries[position].isRunning else {
            // The answer under way may have left the instance before what made someone ask.
            entries[position].again = true
            return
        }
        let earliest = entries[position].started.map { max(now, $0 + Self.minimumGap) } ?? now
        entries[position].due = min(entries[position].due, earliest)
    }

    private mutating func gap(up: Bool, isFirst: Bool, hurried: Bool) -> Duration {
        if hurried { return max(settings.interval / 5, Self.minimumGap) }
        if isFirst { return max(settings.interval * (0.2 + 0.8 * random.unit()), Self.minimumGap) }
        let usual = up ? settings.interval : settings.interval / 2
        return max(usual * (0.9 + 0.2 * random.unit()), Self.minimumGap)
    }
}
