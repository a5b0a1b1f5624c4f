/// All accounts, by place and by name. A place stays an account's as long as a request is under way on it.
struct AccountTable: Sendable {
    /// The hot part, by place.
    var accounts: [Account] = []
    /// The limits by the minute of those that have some, by `Account.rates`.
    var rates: [RateLimits] = []
    /// This gateway's parts of shared budgets, by `Account.share`.
    var shares: [AccountShare] = []
    /// Accounts whose budget was spent from without asking, which the store does not know yet.
    var undeclared: Set<Int32> = []
    /// This gateway's part of all limits by the minute.
    var parts = RateParts()
    /// The limits of single models of those that have some, by `Account.models`.
    private(set) var models: [ModelAccounts] = []
    /// The names, by place.
    private(set) var names: [AccountName] = []
    private var places: [AccountName: Int32] = [:]
    private var free: [Int32] = []
    private var freeRates: [Int32] = []
    private var freeModels: [Int32] = []
    private var freeShares: [Int32] = []
    private var nextSerial: UInt32 = 1
    /// Accounts that may have something to be written; some stand in it twice, or have nothing by now.
    private var dirty: [Int32] = []
    /// Sums of windows that had ended when their account was bound anew, to be written.
    private var ended: [AccountSum] = []
    /// Accounts that nobody asks on: read back, or of keys and models that are gone. One that is asked for again goes on.
    private var histories: [AccountName: AccountHistory] = [:]

    /// Accounts begin with what was spent before.
    init(_ histories: [AccountName: AccountHistory] = [:]) { self.histories = histories }

    /// The place of an account; nil when there is none.
    func place(of name: AccountName) -> Int32? { places[name] }

    /// All places that are taken.
    var taken: [Int32] { places.values.sorted() }

    /// The place of an account, which is made when there is none.
    mutating func ensure(_ name: AccountName) -> Int32 {
        if let place = places[name] { return place }
        let account = histories.removeValue(forKey: name).map(Account.init(restoring:)) ?? Account()
        let place: Int32
        if let reused = free.popLast() {
            place = reused
            accounts[Int(place)] = account
            names[Int(place)] = name
        } else {
            place = Int32(accounts.count)
            accounts.append(account)
            names.append(name)
        }
        places[name] = place
        return place
    }

    /// The limit of tokens of an account; the largest number where it has none.
    func tokenLimit(of place: Int) -> Int {
        let index = Int(accounts[place].rates)
        return index < 0 ? .max : rates[index].tokens?.limit ?? .max
    }

    /// Keeps what an account that is not asked on yet has spent.
    mutating func keep(_ history: AccountHistory, of name: AccountName) { histories[name] = history }

    /// Keeps what all others have spent on an account that is not asked on here: its row may come later than its sums.
    mutating func hear(_ sum: OthersSpend) {
        let none = AccountSum(account: sum.account, window: sum.window, tally: Tally())
        histories[sum.account, default: AccountHistory(none)].hear(others: sum.money, in: sum.window)
    }

    /// Gives an account what it had spent before.
    mutating func goOn(_ place: Int32, with history: AccountHistory, at now: WallTime) {
        let wasDirty = accounts[Int(place)].isDirty
        accounts[Int(place)].goOn(with: history, at: now)
        if !wasDirty, accounts[Int(place)].isDirty { dirty.append(place) }
    }

    // MARK: Bounds

    /// Gives an account its bounds.
    mutating func bind(_ name: AccountName, _ allowance: Allowance, at now: WallTime) -> Int32 {
        let place = bind(name, AccountBounds(allowance), at: now)
        limit(
            place, requests: allowance.requestsPerMinute, tokens: allowance.tokensPerMinute,
            parallel: allowance.parallelRequests)
        return place
    }

    /// Gives an account the bounds of single models, of which each has an account of its own.
    mutating func bind(
        _ allowances: [String: ModelAllowance], of owner: Int32, at now: WallTime, named name: (String) -> AccountName
    ) {
        var places = ModelAccounts()
        for (model, allowance) in allowances.sorted(by: { $0.key < $1.key }) {
            let place = bind(name(model), AccountBounds(allowance), at: now)
            limit(place, requests: allowance.requestsPerMinute, tokens: allowance.tokensPerMinute, parallel: nil)
            places.add(model, at: place)
        }
        let known = accounts[Int(owner)].models
        let gone = Set(known >= 0 ? models[Int(known)].places : []).subtracting(places.places)
        switch (known >= 0, allowances.isEmpty) {
        case (false, true): break
        case (true, true):
            models[Int(known)] = ModelAccounts()
            freeModels.append(known)
            accounts[Int(owner)].models = -1
        case (true, false): models[Int(known)] = places
        case (false, false):
            if let reused = freeModels.popLast() {
                models[Int(reused)] = places
                accounts[Int(owner)].models = reused
            } else {
                accounts[Int(owner)].models = Int32(models.count)
                models.append(places)
            }
        }
        for place in gone { retire(place) }
    }

    private mutating func bind(_ name: AccountName, _ bounds: AccountBounds, at now: WallTime) -> Int32 {
        let place = ensure(name)
        accounts[Int(place)].isRetired = false
        if let (window, tally) = accounts[Int(place)].bind(bounds, at: now) {
            ended.append(AccountSum(account: name, window: window, tally: tally))
        }
        if accounts[Int(place)].isDirty { dirty.append(place) }
        declareIfBound(place)
        return place
    }

    private mutating func limit(_ place: Int32, requests: Int?, tokens: Int?, parallel: Int?) {
        let isNeeded = requests != nil || tokens != nil || parallel != nil
        guard isNeeded || accounts[Int(place)].rates >= 0 else { return }
        if accounts[Int(place)].rates < 0 {
            if let reused = freeRates.popLast() {
                accounts[Int(place)].rates = reused
            } else {
                accounts[Int(place)].rates = Int32(rates.count)
                rates.append(RateLimits())
            }
        }
        let index = accounts[Int(place)].rates
        rates[Int(index)].take(
            requests: requests, tokens: tokens, parallel: parallel, serial: nextSerial, part: parts)
        nextSerial &+= 1
        if !isNeeded { freeLimits(of: place) }
    }

    // MARK: The end of an account

    /// Nobody will ask on the account of a key again, nor on those of its models. A place is free when nothing is under way
    /// on it and all is written.
    mutating func retireKey(_ hash: KeyHash) {
        guard let place = places[.key(hash)] else { return }
        let index = accounts[Int(place)].models
        for account in [place] + (index >= 0 ? models[Int(index)].places : []) { retire(account) }
    }

    private mutating func retire(_ place: Int32) {
        accounts[Int(place)].isRetired = true
        freeIfDone(place)
    }

    /// Frees the place of an account that nobody asks on and that has nothing to say any more. Its sums stay.
    mutating func freeIfDone(_ place: Int32) {
        guard accounts[Int(place)].isRetired else { return }
        let account = accounts[Int(place)]
        guard account.inFlight == 0, !account.isDirty else { return }
        freeLimits(of: place)
        freeShare(of: Int(place))
        if account.models >= 0 {
            models[Int(account.models)] = ModelAccounts()
            freeModels.append(account.models)
        }
        places[names[Int(place)]] = nil
        if account.total != Tally() { histories[names[Int(place)]] = account.history }
        accounts[Int(place)] = Account()
        free.append(place)
    }

    private mutating func freeLimits(of place: Int32) {
        let index = accounts[Int(place)].rates
        guard index >= 0 else { return }
        rates[Int(index)] = RateLimits()
        freeRates.append(index)
        accounts[Int(place)].rates = -1
    }

    // MARK: Parts of budgets and limits

    /// The place of this gateway's part of an account's budget, which is made when there is none. It is one of the window that
    /// counts now.
    mutating func share(of place: Int, at now: Int64) -> Int {
        let window = accounts[place].window.bounds.start
        if accounts[place].share < 0 {
            let share = AccountShare(account: Int32(place), at: now)
            if let reused = freeShares.popLast() {
                accounts[place].share = reused
                shares[Int(reused)] = share
            } else {
                accounts[place].share = Int32(shares.count)
                shares.append(share)
            }
            // What was spent here before is within what the store gave: it goes on counting where a part was freed at rest.
            shares[Int(accounts[place].share)].begin(window, with: accounts[place].used)
        }
        let index = Int(accounts[place].share)
        if shares[index].window != window { shares[index].begin(window, with: accounts[place].used) }
        return index
    }

    /// An account that has a budget was used when it had none, or when nobody had to ask.
    mutating func declareIfBound(_ place: Int32) {
        let account = accounts[Int(place)]
        guard account.isBudgeted, account.used > .zero else { return }
        if account.share == -1 { undeclared.insert(place) }
    }

    /// This gateway has no use for a part of an account's budget.
    mutating func freeShare(of place: Int) {
        let index = accounts[place].share
        guard index >= 0 else { return }
        shares[Int(index)] = AccountShare()
        freeShares.append(index)
        accounts[place].share = -1
    }

    /// Takes another part of all limits by the minute.
    mutating func divideLimits() {
        for index in rates.indices { rates[index].divide(parts) }
    }

    /// Whether everything that was used and is held is within this gateway's part of all limits.
    mutating func fitsParts(at now: Int64) -> Bool {
        for place in places.values {
            let index = Int(accounts[Int(place)].rates)
            guard index >= 0 else { continue }
            rates[index].expire(at: now)
            if !rates[index].fits(inFlight: accounts[Int(place)].inFlight) { return false }
        }
        return true
    }

    /// Into so many equal parts all limits can be divided and each is enough for what was used here in the last minute.
    mutating func mostParts(at now: Int64) -> Int {
        rates.indices.reduce(Int.max) { most, index in
            rates[index].expire(at: now)
            return min(most, rates[index].mostParts)
        }
    }

    // MARK: Writing

    /// Books a cost in the window of that start; see `Account.charge`.
    mutating func charge(_ place: Int, _ tally: Tally, in start: WallTime) -> Bool {
        let wasDirty = accounts[place].isDirty
        guard accounts[place].charge(tally, in: start) else { return false }
        if !wasDirty { dirty.append(Int32(place)) }
        return true
    }

    /// Hands out all sums of windows that go on and that are not written yet.
    mutating func takeSums() -> [AccountSum] {
        var sums = ended
        ended = []
        for place in dirty where accounts[Int(place)].isDirty {
            let (window, tally) = accounts[Int(place)].takeUnwritten()
            sums.append(AccountSum(account: names[Int(place)], window: window, tally: tally))
            freeIfDone(place)
        }
        dirty.removeAll(keepingCapacity: true)
        return sums
    }

    /// The sums of all accounts, written or not, in a fixed order.
    var sums: [AccountSum] {
        var all: [AccountSum] = []
        for (name, history) in histories { all += history.sums(of: name) }
        for (name, place) in places {
            all += accounts[Int(place)].history.sums(of: name)
        }
        return all.sorted {
            ($0.account.kind.rawValue, $0.account.id, $0.account.part, $0.window.start)
                < ($1.account.kind.rawValue, $1.account.id, $1.account.part, $1.window.start)
        }
    }
}
