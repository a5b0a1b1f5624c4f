import Locking
import NIOCore

/// Looks host names up for all event loops of a process.
///
/// Each name has a thread of its own while it is looked up, so that one which no name server answers for holds up no
/// other; all who ask for a name meanwhile share its look-up. `NameTable` decides what they are told.
public final class HostResolver: Sendable {
    private struct State {
        var table = NameTable()
        var promises: [Int: EventLoopPromise<NameFinding>] = [:]
        var isStopped = false
    }

    private let state = Locked(State())
    private let lookUp: @Sendable (String) -> NameFinding

    /// Asks the system's own resolver.
    public convenience init() { self.init(lookUp: { NameFinding.ofTheSystem($0) }) }

    /// - Parameter lookUp: may block for as long as it likes.
    init(lookUp: @escaping @Sendable (String) -> NameFinding) { self.lookUp = lookUp }

    private var now: NIODeadline { NIODeadline.now() }

    /// The addresses of a name, after `limit` at the latest.
    func find(_ host: String, within limit: TimeAmount, on eventLoop: any EventLoop) -> EventLoopFuture<NameFinding> {
        let promise = eventLoop.makePromise(of: NameFinding.self)
        let answer = state.withLock { state -> NameTable.Answer in
            guard !state.isStopped else { return .now(.noAnswer("the gateway is shutting down"), begins: false) }
            let answer = state.table.ask(host, limit: limit, at: now)
            if case .later(let number, _, _) = answer { state.promises[number] = promise }
            return answer
        }
        switch answer {
        case .now(let finding, let begins):
            promise.succeed(finding)
            if begins { begin(host) }
        case .later(let number, let patience, let begins):
            if begins { begin(host) }
            let leaving = eventLoop.scheduleTask(in: patience) { self.leave(host, number) }
            promise.futureResult.whenComplete { _ in leaving.cancel() }
        }
        return promise.futureResult
    }

    /// Whoever waits is told that nothing comes any more. Before the event loops end.
    public func stop() {
        let promises = state.withLock { state in
            state.isStopped = true
            return state.promises.removeAllValues()
        }
        for promise in promises { promise.succeed(.noAnswer("the gateway is shutting down")) }
    }

    private func leave(_ host: String, _ number: Int) {
        let (finding, promise) = state.withLock { state in
            (state.table.leave(host, number, at: now), state.promises.removeValue(forKey: number))
        }
        if let finding { promise?.succeed(finding) }
    }

    private func begin(_ host: String) {
        let lookUp = lookUp
        let begun = DetachedThread.run { self.ended(host, lookUp(host)) }
        if !begun { ended(host, .noAnswer("no thread is left here to look names up")) }
    }

    private func ended(_ host: String, _ finding: NameFinding) {
        let (promises, answer) = state.withLock { state in
            let (waiters, answer) = state.table.ended(host, finding, at: now)
            return (waiters.compactMap { state.promises.removeValue(forKey: $0) }, answer)
        }
        for promise in promises { promise.succeed(answer) }
    }
}

extension Dictionary {
    fileprivate mutating func removeAllValues() -> [Value] {
        defer { self = [:] }
        return Array(values)
    }
}
