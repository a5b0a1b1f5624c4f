import NIOCore

/// The end of a look-up.
enum NameFinding: Equatable, Sendable {
    /// Never empty.
    case found([ResolvedAddress])
    /// The name servers say that there is no such name.
    case unknown
    /// Nobody said anything: name servers are silent or broken, or this process lacks something.
    case noAnswer(String)
}

/// The addresses of host names as a value: what a name was last found to be, and what to tell those who ask.
///
/// A last good answer is used while a name is not found anew.
struct NameTable {
    /// What to tell somebody who asks.
    enum Answer: Equatable {
        /// This, now. A look-up is to be begun where it `begins`.
        case now(NameFinding, begins: Bool)
        /// The end of the look-up that runs, or what is known when `patience` is over; leave by `number`.
        case later(number: Int, patience: TimeAmount, begins: Bool)
    }

    private struct Entry {
        var good: [ResolvedAddress] = []
        var goodAt = NIODeadline.distantPast
        /// The name servers said since then that there is no such name.
        var unknownSince: NIODeadline?
        /// The beginning of the look-up that runs.
        var began: NIODeadline?
        /// The last look-up got no answer, for this reason.
        var failed: String?
        var waiters: [Int] = []
    }

    /// How long an answer is used without asking again: a burst of connections asks once.
    static let freshness = TimeAmount.seconds(5)
    /// How long a last good answer is held back in the hope of a fresh one.
    static let hope = TimeAmount.milliseconds(250)
    /// How long a last good answer is used after the name servers said that the name is gone: its address may be
    /// another's by then.
    static let afterlife = TimeAmount.minutes(10)

    private static let silence = "no name server answers"

    private var entries: [String: Entry] = [:]
    private var lastNumber = 0

    /// Somebody wants to connect to `host`, and waits for `limit` at most.
    mutating func ask(_ host: String, limit: TimeAmount, at now: NIODeadline) -> Answer {
        var entry = entries[host] ?? Entry()
        defer { entries[host] = entry }
        if !entry.good.isEmpty, now - entry.goodAt < Self.freshness { return .now(.found(entry.good), begins: false) }
        let begins = entry.began == nil
        let began = entry.began ?? now
        entry.began = began
        let good = Self.usable(entry, at: now)
        // After a silence nothing is hoped for: the last good answer is as good as any.
        let patience = (good == nil ? limit : entry.failed == nil ? Self.hope : .zero) - (now - began)
        guard patience > .zero else {
            return .now(good.map { .found($0) } ?? .noAnswer(entry.failed ?? Self.silence), begins: begins)
        }
        lastNumber += 1
        entry.waiters.append(lastNumber)
        return .later(number: lastNumber, patience: patience, begins: begins)
    }

    /// Somebody's patience is over: what there is to say; nil where it was said already.
    mutating func leave(_ host: String, _ number: Int, at now: NIODeadline) -> NameFinding? {
        guard let entry = entries[host], let index = entry.waiters.firstIndex(of: number) else { return nil }
        entries[host]?.waiters.remove(at: index)
        return Self.usable(entry, at: now).map { .found($0) } ?? .noAnswer(entry.failed ?? Self.silence)
    }

    /// A look-up has ended: the numbers of those who waited, and what to tell them.
    mutating func ended(
        _ host: String, _ finding: NameFinding, at now: NIODeadline
    ) -> (waiters: [Int], answer: NameFinding) {
        var entry = entries[host] ?? Entry()
        entry.began = nil
        switch finding {
        case .found(let addresses):
            (entry.good, entry.goodAt, entry.unknownSince, entry.failed) = (addresses, now, nil, nil)
        case .unknown: (entry.unknownSince, entry.failed) = (entry.unknownSince ?? now, nil)
        case .noAnswer(let reason): entry.failed = reason
        }
        let waiters = entry.waiters
        entry.waiters = []
        entries[host] = entry
        return (waiters, Self.usable(entry, at: now).map { .found($0) } ?? finding)
    }

    private static func usable(_ entry: Entry, at now: NIODeadline) -> [ResolvedAddress]? {
        guard !entry.good.isEmpty else { return nil }
        if let since = entry.unknownSince, now - since > afterlife { return nil }
        return entry.good
    }
}
