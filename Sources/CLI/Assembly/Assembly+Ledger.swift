import Balancer
import Config
import FoundationEssentials
import Gateway
import Ledger
import LedgerStore
import Logging
import Server

/// Keys, teams and budgets.
extension Assembly {
    /// The bounds that stand in the configuration.
    var ledgerSettings: LedgerSettings {
        var settings = LedgerSettings()
        settings.global = Self.allowance(
            configuration.litellmSettings.maxBudget?.value, configuration.litellmSettings.budgetDuration?.value)
        settings.rows = configuration.litellmSettings.rows
        for budget in configuration.routerSettings.providerBudgets {
            settings.providers[budget.provider] = Self.allowance(budget.maxBudget, budget.duration)
        }
        for deployment in configuration.entries {
            for group in deployment.accessGroups where !deployment.modelName.value.isEmpty {
                settings.accessGroups[group, default: []].append(deployment.modelName.value)
            }
        }
        return settings
    }

    /// Where keys, teams and spend are kept: the first of these that is not LiteLLM's. None where nothing is kept.
    private var places: [StoreAddress] {
        switch configuration.drover.store {
        case .automatic(let path):
            guard let database = configuration.generalSettings.databaseURL else { return [.sqlite(path: path)] }
            return [.postgresql(database.value.reveal()), .sqlite(path: path)]
        case .sqlite(let path): return [.sqlite(path: path)]
        case .postgresql(let address): return [.postgresql(address.reveal())]
        case .off: return []
        }
    }

    /// The stores of these places.
    var stores: [OnDemandStore] {
        let places = places
        return places.isEmpty ? [OnDemandStore(nil)] : places.map { OnDemandStore($0, opening(of: $0)) }
    }

    /// A file that nobody has named is made with the first thing to keep.
    private func opening(of place: StoreAddress) -> OnDemandStore.Opening {
        guard case .automatic = configuration.drover.store, case .sqlite(let path) = place,
            !FileManager.default.fileExists(atPath: path)
        else { return .atStart }
        return ledgerSettings.bindsMoney ? .withSpend : .withChange
    }

    /// What outlives the process beside the ledger.
    ///
    /// - Parameter keepsLedger: whether there is one to be kept.
    func keeping(besideLedger keepsLedger: Bool, time: TimeSource, logger: Logger) async -> Keeping {
        let shared = await sharedAnswers(time: time, logger: logger)
        let keepsFile = configuration.drover.keepResponses == .store && shared == nil
        return Keeping(
            responses: configuration.drover.keepResponses,
            store: keptPath(besideLedger: keepsLedger, withResponses: keepsFile).map { KeptFile(path: $0) },
            shared: shared, sharesConfined: places.first.map(Self.keepsInside) ?? false)
    }

    /// The database in which several gateways keep responses; nil where there is none, or it is LiteLLM's. One that cannot be reached now
    /// is tried again; where it turns out to be LiteLLM's then, responses stay in memory.
    private func sharedAnswers(time: TimeSource, logger: Logger) async -> AnswerDatabase? {
        guard configuration.drover.keepResponses == .store, case .postgresql(let address) = places.first else {
            return nil
        }
        let database = AnswerDatabase(address, time: time, logger: logger)
        do throws(StoreError) { _ = try await database.read(at: time.wallTime) } catch {
            guard error.reason == .foreign else { return database }
            logger.warning(
                "responses are not kept in the database, and each gateway keeps its own",
                metadata: ["error": "\(error.message)"])
            return nil
        }
        return database
    }

    /// Where the operator has named a file, or responses are to be kept in one, or the ledger has one already: nobody gets a file by
    /// surprise. One that is there is opened, too, or what it has would stay in it for good.
    private func keptPath(besideLedger keepsLedger: Bool, withResponses: Bool) -> String? {
        switch configuration.drover.store {
        case .sqlite(let path): return path + "-kept"
        case .automatic(let path):
            let isThere =
                keepsLedger && configuration.generalSettings.databaseURL == nil
                && FileManager.default.fileExists(atPath: path)
            let kept = path + "-kept"
            let isWanted = isThere || withResponses
            return isWanted || FileManager.default.fileExists(atPath: kept) ? kept : nil
        case .postgresql, .off: return nil
        }
    }

    /// Whether there is a store at all.
    var keepsLedger: Bool {
        if case .off = configuration.drover.store { false } else { true }
    }

    /// Whether other gateways may be met in the store although nothing is spent from it: by name only, so that no database is
    /// written by surprise.
    var meetsOthers: Bool {
        if case .postgresql = configuration.drover.store { true } else { false }
    }

    /// A word for the operator about a file that has a ledger and is not read while `general_settings.database_url` cannot be
    /// reached; nil where there is none.
    var ledgerElsewhere: String? {
        guard case .automatic(let path) = configuration.drover.store, configuration.generalSettings.databaseURL != nil,
            FileManager.default.fileExists(atPath: path)
        else { return nil }
        return
            " The keys and spend in the file \(path) are not used meanwhile: where they are the gateway's ledger, set "
            + "drover.store to sqlite:\(path), or remove general_settings.database_url."
    }

    /// Whose words are kept beside the rows of their requests.
    var wordKeeping: Spending.WordKeeping {
        let places = places
        guard configuration.generalSettings.storesPrompts, !places.isEmpty else { return .none }
        return places.allSatisfy(Self.keepsInside) ? .all : .ofUnconfined
    }

    /// Whether what is kept there stays inside; in doubt it does not.
    private static func keepsInside(_ place: StoreAddress) -> Bool {
        guard case .postgresql(let address) = place else { return true }
        // Several hosts, or one that is named elsewhere, are in doubt.
        guard let url = URL(string: address), let host = url.host(), !host.contains(","),
            !["host=", "hostaddr=", "service="].contains(where: { (url.query() ?? "").contains($0) })
        else { return false }
        let name = host.contains(":") ? "[\(host)]" : host
        return (try? BaseURL("http://\(name)"))?.isInside ?? false
    }

    /// How long rows of requests are kept; nil: for ever.
    var retention: Duration? {
        configuration.generalSettings.retention.flatMap { BudgetPeriod($0.value) }.map { .seconds($0.longestSeconds) }
    }

    private static func allowance(_ most: String?, _ duration: String?) -> Allowance {
        var allowance = Allowance()
        allowance.maxBudget = most.flatMap { Money(bound: $0) }
        allowance.budgetDuration = duration.flatMap { BudgetPeriod($0) }
        return allowance
    }
}

extension TimeSource {
    /// The calendar, as the ledger reads it.
    var wallTime: WallTime { WallTime(unixSeconds: unixSeconds()) }
}
