extension LedgerState {
    /// Nothing is left of an account's budget.
    func budgetRefusal(_ place: Int, at now: WallTime) -> LedgerRefusal {
        let account = table.accounts[place]
        return .budget(
            BudgetExceeded(
                account: table.names[place], label: label(of: table.names[place]), spent: account.window.tally.money,
                reserved: account.window.reservedMoney, most: account.most(at: now) ?? .max,
                resets: account.window.bounds.end))
    }

    /// A limit of an account is reached.
    func rateRefusal(_ kind: RateExceeded.Kind, _ place: Int, _ claim: Claim, at now: LedgerTime) -> LedgerRefusal {
        let limits = table.rates[Int(table.accounts[place].rates)]
        let (limit, left, wait): (Int, Int, Int64?) =
            switch kind {
            case .requests: (limits.requests?.limit ?? 0, 0, limits.requests?.wait(for: 1, at: now.ticks))
            case .parallel: (limits.parallel ?? 0, 0, nil)
            case .tokens:
                (
                    limits.tokens?.limit ?? 0, limits.tokens?.left.room ?? 0,
                    limits.tokens.flatMap { $0.wait(for: Swift.min(claim.tokens, $0.limit), at: now.ticks) }
                )
            }
        return .rate(
            RateExceeded(
                account: table.names[place], kind: kind, limit: limit, left: Swift.max(left, 0),
                // Held ones may free it at any time.
                wait: wait == 0 ? nil : wait, resets: now.wall.advanced(byNanoseconds: wait ?? 0)))
    }

    /// An account's name for people.
    private func label(of name: AccountName) -> String {
        switch name {
        case .key(let account), .keyModel(let account, _):
            guard let key = directory.key(account: account) else { return account.hex }
            return key.alias.map { "\($0) (\(key.name))" } ?? key.name
        case .global: return ""
        default: return name.id
        }
    }
}
