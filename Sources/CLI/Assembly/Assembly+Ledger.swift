import Balancer
import Config
import FoundationEssentials
import Gateway
import Ledger
import LedgerStore

/// Keys, teams and budgets.
extension Assembly {
    /// The bounds that stand in the configuration.
    var ledgerSettings: LedgerSettings {
        var settings = LedgerSettings()
        settings.global = Self.allowance(
            configuration.litellmSettings.maxBudget?.value, configuration.litellmSettings.budgetDuration?.value)
        for budget in configuration.routerSettings.providerBudgets {
            settings.providers[budget.provider] = Self.allowance(budget.maxBudget, budget.duration)
        }
        for deployment in configuration.modelList {
            for group in deployment.accessGroups where !deployment.modelName.value.isEmpty {
                settings.accessGroups[group, default: []].append(deployment.modelName.value)
            }
        }
        return settings
    }

    /// Where keys, teams and spend are kept: the first of these that is not LiteLLM's.
    var stores: [OnDemandStore] {
        switch configuration.drover.store {
        case .automatic(let path):
            let file = OnDemandStore(.sqlite(path: path), isWanted: FileManager.default.fileExists(atPath: path))
            guard let database = configuration.generalSettings.databaseURL else { return [file] }
            return [OnDemandStore(.postgresql(database.value.reveal()), isWanted: true), file]
        case .sqlite(let path): return [OnDemandStore(.sqlite(path: path), isWanted: true)]
        case .postgresql(let address): return [OnDemandStore(.postgresql(address.reveal()), isWanted: true)]
        case .off: return [OnDemandStore(nil, isWanted: false)]
        }
    }

    private static func allowance(_ most: String?, _ duration: String?) -> Allowance {
        var allowance = Allowance()
        allowance.maxBudget = most.flatMap { Money($0) }
        allowance.budgetDuration = duration.flatMap { BudgetPeriod($0) }
        return allowance
    }
}

extension TimeSource {
    /// The calendar, as the ledger reads it.
    var wallTime: WallTime { WallTime(unixSeconds: unixSeconds()) }
}
