import Dialects
import Ledger

/// Values as rows have them: null where there is none.
extension JSONText {
    static func maybe(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }
    static func maybe(_ number: Int?) -> JSONText { number.map { .integer($0) } ?? .null }
    static func maybe(_ money: Money?) -> JSONText { money.map { .dollars($0) } ?? .null }

    /// Exact, in decimal.
    static func dollars(_ money: Money) -> JSONText { JSONText(money.description) ?? .double(money.dollars) }

    static func texts(_ list: [String]) -> JSONText { .array(list.map { .string($0) }) }
    static func texts(_ map: [String: String]) -> JSONText {
        .object(map.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// JSON that is kept as it came.
    static func stored(_ text: String) -> JSONText { JSONText(text) ?? .object([]) }

    /// `model_max_budget`: the models that have one.
    static func modelBudgets(_ models: [String: ModelAllowance]) -> JSONText {
        .object(
            models.sorted { $0.key < $1.key }.compactMap { name, bounds in
                guard let most = bounds.maxBudget else { return nil }
                return (
                    name,
                    .object([
                        ("budget_limit", .dollars(most)), ("max_budget", .dollars(most)),
                        ("time_period", .maybe(bounds.budgetDuration?.text)),
                        ("budget_duration", .maybe(bounds.budgetDuration?.text)),
                    ])
                )
            })
    }

    /// `model_spend`: what is used of the budgets of single models.
    static func spent(_ models: [String: Money]) -> JSONText {
        .object(models.sorted { $0.key < $1.key }.map { ($0.key, .dollars($0.value)) })
    }

    /// A limit of single models, null where none has it.
    static func limits(_ models: [String: ModelAllowance], _ limit: KeyPath<ModelAllowance, Int?>) -> JSONText {
        let limits = models.sorted { $0.key < $1.key }.compactMap { name, bounds in
            bounds[keyPath: limit].map { (name, JSONText.integer($0)) }
        }
        return limits.isEmpty ? .null : .object(limits)
    }
}
