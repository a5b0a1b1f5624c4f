public import Balancer
import Locking
import Logging

/// The kinds of things that happen at the gateway's own limits: a closed set, for the label of a metric.
public enum LimitEvent: String, CaseIterable, Sendable {
    /// An idle connection was closed, so that another has its place.
    case idleClosed = "idle_closed"
    /// A connection, or a request of one, was turned away for want of room.
    case connectionRefused = "connection_refused"
    /// A request or an answer had no room in memory.
    case memoryRefused = "memory_refused"
    /// The system had no descriptor, memory or port for this process.
    case shortage

    /// The line that begins an episode of it.
    var words: String {
        switch self {
        case .idleClosed: "there are more connections than drover.limits.max_connections; idle ones are closed"
        case .connectionRefused:
            "there are more connections than drover.limits.max_connections and none is idle; new ones get 503"
        case .memoryRefused: "bodies and answers fill drover.limits.memory; what has no room gets 503"
        case .shortage: "this machine lacks something for the gateway; no instance is blamed for it"
        }
    }
}

/// How often each limit was met. One line of log an episode: it ends when a limit was not met for a minute.
final class LimitCounts: Sendable {
    private struct State {
        var counts = [UInt64](repeating: 0, count: LimitEvent.allCases.count)
        var last = [Moment?](repeating: nil, count: LimitEvent.allCases.count)
    }

    static let episode = Duration.seconds(60)

    private let state = Locked(State())

    /// - Returns: whether an episode begins with it.
    func add(_ event: LimitEvent, at now: Moment) -> Bool {
        let place = LimitEvent.allCases.firstIndex(of: event)!
        return state.withLock { state in
            defer { state.last[place] = now }
            state.counts[place] += 1
            return state.last[place].map { now - $0 > Self.episode } ?? true
        }
    }

    func publish(into text: inout PrometheusText) {
        let counts = state.withLock { $0.counts }
        text.family(.limitEvents)
        for (event, count) in zip(LimitEvent.allCases, counts) {
            text.sample(.limitEvents, ["event": event.rawValue], count)
        }
    }
}

extension Telemetry {
    /// Counts that a limit was met, and says so once an episode.
    ///
    /// - Parameter reason: more words for the line.
    public func note(_ event: LimitEvent, reason: String? = nil, at now: Moment) {
        guard limits.add(event, at: now) else { return }
        logger("limits").warning("\(event.words)", metadata: reason.map { ["reason": "\($0)"] } ?? [:])
    }
}
