public import Balancer
public import Ledger
import Locking

/// Hears of facts from any thread, and has the news of them told.
public final class AlertDesk: Sendable {
    private let book = Locked(AlertBook())
    private let tellers: [any AlertTeller]
    private let time: TimeSource

    /// - Parameter tellers: all of them tell everything.
    public init(_ tellers: [any AlertTeller], time: TimeSource) {
        self.tellers = tellers
        self.time = time
    }

    /// Takes note of a fact; returns at once.
    public func note(_ fact: Fact) {
        tell(book.withLock { $0.note(fact, at: time.now(), unixSeconds: time.unixSeconds()) })
    }

    /// Takes note of news of the ledger's; returns at once.
    public func note(_ news: LedgerAlert) {
        tell(book.withLock { $0.note(news, at: time.now(), unixSeconds: time.unixSeconds()) })
    }

    private func tell(_ alert: Alert?) {
        guard let alert else { return }
        for teller in tellers { teller.take(alert) }
    }

    func tick() { for teller in tellers { teller.tick() } }
    func hurry() { for teller in tellers { teller.hurry() } }
    var isIdle: Bool { tellers.allSatisfy(\.isIdle) }
    func end() { for teller in tellers { teller.end() } }
}

/// One way to tell news.
public protocol AlertTeller: Sendable {
    /// Queues an alert.
    func take(_ alert: Alert)
    /// Sends what waits, where its time has come.
    func tick()
    /// Has the next tick send what waits for another try.
    func hurry()
    /// Whether nothing is left to do.
    var isIdle: Bool { get }
    /// Takes nothing more.
    func end()
}

extension ExportLane: AlertTeller where Encoder.Item == Alert {
    /// Queues an alert.
    public func take(_ alert: Alert) { offer([alert]) }
}
