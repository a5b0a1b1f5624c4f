import Balancer
import Config
import Gateway
import Ledger

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
