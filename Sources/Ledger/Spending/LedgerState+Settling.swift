extension LedgerState {
    /// Books the cost of an attempt in the windows in which it was reserved. Nothing happens when it has ended before.
    public mutating func settle(_ grant: Grant, _ charge: Charge, at now: LedgerTime) {
        guard let claim = claims.close(grant.slot, generation: grant.generation) else { return }
        let excess = Swift.max(charge.money - claim.money, .zero)
        let tally = Tally(
            money: charge.money, promptTokens: Int64(charge.promptTokens),
            completionTokens: Int64(charge.completionTokens), requests: claim.isFirstAttempt ? 1 : 0, overrun: excess)
        for index in 0..<claim.count {
            let line = claim.lines[index]
            let place = Int(line.account)
            roll(place, at: now)
            table.accounts[place].end(reserved: claim.money, in: line.window)
            book(tally, on: place, in: line.window, at: now.wall)
            let rates = Int(table.accounts[place].rates)
            if rates >= 0 {
                table.rates[rates].settle(
                    held: claim.tokens, serial: line.tokenSerial, used: charge.promptTokens + charge.completionTokens,
                    at: now.ticks)
            }
            table.freeIfDone(line.account)
        }
    }

    /// Gives back a reservation of what was not sent, also as a request of its minute. Nothing happens when it has ended before.
    public mutating func release(_ grant: Grant) {
        guard let claim = claims.close(grant.slot, generation: grant.generation) else { return }
        for index in 0..<claim.count {
            let line = claim.lines[index]
            let place = Int(line.account)
            table.accounts[place].end(reserved: claim.money, in: line.window)
            let rates = Int(table.accounts[place].rates)
            if rates >= 0 { table.rates[rates].takeBack(line, claim) }
            table.freeIfDone(line.account)
        }
    }

    /// Sets what an account has spent in its window, as `spend` of `/key/generate` and `/key/update` does. The difference
    /// is booked.
    public mutating func setSpend(_ spend: Money, of name: AccountName, at now: LedgerTime) {
        guard let place = table.place(of: name).map(Int.init) else { return }
        roll(place, at: now)
        let window = table.accounts[place].window
        book(Tally(money: spend - window.tally.money), on: place, in: window.bounds.start, at: now.wall)
    }

    /// Keeps a finished request for which nothing was reserved, since nothing can bind it: its cost is summed with its row.
    public mutating func recordUnbound(_ entry: LedgerEntry, at now: LedgerTime) {
        record(entry)
        guard global >= 0, entry.attempts > 0 else { return }
        let place = Int(global)
        roll(place, at: now)
        book(Tally(of: entry), on: place, in: table.accounts[place].window.bounds.start, at: now.wall)
    }

    mutating func book(_ tally: Tally, on place: Int, in start: WallTime, at now: WallTime) {
        guard table.charge(place, tally, in: start) else {
            let window = table.accounts[place].pastWindow(from: start)
            return book.add(AccountSum(account: table.names[place], window: window, tally: tally))
        }
        let (window, most) = (table.accounts[place].window, table.accounts[place].most(at: now))
        if let most, tally.overrun > .zero, window.tally.money > most {
            alert(.overrun(tally.overrun), place, bound: most)
        }
        tellSoft(place)
    }

    /// Alerts where the soft budget is reached, or the budget is near its end.
    mutating func tellSoft(_ place: Int) {
        guard table.accounts[place].reachesWarning() else { return }
        let account = table.accounts[place]
        if let soft = account.soft { alert(.softBudget, place, bound: soft) }
        // Beyond it the overrun is told.
        if account.soft == nil, let most = account.most, account.window.tally.money <= most {
            alert(.nearEnd, place, bound: most)
        }
    }

    private mutating func alert(_ kind: LedgerAlert.Kind, _ place: Int, bound: Money) {
        guard alerts.count < 1_000 else { return }
        let window = table.accounts[place].window
        alerts.append(
            LedgerAlert(
                account: table.names[place], label: label(of: table.names[place]), kind: kind,
                spent: window.tally.money, bound: bound, window: window.bounds)
        )
    }

    /// What people call an account. A hash tells nobody whose budget is spent.
    private func label(of account: AccountName) -> String? {
        switch account {
        case .key(let hash), .keyModel(let hash, _):
            directory.key(account: hash).map { key in key.alias.map { "\($0) (\(key.name))" } ?? key.name }
        case .user(let id), .userModel(let id, _): directory.users[id]?.alias ?? directory.users[id]?.email
        case .team(let id), .teamModel(let id, _), .member(let id, _): directory.teams[id]?.team.alias
        case .customer(let id): directory.customers[id]?.alias
        case .provider, .global: nil
        }
    }

    /// Everything that is to be written since the last call; nil when that is nothing.
    public mutating func takeBatch() -> LedgerBatch? {
        book.takeBatch(with: table.takeSums())
    }
}
