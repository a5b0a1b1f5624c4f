extension LedgerState {
    /// Reserves an attempt's bounds on all its accounts, or on none.
    public mutating func reserve(_ claim: Claim, at now: LedgerTime) -> ReserveVerdict { reserve(claim, nil, at: now) }

    /// The same for an attempt that takes the place of one that is about to end: of what was reserved for that one only its cost so far
    /// is kept, if this one is granted. Else all stays as it was.
    public mutating func reserve(
        _ claim: Claim, inPlaceOf grant: Grant, _ cost: Charge, at now: LedgerTime
    ) -> ReserveVerdict {
        guard let whole = claims.read(grant.slot, generation: grant.generation) else { return reserve(claim, at: now) }
        var part = whole
        part.money = Swift.min(cost.money, whole.money)
        part.tokens = Swift.min(cost.promptTokens + cost.completionTokens, whole.tokens)
        change(grant, from: whole, to: part)
        let verdict = reserve(claim, part, at: now)
        if case .granted = verdict { return verdict }
        change(grant, from: part, to: whole)
        return verdict
    }

    /// Keeps other amounts for an attempt that is open.
    private mutating func change(_ grant: Grant, from old: OpenClaims.Claim, to new: OpenClaims.Claim) {
        claims.replace(grant.slot, generation: grant.generation, by: new)
        for index in 0..<old.count {
            let line = old.lines[index]
            let place = Int(line.account)
            table.accounts[place].keep(new.money, insteadOf: old.money, in: line.window)
            let rates = Int(table.accounts[place].rates)
            if rates >= 0 {
                table.rates[rates].keep(new.tokens, insteadOf: old.tokens, serial: line.tokenSerial)
            }
        }
    }

    /// - Parameter leaving: the rest of the attempt whose place it takes, which is as good as spent.
    private mutating func reserve(
        _ claim: Claim, _ leaving: OpenClaims.Claim?, at now: LedgerTime
    ) -> ReserveVerdict {
        var lines = AccountLines()
        if let refusal = collect(claim, at: now, into: &lines) { return .refused(refusal) }
        var money = Offer(bound: claim.bound.picodollars, least: claim.least.picodollars)
        // No account lets more tokens through than its limit: so the others need not have more either.
        var most = claim.tokens
        for line in 0..<lines.count { most = Swift.min(most, table.tokenLimit(of: lines[line])) }
        var tokens = Offer(bound: Int64(most), least: Int64(Swift.min(claim.leastTokens, most)))
        for line in 0..<lines.count {
            let place = lines[line]
            roll(place, at: now)
            if let refusal = ask(place, line, claim, leaving, &money, &tokens, at: now) { return .refused(refusal) }
        }
        switch (money.answer, tokens.answer) {
        case (.given(let amount), .given(let count)):
            return .granted(begin(lines, claim, Money(picodollars: amount), tokens: Int(count), at: now))
        case (.held(let line), _):
            // The store is asked at once for what waits, and not for what is refused for good.
            if isShared {
                holdParts(of: lines, for: claim.bound, at: now)
                isAsking = true
            }
            return .held(budgetRefusal(lines[line], at: now.wall))
        case (.given, .held(let line)): return .held(rateRefusal(.tokens, lines[line], need: most, at: now))
        }
    }

    /// The accounts of a claim, in the order of their asking; a refusal where it may not ask at all.
    private mutating func collect(_ claim: Claim, at now: LedgerTime, into lines: inout AccountLines) -> LedgerRefusal?
    {
        if let pass = claim.pass {
            let key = keys[Int(pass.index)]
            guard key.generation == pass.generation else { return .unknownKey(pass.facts.key.hash) }
            if key.isClosed(at: now.wall) {
                return directory.facts[Int(pass.index)].map { refusal(of: $0, at: now.wall) }
            }
            add(key.key, for: claim, to: &lines)
            add(named(claim.user) ?? key.user, for: claim, to: &lines)
            add(key.team, for: claim, to: &lines)
            lines.add(key.member)
        } else if let user = named(claim.user) {
            add(user, for: claim, to: &lines)
        }
        if var name = claim.customer {
            if let budget = settings.rows.customerBudgetID, customers[name] == nil {
                name = claim.customerShown ?? name
                if let refusal = meetCustomer(name, under: budget, at: now.wall) { return refusal }
            }
            if let customer = customers[name] {
                if customer.isBlocked { return .customerBlocked(name) }
                lines.add(customer.account)
            }
        }
        if !providers.isEmpty, let provider = providers[claim.provider] { lines.add(provider) }
        lines.add(global)
        return nil
    }

    /// The account of a user that a request names; nil for one without a row, of whom there could be any number.
    private func named(_ user: String?) -> Int32? {
        guard let user, directory.users[user] != nil else { return nil }
        return table.place(of: .user(user))
    }

    private func add(_ place: Int32, for claim: Claim, to lines: inout AccountLines) {
        guard place >= 0 else { return }
        lines.add(place)
        let models = table.accounts[Int(place)].models
        guard models >= 0 else { return }
        if let account = table.models[Int(models)].place(of: claim.model, claim.otherNames) { lines.add(account) }
    }

    /// Asks one account; a refusal where the claim does not fit, whatever those under way cost.
    private mutating func ask(
        _ place: Int, _ line: Int, _ claim: Claim, _ leaving: OpenClaims.Claim?, _ money: inout Offer,
        _ tokens: inout Offer, at now: LedgerTime
    ) -> LedgerRefusal? {
        let leavingLine = leaving?.line(of: place)
        if let most = table.accounts[place].most(at: now.wall), claim.bound > .zero {
            let (free, room) =
                isShared
                ? sharedLeft(of: most, on: place, for: claim.bound, isWaiting: money.isHeld, at: now)
                : table.accounts[place].window.left(of: most)
            let isSpent = leavingLine?.window == table.accounts[place].window.bounds.start
            let spent = isSpent ? Int128(leaving?.money.picodollars ?? 0) : 0
            guard money.hear(free: free - spent, room: room, givesPart: true, line: line) else {
                return budgetRefusal(place, at: now.wall)
            }
        }
        let rates = Int(table.accounts[place].rates)
        guard rates >= 0 else { return nil }
        table.rates[rates].expire(at: now.ticks)
        if claim.isFirstAttempt {
            if let most = table.rates[rates].parallel, table.accounts[place].inFlight >= most {
                return rateRefusal(.parallel, place, need: 1, at: now)
            }
            if let (_, room) = table.rates[rates].requests?.left, room < 1 {
                return rateRefusal(.requests, place, need: 1, at: now)
            }
        }
        if claim.tokens > 0, let (free, room) = table.rates[rates].tokens?.left,
            let limit = table.rates[rates].tokens?.limit
        {
            // A request that could never fit as a whole gets what is left, if that is more than its prompt.
            let isPart = claim.tokens > limit
            let isSpent = leavingLine?.tokenSerial == table.rates[rates].tokenSerial
            let spent = isSpent ? leaving?.tokens ?? 0 : 0
            let need = isPart ? claim.leastTokens + 1 : Int(tokens.bound)
            let fits =
                need <= limit
                && tokens.hear(free: Int128(free - spent), room: Int128(room), givesPart: isPart, line: line)
            if !fits { return rateRefusal(.tokens, place, need: need, at: now) }
        }
        return nil
    }

    private mutating func begin(
        _ lines: AccountLines, _ claim: Claim, _ money: Money, tokens: Int, at now: LedgerTime
    ) -> Grant {
        var open = OpenClaims.Claim(
            money: money, tokens: tokens, isFirstAttempt: claim.isFirstAttempt, begun: now.ticks)
        var left: RatesLeft?
        var isBudgeted = false
        for line in 0..<lines.count {
            let place = lines[line]
            let isBound = table.accounts[place].most(at: now.wall) != nil
            if isBound { isBudgeted = true }
            table.accounts[place].begin(reserving: money)
            if isShared, isBound, money > .zero { noteShared(money, on: place, at: now) }
            var opened = OpenClaims.Line(account: Int32(place), window: table.accounts[place].window.bounds.start)
            let rates = Int(table.accounts[place].rates)
            if rates >= 0 {
                table.rates[rates].take(request: claim.isFirstAttempt, tokens: tokens, at: now.ticks)
                opened.requestSerial = table.rates[rates].requestSerial
                opened.tokenSerial = table.rates[rates].tokenSerial
                left = table.rates[rates].left(at: now.ticks).map { $0.nearer(to: left) } ?? left
            }
            open.lines[line] = opened
        }
        open.count = lines.count
        let (slot, generation) = claims.open(open)
        return Grant(
            money: money, tokens: tokens, isBudgeted: isBudgeted, rates: left, slot: slot, generation: generation)
    }

    /// Begins an account's new window when it is time.
    mutating func roll(_ place: Int, at now: LedgerTime) {
        guard now.wall >= table.accounts[place].window.bounds.end else { return }
        if let (window, tally) = table.accounts[place].roll(to: now.wall) {
            book.add(AccountSum(account: table.names[place], window: window, tally: tally))
        }
    }
}
