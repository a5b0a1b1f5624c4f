public import Balancer
import Locking

/// A clock that stands still until a test moves it.
public final class ManualClock: Sendable {
    private struct Sleeper {
        let number: Int
        let until: Moment
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Moment.zero
        var nextNumber = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var watchers: [CheckedContinuation<Moment, Never>] = []
    }

    private let state = Locked(State())

    /// A clock at the origin.
    public init() {}

    /// The time source that goes by this clock; its wall clock starts at the beginning of 1970.
    public var source: TimeSource {
        TimeSource(
            now: { self.now },
            sleep: { try await self.sleep(until: $0) },
            unixSeconds: { self.now.seconds })
    }

    /// Where the clock stands.
    public var now: Moment { state.withLock { $0.now } }

    /// Moves the clock on and wakes those whose time has come, the earliest first.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now + duration
            let now = state.now
            let woken = state.sleepers.filter { $0.until <= now }.sorted { $0.until < $1.until }
            state.sleepers.removeAll { $0.until <= now }
            return woken
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// The earliest moment anyone sleeps until; waits until somebody does.
    public func nextSleep() async -> Moment {
        await withCheckedContinuation { continuation in
            let earliest = state.withLock { state in
                let earliest = state.sleepers.map(\.until).min()
                if earliest == nil { state.watchers.append(continuation) }
                return earliest
            }
            if let earliest { continuation.resume(returning: earliest) }
        }
    }

    private func sleep(until: Moment) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enum Next { case due, cancelled, asleep([CheckedContinuation<Moment, Never>]) }
                let next: Next = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return .cancelled }
                    if until <= state.now { return .due }
                    state.sleepers.append(Sleeper(number: number, until: until, continuation: continuation))
                    defer { state.watchers = [] }
                    return .asleep(state.watchers)
                }
                switch next {
                case .due: continuation.resume()
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .asleep(let watchers): for watcher in watchers { watcher.resume(returning: until) }
                }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                    state.cancelled.insert(number)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
