/// Budgets that several gateways spend together: each of them spends no more than a part that the store gave it.
extension LedgerState {
    /// From now on nothing of a budget is spent that the store did not give.
    public mutating func share() {
        guard !isShared else { return }
        isShared = true
        for place in table.taken { table.declareIfBound(place) }
    }

    /// The gateway is alone: all of every budget and limit is its own.
    private mutating func endSharing() {
        isShared = false
        table.undeclared = []
        for place in table.taken { table.freeShare(of: Int(place)) }
        (table.parts, fits) = (RateParts(), ([], .min))
        table.divideLimits()
    }

    /// The rest of a budget: all of it if everything promised costs nothing, and of this gateway's part. Where that does not
    /// suffice the store is asked with the next word; not while others need it and an account before it is waited for, as the
    /// last of a budget would stay where it is of no use.
    mutating func sharedLeft(
        of most: Money, on place: Int, for bound: Money, isWaiting: Bool, at now: LedgerTime
    ) -> (free: Int128, room: Int128) {
        let index = table.share(of: place, at: now.ticks)
        let account = table.accounts[place]
        let share = table.shares[index]
        let free = account.window.left(of: most).free - Int128(share.lost.picodollars)
        let own = Int128(share.ceiling.picodollars) - Int128(account.used.picodollars)
        let room = min(own, free - account.window.reserved)
        let isAsked = !isWaiting || share.wantedUntil <= now.ticks
        if isAsked, room < Int128(bound.picodollars) { table.shares[index].miss(bound, at: now.ticks) }
        return (free, room)
    }

    /// Keeps the parts that a request waits with, up to the first that does not suffice: since all ask their accounts in one
    /// order, no two of them wait for each other's.
    mutating func holdParts(of lines: AccountLines, for bound: Money, at now: LedgerTime) {
        for line in 0..<lines.count where table.accounts[lines[line]].most(at: now.wall) != nil {
            let index = table.share(of: lines[line], at: now.ticks)
            let account = table.accounts[lines[line]]
            guard table.shares[index].ceiling >= account.used + bound else { return }
            table.shares[index].hold(bound, at: now.ticks)
        }
    }

    /// A part of a budget was promised.
    mutating func noteShared(_ amount: Money, on place: Int, at now: LedgerTime) {
        let index = table.share(of: place, at: now.ticks)
        let account = table.accounts[place]
        let isLow = table.shares[index].use(
            amount, used: account.used, reserved: account.window.reservedMoney, at: now.ticks)
        if isLow { isAsking = true }
    }

    /// Whether the store is to be asked, since the last call.
    mutating func takeAsking() -> Bool {
        defer { isAsking = false }
        return isAsking
    }

    // MARK: The word to the store

    /// What the store is to be told now.
    public mutating func report(at now: LedgerTime) -> ShareReport {
        reports += 1
        var report = ShareReport(gateway: book.origin, number: reports, isShared: isShared)
        guard isShared else { return report }
        lookAtLimits(at: now.ticks)
        report.fits = fits.gateways == table.parts.gateways ? fits.gateways : []
        let forced = declaration(at: now)
        for index in table.shares.indices where table.shares[index].account >= 0 {
            if let ask = ask(index, at: now) { report.asks.append(ask) }
        }
        let known = Set(forced.map(\.account))
        report.asks = forced + report.asks.filter { !known.contains($0.account) }
        return report
    }

    /// The last word: nothing is promised any more, and all that is left goes back.
    public mutating func lastReport(at now: LedgerTime) -> ShareReport {
        var report = report(at: now)
        report.isLast = true
        report.asks = []
        report.mostParts = table.mostParts(at: now.ticks)
        return report
    }

    /// What is within its part stays within it. Until it is, that is looked at four times a second, as it takes a look at all
    /// accounts.
    private mutating func lookAtLimits(at now: Int64) {
        guard fits.gateways != table.parts.gateways, now &- fits.at >= 250_000_000 || fits.at == .min else { return }
        if table.fitsParts(at: now) { fits.gateways = table.parts.gateways }
        fits.at = now
    }

    /// Everything that was spent and promised of budgets without asking, since they were not shared then or not there: the
    /// store has to know it.
    private mutating func declaration(at now: LedgerTime) -> [ShareAsk] {
        var asks: [ShareAsk] = []
        for place in table.undeclared.sorted().map(Int.init) {
            roll(place, at: now)
            let account = table.accounts[place]
            guard let most = account.most(at: now.wall), account.used > .zero else {
                table.undeclared.remove(Int32(place))
                continue
            }
            let index = table.share(of: place, at: now.ticks)
            let used = max(account.used, table.shares[index].ceiling)
            asks.append(
                ShareAsk(
                    account: table.names[place], window: account.window.bounds, most: most, kept: used, need: used,
                    wish: used, isForced: true))
        }
        return asks
    }

    private mutating func ask(_ index: Int, at now: LedgerTime) -> ShareAsk? {
        let place = Int(table.shares[index].account)
        roll(place, at: now)
        let account = table.accounts[place]
        let (used, reserved) = (account.used, account.window.reservedMoney)
        if table.shares[index].window != account.window.bounds.start {
            table.shares[index].begin(account.window.bounds.start, with: used)
        }
        if table.shares[index].isDone(used: used, reserved: reserved, at: now.ticks) {
            table.freeShare(of: place)
            return nil
        }
        return table.shares[index].ask(
            table.names[place], account.window.bounds, used: used, reserved: reserved, most: account.most(at: now.wall),
            at: now.ticks)
    }

    // MARK: The store's word

    /// Takes the store's answer to a report.
    public mutating func hear(_ news: ShareNews, of report: ShareReport, at now: LedgerTime) {
        for dated in news.changes { take(dated) }
        heard = news.number
        for ask in report.asks where ask.isForced {
            if let place = table.place(of: ask.account) { table.undeclared.remove(place) }
        }
        for grant in news.grants { hear(grant, at: now) }
        for sum in news.spent {
            guard let place = table.place(of: sum.account).map(Int.init) else {
                table.hear(sum)
                continue
            }
            roll(place, at: now)
            guard table.accounts[place].window.bounds.start == sum.window.start else { continue }
            hear(others: sum.money, on: place, at: now)
        }
        for name in news.wanted {
            guard let place = table.place(of: name), table.accounts[Int(place)].share >= 0 else { continue }
            let index = Int(table.accounts[Int(place)].share)
            if table.shares[index].ceiling > table.accounts[Int(place)].used { isAsking = true }
            table.shares[index].wantedUntil = now.ticks + Self.wantedFor
        }
        if table.parts.hear(news.gateways, othersFit: news.othersFit, as: book.origin) { table.divideLimits() }
        if news.isShared { share() }
        if news.isSole, isShared { endSharing() }
    }

    /// All gateways make the same changes in the same order. Two may have given one alias to two keys at the same time: the
    /// second works without it.
    private mutating func take(_ dated: ShareNews.DatedChange) {
        do throws(DirectoryFault) {
            try apply(dated.change, at: dated.at)
        } catch {
            guard case .aliasTaken = error, case .putKey(var key) = dated.change else { return }
            key.alias = nil
            try? apply(.putKey(key), at: dated.at)
        }
    }

    /// Stock is given back for so long after another gateway needed it.
    private static let wantedFor: Int64 = 2_000_000_000

    private mutating func hear(_ grant: ShareGrant, at now: LedgerTime) {
        guard let place = table.place(of: grant.account).map(Int.init) else { return }
        let start = table.accounts[place].window.bounds.start
        // A new window began meanwhile: the part was one of the old window.
        guard start == grant.asked || start == grant.window.start else { return }
        if start != grant.window.start {
            table.accounts[place].adopt(grant.window)
            claims.follow(WindowMove(account: Int32(place), from: start, to: grant.window.start))
        }
        let index = table.share(of: place, at: now.ticks)
        table.shares[index].window = grant.window.start
        (table.shares[index].ceiling, table.shares[index].told) = (grant.ceiling, grant.ceiling)
        table.shares[index].lost = grant.lost
        hear(others: grant.others, on: place, at: now)
    }

    private mutating func hear(others: Money, on place: Int, at now: LedgerTime) {
        table.accounts[place].hear(others: others)
        tellSoft(place)
    }
}
