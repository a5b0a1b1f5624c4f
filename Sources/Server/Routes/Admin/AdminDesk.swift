import Dialects
import Gateway
import Ledger
import LedgerStore
import Logging

/// The directory of keys, teams, users, customers and budgets, as the management routes see and change it.
///
/// A change of rows is written to the store before it counts, one after the other: an answer of 200 is kept. What an account
/// is said to have spent counts at once and is written with the ledger's next batch, as all that is spent.
final class AdminDesk: Sendable {
    let ledger: SpendLedger
    let store: any LedgerStore
    let facts: Facts
    /// The way to other models.
    let changes: GatewayChanges
    /// Returns once the ledger has heard of all changes of the store.
    private let catchUp: @Sendable () async throws(StoreError) -> Void
    /// Returns after a while.
    private let rest: @Sendable (Duration) async -> Void
    private let line = ChangeLine()
    private let logger: Logger

    /// What the routes need to know of the gateway.
    struct Facts: Sendable {
        /// Whether there is a master key.
        var requiresKey: Bool
        /// The model of `drover.compare_with`.
        var comparedModel: @Sendable () -> String? = { nil }
    }

    init(
        ledger: SpendLedger, store: any LedgerStore, facts: Facts, changes: GatewayChanges = .none,
        catchUp: @escaping @Sendable () async throws(StoreError) -> Void,
        rest: @escaping @Sendable (Duration) async -> Void = { _ in }, logger: Logger
    ) {
        self.ledger = ledger
        self.store = store
        self.facts = facts
        self.changes = changes
        self.catchUp = catchUp
        self.rest = rest
        self.logger = logger
    }

    /// The answer of a route. One of several gateways may not have heard yet of what was made on another a moment ago, so it
    /// looks again before it says that there is no such thing.
    func answer(
        _ handler: ServerRoute.AdminHandler, _ call: AdminCall, isRead: Bool
    ) async throws -> JSONText {
        do { return try await handler(self, call) } catch let fault as AdminFault {
            guard isRead, ledger.isShared, fault.error.kind == .notFound else { throw fault }
        }
        await lookAgain()
        return try await handler(self, call)
    }

    /// Hears of what other gateways have made, for a route that is about to say that it knows nothing of something.
    func lookAgain() async {
        if ledger.isShared { try? await catchUp() }
    }

    /// Carries out what `plan` makes of the rows as they stand then. Changes come one at a time.
    func change<Answer: Sendable>(
        _ call: AdminCall, _ what: String, _ plan: @escaping @Sendable () throws(AdminFault) -> Plan<Answer>
    ) async throws(AdminFault) -> Answer {
        guard facts.requiresKey else { throw Self.keyless }
        let result: Result<(answer: Answer, makesKey: Bool), AdminFault> = await line.perform { [self] in
            do throws(AdminFault) {
                let (plan, makesKey) = try await made(of: plan, what, call)
                if let (account, spend) = plan.spend { ledger.setSpend(spend, of: account, at: call.now) }
                logger.notice(
                    "The directory was changed.",
                    metadata: [
                        "admin.action": "\(what)", "admin.subject": "\(plan.subject.hidingKeys)",
                        "admin.user": "\(call.by.name)",
                        "admin.from": "\(call.from)",
                    ])
                return .success((plan.answer(), makesKey))
            } catch { return .failure(error) }
        }
        let done = try result.get()
        // Whoever has a key uses it at once, perhaps by another gateway.
        if done.makesKey, ledger.isShared { await rest(Self.untilHeard) }
        return done.answer
    }

    /// Makes a plan of the rows and carries it out: anew where another gateway has changed some meanwhile.
    private func made<Answer: Sendable>(
        of plan: @Sendable () throws(AdminFault) -> Plan<Answer>, _ what: String, _ call: AdminCall
    ) async throws(AdminFault) -> (Plan<Answer>, makesKey: Bool) {
        for _ in 0..<Self.mostTries {
            // What another gateway has made is built on. Where the store does not answer the change fails below.
            await lookAgain()
            let heard = ledger.heard
            let made = try plan()
            let makesKey = made.changes.contains { $0.makesKey(rows) }
            if made.changes.isEmpty { return (made, makesKey) }
            if try await carryOut(made.changes, what, call, heard) { return (made, makesKey) }
        }
        throw AdminFault(
            .noInstanceAvailable(
                message:
                    "other gateways change keys, teams and users all the time: nothing was changed here; try again",
                retryAfter: 1))
    }

    /// Each of them makes way for one change of another gateway at least.
    private static let mostTries = 32

    /// Until others have heard of a change.
    private static let untilHeard = ShareKeeper.usualSilence + .milliseconds(50)

    /// All of them or none: what could not be made of the rows is refused before the store has a part of it.
    /// - Returns: false where another gateway has changed rows since this one has last heard of some.
    private func carryOut(
        _ changes: [DirectoryChange], _ what: String, _ call: AdminCall, _ heard: Int64
    ) async throws(AdminFault) -> Bool {
        do throws(DirectoryFault) { try rows.check(changes) } catch { throw AdminFault(error) }
        // All gateways make all changes in one order, so none of them makes its own before those of others.
        let isShared = ledger.isShared
        guard try await keep(changes, what, call, isShared ? heard : nil) else { return false }
        if isShared {
            try await hear()
            return true
        }
        do throws(DirectoryFault) { try ledger.apply(changes, at: call.now.wall) } catch { throw AdminFault(error) }
        return true
    }

    private func hear() async throws(AdminFault) {
        do throws(StoreError) { try await catchUp() } catch {
            throw fault(of: error, "the change is written, and counts here when the ledger's store is reached again")
        }
    }

    /// - Parameter heard: nil where this gateway has the ledger alone.
    private func keep(
        _ changes: [DirectoryChange], _ what: String, _ call: AdminCall, _ heard: Int64?
    ) async throws(AdminFault) -> Bool {
        let rows = rows
        let audit = changes.map { change in
            var entry = AuditEntry(
                at: call.now.wall, actor: call.by.name, action: change.action(of: what, on: rows), kind: change.kind,
                object: change.object)
            entry.address = call.from
            return entry
        }
        do throws(StoreError) {
            if let heard { return try await store.publish(changes, audit: audit, heard: heard) }
            try await store.apply(changes, audit: audit)
            return true
        } catch {
            throw fault(of: error, "nothing was changed: the ledger's store failed")
        }
    }

    /// The answer where the store fails: a sentence and the kind. The store's own words go to the log alone, as they name the
    /// server or the file, and may quote what was written.
    func fault(of error: StoreError, _ sentence: String) -> AdminFault {
        logger.warning(
            "The store failed under a management route.",
            metadata: ["reason": "\(error.reason.rawValue)", "error": "\(error.message)"])
        return AdminFault(.noInstanceAvailable(message: "\(sentence) (\(error.reason.rawValue))", retryAfter: 5))
    }

    /// Changes, and the answer once they are made.
    struct Plan<Answer: Sendable>: Sendable {
        var changes: [DirectoryChange]
        /// What is changed, for the log: a name, never a key.
        var subject: String
        /// An account whose spend is set, in the ledger and not among the changes that the store keeps first.
        var spend: (account: AccountName, money: Money)?
        var answer: @Sendable () -> Answer

        init(
            _ changes: [DirectoryChange], subject: String, spend: (account: AccountName, money: Money)? = nil,
            answer: @escaping @Sendable () -> Answer
        ) {
            self.changes = changes
            self.subject = subject
            self.spend = spend
            self.answer = answer
        }
    }

    /// The rows as they stand now.
    var rows: LedgerRows { ledger.rows }

    /// Whether there is a key, a user or a team, and so a store that has them.
    var hasRows: Bool { rows.keys(size: 1).total + rows.users(size: 1).total + rows.teams(size: 1).total > 0 }

    /// How much an account has spent.
    func spent(_ account: AccountName, at now: LedgerTime) -> KeyRow.Spent {
        guard let status = ledger.status(of: account, at: now) else { return KeyRow.Spent() }
        return KeyRow.Spent(
            window: status.spent, total: status.total.money,
            resetAt: status.window.end == .never ? nil : status.window.end)
    }

    /// The same with what is used of the budgets of single models.
    private func spent(
        _ account: AccountName, by models: [String: ModelAllowance], at now: LedgerTime, _ part: (String) -> AccountName
    ) -> KeyRow.Spent {
        var all = spent(account, at: now)
        for (model, bounds) in models where bounds.maxBudget != nil {
            all.models[model] = spent(part(model), at: now).window
        }
        return all
    }

    func row(_ key: VirtualKey, at now: LedgerTime) -> KeyRow {
        let account = key.account
        let spent = spent(.key(account), by: key.modelAllowances, at: now) { .keyModel(account, model: $0) }
        return KeyRow(key: key, spent: spent, template: key.budgetID.flatMap { rows.budget($0) })
    }

    /// - Parameter caller: who is shown it; members' addresses are for those who lead them.
    func row(_ team: Team, for caller: Operator, at now: LedgerTime) -> TeamRow {
        let rows = rows
        let spent = spent(.team(team.id), by: team.modelAllowances, at: now) { .teamModel(team.id, model: $0) }
        var emails: [String: String] = [:]
        guard caller.maySeeAll || caller.leads(team) else { return TeamRow(team: team, spent: spent) }
        for member in team.members { emails[member.userID] = rows.user(member.userID)?.email }
        return TeamRow(team: team, spent: spent, emails: emails)
    }

    func spent(of user: User, at now: LedgerTime) -> KeyRow.Spent {
        spent(.user(user.id), by: user.modelAllowances, at: now) { .userModel(user.id, model: $0) }
    }

    private static let keyless = AdminFault.invalid(
        "no master key is set, so every request is let in and a key would bind nobody; set "
            + "general_settings.master_key (or LITELLM_MASTER_KEY) and start again", nil)
}

extension AdminFault {
    init(_ fault: DirectoryFault) {
        switch fault {
        case .aliasTaken(let alias):
            self = .invalid(
                "Key with alias '\(alias)' already exists. Unique key aliases across all keys are required.",
                "key_alias")
        case .keyExists:
            self = .invalid(
                "this key exists already, or was regenerated into one that goes on with its spend; change that one by "
                    + "/key/update", "key")
        case .unknown(let name): self = .notFound("there is no such row: \(name)")
        }
    }
}

extension DirectoryChange {
    /// Whether somebody has a key afterwards that nobody had.
    fileprivate func makesKey(_ rows: LedgerRows) -> Bool {
        switch self {
        case .putKey(let key): rows.key(key.hash) == nil
        case .replaceKey: true
        default: false
        }
    }

    /// The audit's word for it, as a part of what a route does to these rows: `user/delete` deletes a user and its keys, and
    /// updates its teams.
    func action(of what: String, on rows: LedgerRows) -> String {
        let isNew: Bool
        switch self {
        case .removeKey, .removeUser, .removeTeam, .removeCustomer, .removeBudget, .removeModel:
            return "deleted"
        case .replaceKey: return "regenerated"
        case .putKey(let key): isNew = rows.key(key.hash) == nil
        case .putUser(let user): isNew = rows.user(user.id) == nil
        case .putTeam(let team): isNew = rows.team(team.id) == nil
        case .putCustomer(let customer): isNew = rows.customer(customer.id) == nil
        case .putBudget(let budget): isNew = rows.budget(budget.id) == nil
        case .putModel(let model): isNew = rows.model(model.id) == nil
        }
        switch what.split(separator: "/").last {
        case "block": return "blocked"
        case "unblock": return "unblocked"
        default: return isNew ? "created" : "updated"
        }
    }
}
