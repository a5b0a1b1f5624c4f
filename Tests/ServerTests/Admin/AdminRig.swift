import Dialects
import Gateway
import HTTPTypes
import Ledger
import LedgerStore
import Locking
import Logging

@testable import Server

/// Management routes over a ledger in memory, without a socket and at a time of the test's choosing.
final class AdminRig: Sendable {
    let ledger: SpendLedger
    let desk: AdminDesk
    let store = NotedChanges()
    let lines = LogLines()
    /// How long routes have waited for other gateways.
    let rests = Rests()
    private let clock = Locked(start)

    /// 2026-11-22T17:11:46.832Z.
    static let start = WallTime(microseconds: 1_795_367_506_832_000)

    /// - Parameter isShared: one of several gateways, which makes changes when it hears of them.
    /// - Parameter rules: what the configuration says of rows.
    init(
        requiresKey: Bool = true, comparedModel: String? = nil, isShared: Bool = false, rules: RowRules = RowRules()
    ) {
        var image = LedgerImage()
        image.isShared = isShared
        var settings = LedgerSettings()
        settings.rows = rules
        let ledger = SpendLedger(LedgerState(image, settings: settings, origin: 1, at: Self.start))
        self.ledger = ledger
        desk = AdminDesk(
            ledger: ledger, store: store,
            facts: AdminDesk.Facts(requiresKey: requiresKey, comparedModel: { comparedModel }),
            catchUp: { [store] () async throws(StoreError) in try store.tell(ledger) },
            rest: { [rests] duration in rests.add(duration) },
            logger: Logger(label: "test") { [lines] _ in lines })
    }

    var now: LedgerTime {
        let wall = clock.withLock { $0 }
        return LedgerTime(wall: wall, ticks: (wall.microseconds - Self.start.microseconds) * 1000)
    }

    func advance(seconds: Int64) {
        clock.withLock { $0 = WallTime(microseconds: $0.microseconds + seconds * 1_000_000) }
    }

    /// The caller that shows a key; the master's without one.
    func caller(_ key: String? = nil) throws -> Caller {
        guard let key else { return Caller(flow: 1) }
        return Caller(flow: 2, pass: try ledger.pass(for: KeyHash(of: key), at: now.wall))
    }

    /// Asks a route by its method and path, as the router does: the row decides who may.
    @discardableResult
    func ask(_ method: String, _ target: String, _ body: String = "", as key: String? = nil) async throws -> JSONText {
        let parts = target.split(separator: "?", maxSplits: 1)
        let path = String(parts[0])
        let rows = ServerRoutes(publicMetrics: false).rows(at: path)
        guard let row = rows.first(where: { $0.method.rawValue == method }), case .admin(let handler) = row.service
        else { throw AdminFault.notFound("no such route: \(method) \(path)") }
        var call = try AdminCall(try caller(key), body: body, at: now)
        guard row.audience.admits(call.by.standing) else {
            throw AdminFault(row.audience.refusal(of: call.by, at: path))
        }
        let pattern = PathPattern.segments(of: row.pattern.text)
        for (name, value) in zip(pattern, PathPattern.segments(of: path)) where name.hasPrefix(":") {
            call.parameters[String(name.dropFirst())] = String(value)
        }
        if parts.count == 2 {
            call.query = parts[1].split(separator: "&").map { pair in
                let pair = pair.split(separator: "=", maxSplits: 1)
                return (String(pair[0]), pair.count == 2 ? String(pair[1]) : "")
            }
        }
        call.from = "127.0.0.1"
        return try await desk.answer(handler, call, isRead: method == "GET")
    }

    /// The fault that a route answers with.
    func fault(_ method: String, _ target: String, _ body: String = "", as key: String? = nil) async -> AdminFault? {
        do {
            try await ask(method, target, body, as: key)
            return nil
        } catch { return error as? AdminFault }
    }

    /// Makes a key and gives it.
    func key(_ body: String = "{}", as maker: String? = nil) async throws -> String {
        try await ask("POST", "/key/generate", body, as: maker)["key"].string
    }
}

/// How long something has waited.
final class Rests: Sendable {
    private let list = Locked<[Duration]>([])

    var all: [Duration] { list.withLock { $0 } }
    func add(_ rest: Duration) { list.withLock { $0.append(rest) } }
}

/// What was handed to the store, or the reason why it takes nothing.
final class NotedChanges: LedgerStore {
    struct Kept {
        var changes: [DirectoryChange] = []
        var audit: [AuditEntry] = []
        var entries: [LedgerEntry] = []
        var sums: [SpendSum] = []
        var sumsOf: (@Sendable (SumQuery) -> [SpendSum])?
        var error: StoreError?
        var untold: [DirectoryChange] = []
        var meanwhile: [DirectoryChange] = []
        var number: Int64 = 0
        var tellingError: StoreError?
        var outcomes: [OutcomeCount] = []
    }

    private let state = Locked(Kept())

    var changes: [DirectoryChange] { state.withLock { $0.changes } }
    var audit: [AuditEntry] { state.withLock { $0.audit } }
    func fail(_ reason: String?) { state.withLock { $0.error = reason.map { StoreError(.full, $0) } } }
    func answer(entries: [LedgerEntry] = [], sums: [SpendSum] = []) {
        state.withLock { ($0.entries, $0.sums) = (entries, sums) }
    }

    func answer(outcomes: [OutcomeCount]) { state.withLock { $0.outcomes = outcomes } }

    /// Answers sums by what is asked.
    func answer(_ sums: @escaping @Sendable (SumQuery) -> [SpendSum]) { state.withLock { $0.sumsOf = sums } }

    func load() async throws(StoreError) -> LedgerImage { LedgerImage() }

    func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) async throws(StoreError) {
        let error = state.withLock { state in
            if state.error == nil {
                state.changes += changes
                state.audit += audit
            }
            return state.error
        }
        if let error { throw error }
    }

    func write(_ batch: LedgerBatch) async throws(StoreError) {}

    func publish(
        _ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64
    ) async throws(StoreError) -> Bool {
        let meanwhile = state.withLock { state in
            defer { state.meanwhile = [] }
            return state.meanwhile
        }
        if !meanwhile.isEmpty { try await publish(meanwhile) }
        guard state.withLock({ $0.number <= heard }) else { return false }
        try await publish(changes, audit)
        return true
    }

    /// As another gateway does.
    func publish(_ changes: [DirectoryChange], _ audit: [AuditEntry] = []) async throws(StoreError) {
        try await apply(changes, audit: audit)
        state.withLock { state in
            state.untold += changes
            state.number += 1
        }
    }

    /// Another gateway makes these when the next change is about to be written.
    func publishMeanwhile(_ changes: [DirectoryChange]) { state.withLock { $0.meanwhile = changes } }
    func tell(_ report: ShareReport) async throws(StoreError) -> ShareNews? { nil }

    /// Tells a ledger of all that was published.
    func tell(_ ledger: SpendLedger) throws(StoreError) {
        let (changes, number, error) = state.withLock { state in
            defer { state.untold = [] }
            return (state.untold, state.number, state.tellingError)
        }
        if let error { throw error }
        var news = ShareNews()
        news.number = number
        news.changes = changes.map { .init($0, at: AdminRig.start) }
        let now = LedgerTime(wall: AdminRig.start, ticks: 0)
        _ = ledger.hear(news, of: ledger.report(at: now), at: now)
    }

    /// From now on nothing is told.
    func failTelling() { state.withLock { $0.tellingError = StoreError(.noServer, "away") } }

    func entries(_ filter: EntryFilter, page: EntryPage) async throws(StoreError) -> [StoredEntry] {
        try answered { $0.entries }.enumerated().map { index, entry in
            StoredEntry(place: .init(start: entry.start, number: Int64(index)), entry: entry)
        }
    }

    func words(of requestID: String) async throws(StoreError) -> EntryWords? {
        try answered { $0.entries.first { $0.requestID == requestID }?.words }
    }
    func count(_ filter: EntryFilter) async throws(StoreError) -> Int { try answered { $0.entries.count } }
    func outcomes(_ filter: EntryFilter) async throws(StoreError) -> [OutcomeCount] {
        try answered { $0.outcomes }.filter { filter.modelAsked == nil || $0.modelAsked == filter.modelAsked }
    }
    func sums(_ query: SumQuery) async throws(StoreError) -> [SpendSum] {
        try answered { Array(($0.sumsOf?(query) ?? $0.sums).prefix(query.limit ?? .max)) }
    }
    private func answered<Answer: Sendable>(_ body: (Kept) -> Answer) throws(StoreError) -> Answer {
        let (error, answer) = state.withLock { ($0.error, body($0)) }
        if let error { throw error }
        return answer
    }
    func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int { 0 }
}

/// Reading answers.
extension JSONText {
    subscript(_ name: String) -> JSONText { member(name) ?? .null }
    var string: String { if case .text(let text) = content { text } else { description } }
    var strings: [String] { elements.map(\.string) }
    var elements: [JSONText] { if case .list(let list) = content { list } else { [] } }
    var names: [String] { if case .members(let members) = content { members.map(\.name) } else { [] } }
    var number: Double? { if case .number(let text) = content { Double(text) } else { nil } }
    var isNull: Bool { if case .null = content { true } else { false } }
}
