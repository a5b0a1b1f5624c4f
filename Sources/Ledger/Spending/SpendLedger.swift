internal import Locking
internal import Synchronization

/// Keys, teams and budgets of one gateway: answers at once from memory, from any thread.
///
/// Everything is one exact step under the state's lock. It writes nothing itself: `takeBatch` and the changes that were
/// applied go to a store.
public final class SpendLedger: Sendable {
    private let state: Locked<LedgerState>
    /// `LedgerState.bindsKeyless`, to be read without the lock.
    private let keylessIsBound: Atomic<Bool>

    /// A word whenever more of a shared budget is to be asked for.
    public let asks: AsyncStream<Void>
    private let asking: AsyncStream<Void>.Continuation
    /// A word whenever the models that are kept here have changed, whoever has changed them.
    public let modelChanges: AsyncStream<Void>
    private let modelsChanging: AsyncStream<Void>.Continuation

    /// A word whenever somebody has come who is to get a row.
    public let arrivals: AsyncStream<Void>
    private let arriving: AsyncStream<Void>.Continuation

    /// A ledger in this state.
    public init(_ state: LedgerState) {
        (arrivals, arriving) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (asks, asking) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (modelChanges, modelsChanging) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        keylessIsBound = Atomic(state.bindsKeyless)
        self.state = Locked(state)
    }

    // MARK: The beginning

    /// Whether the store's rows and sums are not here yet.
    public var isMissingStore: Bool { state.withLock { $0.isMissingStore } }

    /// Takes what the store has; see `LedgerState.begin`.
    public func begin(with image: LedgerImage, at now: LedgerTime) {
        noting { state in
            state.begin(with: image, at: now)
            keylessIsBound.store(state.bindsKeyless, ordering: .releasing)
        }
    }

    // MARK: Requests

    /// Lets a key in, or throws why not.
    public func pass(for hash: KeyHash, at now: WallTime) throws(LedgerRefusal) -> KeyPass {
        try state.withLock { state throws(LedgerRefusal) in try state.pass(for: hash, at: now) }
    }

    /// Lets somebody in who has signed in by a token, or throws why not.
    public func pass(for person: SignedIn, at now: WallTime) throws(LedgerRefusal) -> KeyPass {
        let (result, isArriving) = state.withLock { state -> (Result<KeyPass, LedgerRefusal>, Bool) in
            do throws(LedgerRefusal) {
                return (.success(try state.pass(for: person, at: now)), !state.newcomers.waiting.isEmpty)
            } catch { return (.failure(error), false) }
        }
        if isArriving { arriving.yield() }
        return try result.get()
    }

    /// Reserves an attempt's bounds on all its accounts, or on none.
    public func reserve(_ claim: Claim, at now: LedgerTime) -> ReserveAnswer {
        let (verdict, words) = state.withLock { ($0.reserve(claim, at: now), Words(&$0)) }
        return answer(verdict, words)
    }

    /// The same for an attempt that takes the place of another one, which is about to end and has cost so much; see `LedgerState.reserve`.
    public func reserve(
        _ claim: Claim, inPlaceOf leaving: borrowing Reservation, _ cost: Charge, at now: LedgerTime
    ) -> ReserveAnswer {
        let grant = leaving.grant
        let (verdict, words) = state.withLock {
            ($0.reserve(claim, inPlaceOf: grant, cost, at: now), Words(&$0))
        }
        return answer(verdict, words)
    }

    /// What is to be said after a reservation.
    private struct Words {
        let isAsking: Bool
        let isArriving: Bool

        init(_ state: inout LedgerState) {
            isAsking = state.takeAsking()
            isArriving = !state.newcomers.waiting.isEmpty
        }
    }

    private func answer(_ verdict: ReserveVerdict, _ words: Words) -> ReserveAnswer {
        if words.isAsking { asking.yield() }
        if words.isArriving { arriving.yield() }
        return switch verdict {
        case .granted(let grant): .granted(Reservation(grant, of: self))
        case .held(let refusal): .held(refusal)
        case .refused(let refusal): .refused(refusal)
        }
    }

    /// Whether anything could bind a request that has no key. Where nothing does, nothing needs to be reserved for it, and
    /// `recordUnbound` takes its cost.
    public var bindsKeyless: Bool { keylessIsBound.load(ordering: .acquiring) }

    func settle(_ grant: Grant, _ charge: Charge, at now: LedgerTime) {
        state.withLock { $0.settle(grant, charge, at: now) }
    }

    func release(_ grant: Grant) { state.withLock { $0.release(grant) } }

    /// Keeps a finished request for writing: once, at its end. A second one of the same `requestID` is left out by the store.
    public func record(_ entry: consuming LedgerEntry) {
        // Handed on, and not copied with all its texts.
        var entry: LedgerEntry? = consume entry
        state.withLock { state in if let entry = entry.take() { state.record(entry) } }
    }

    /// Keeps the words of a request whose row was kept without.
    public func record(_ words: LateWords) { state.withLock { $0.record(words) } }

    /// The same for one that nothing was reserved for, since nothing could bind it.
    public func recordUnbound(_ entry: LedgerEntry, at now: LedgerTime) {
        state.withLock { $0.recordUnbound(entry, at: now) }
    }

    /// What rows have that nobody has given it, and the most that keys may have.
    public var rowRules: RowRules { state.withLock { $0.settings.rows } }

    // MARK: Writing

    /// Everything that is to be written since the last call; nil when that is nothing. Whoever takes it must write it, and
    /// may hand the same batch to a store any number of times.
    public func takeBatch() -> LedgerBatch? { state.withLock { $0.takeBatch() } }

    /// Alerts since the last call.
    public func takeAlerts() -> [LedgerAlert] { state.withLock { $0.takeAlerts() } }

    // MARK: Other gateways

    /// This gateway among those of the ledger.
    public var origin: UInt64 { state.withLock { $0.book.origin } }

    /// Whether other gateways spend from the same budgets.
    public var isShared: Bool { state.withLock { $0.isShared } }

    /// The last transaction of the store of which all changes of the directory are here; 0 where nothing was heard.
    public var heard: Int64 { state.withLock { $0.heard } }

    /// From now on nothing of a budget is spent that the store did not give.
    public func share() { state.withLock { $0.share() } }

    /// What the store is to be told now.
    public func report(at now: LedgerTime) -> ShareReport { state.withLock { $0.report(at: now) } }

    /// The last word to the store.
    public func lastReport(at now: LedgerTime) -> ShareReport { state.withLock { $0.lastReport(at: now) } }

    /// Takes the store's answer to a report.
    /// - Returns: whether there is more to be told at once.
    public func hear(_ news: ShareNews, of report: ShareReport, at now: LedgerTime) -> Bool {
        noting { state in
            state.hear(news, of: report, at: now)
            keylessIsBound.store(state.bindsKeyless, ordering: .releasing)
            return state.takeAsking()
        }
    }

    // MARK: The directory

    /// Users and teams that are to get a row, each to be ended.
    public func takeNewcomers() -> [DirectoryChange] { state.withLock { $0.newcomers.take() } }

    /// A newcomer has its row, or gets none.
    public func endNewcomer(_ change: DirectoryChange) { state.withLock { $0.endNewcomer(change) } }

    /// Changes a row; it holds for the next request. To be handed to the store as well.
    public func apply(_ change: DirectoryChange, at now: WallTime) throws(DirectoryFault) {
        try apply([change], at: now)
    }

    /// Does something to the state, and tells who waits for changes of models where it was one.
    private func noting<Value: Sendable>(_ body: (inout LedgerState) -> Value) -> Value {
        let (value, isChange) = state.withLock { state in
            let before = state.directory.modelChanges
            let value = body(&state)
            return (value, state.directory.modelChanges != before)
        }
        if isChange { modelsChanging.yield() }
        return value
    }

    /// Changes rows in one step: a request sees all of it, or nothing. The first that cannot be made is thrown once the
    /// others are; `LedgerRows.check` tells it before.
    public func apply(_ changes: [DirectoryChange], at now: WallTime) throws(DirectoryFault) {
        let fault = noting { state -> DirectoryFault? in
            defer { keylessIsBound.store(state.bindsKeyless, ordering: .releasing) }
            var first: DirectoryFault?
            for change in changes {
                do throws(DirectoryFault) { try state.apply(change, at: now) } catch { first = first ?? error }
            }
            return first
        }
        if let fault { throw fault }
    }

    /// Takes the bounds of the configuration.
    public func configure(_ settings: LedgerSettings, at now: WallTime) {
        state.withLock { state in
            state.configure(settings, at: now)
            keylessIsBound.store(state.bindsKeyless, ordering: .releasing)
        }
    }

    /// Sets what an account has spent in its window, as `spend` of `/key/generate` and `/key/update` does.
    public func setSpend(_ spend: Money, of account: AccountName, at now: LedgerTime) {
        state.withLock { $0.setSpend(spend, of: account, at: now) }
    }

    /// An account as it stands; nil when nobody has it.
    public func status(of account: AccountName, at now: LedgerTime) -> AccountStatus? {
        state.withLock { $0.status(of: account, at: now) }
    }

    /// What a key has spent in its window; nothing once it is gone. The `spent` of its `status`, without a search.
    public func spent(by pass: KeyPass, at now: LedgerTime) -> Money { state.withLock { $0.spent(by: pass, at: now) } }

    /// The rows as they are now.
    public var rows: LedgerRows { state.withLock { $0.rows } }

    /// Everything that a ledger would begin with again; see `LedgerState.image`. Requests wait meanwhile.
    public func image() -> LedgerImage { state.withLock { $0.image() } }
}
