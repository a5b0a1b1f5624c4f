extension LedgerState {
    /// The rows as they are now.
    public var rows: LedgerRows { LedgerRows(directory) }

    /// An account as it stands; nil when nobody has it.
    public func status(of name: AccountName, at now: LedgerTime) -> AccountStatus? {
        guard let place = table.place(of: name) else { return nil }
        // On a copy, so that asking changes nothing.
        var account = table.accounts[Int(place)]
        _ = account.roll(to: now.wall)
        return AccountStatus(
            account: name, window: account.window.bounds, spent: account.window.tally.money,
            reserved: account.window.reservedMoney, most: account.most(at: now.wall),
            overrun: account.window.tally.overrun, total: account.total, inFlight: account.inFlight)
    }

    /// What a key has spent in its window; nothing once it is gone.
    public func spent(by pass: KeyPass, at now: LedgerTime) -> Money {
        let line = keys[Int(pass.index)]
        guard line.generation == pass.generation, line.key >= 0 else { return .zero }
        return table.accounts[Int(line.key)].spent(at: now.wall)
    }

    /// Everything that a ledger would begin with again: all rows, and sums of what is settled, be it written or not;
    /// nothing of what is under way. In a fixed order.
    public func image() -> LedgerImage {
        var image = LedgerImage()
        image.keys = directory.keys.sorted { $0.hash.hex < $1.hash.hex }
        image.users = rows.users().rows
        image.teams = rows.teams().rows
        image.customers = rows.customers().rows
        image.budgets = rows.budgets().rows
        image.models = rows.models
        image.sums = table.sums
        return image
    }
}
