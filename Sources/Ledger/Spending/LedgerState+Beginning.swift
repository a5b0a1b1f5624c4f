extension LedgerState {
    /// Takes what the store has, where it could not be read when the ledger began: everything that was spent since stays,
    /// and counts on top. Nothing happens where nothing is missing.
    public mutating func begin(with image: LedgerImage, at now: LedgerTime) {
        guard isMissingStore else { return }
        isMissingStore = false
        beginShared(image)
        table.divideLimits()
        for place in table.taken { roll(Int(place), at: now) }
        for move in table.restore(AccountHistory.all(of: image.sums), at: now.wall) { claims.follow(move) }
        restore(image, at: now.wall)
        chargeCustomers(at: now.wall)
    }

    /// Books what requests of customers have cost before anyone knew that these are bound.
    private mutating func chargeCustomers(at now: WallTime) {
        for entry in book.entries where entry.attempts > 0 {
            guard let place = entry.customer.flatMap({ customers[$0] }).map({ Int($0.account) }) else { continue }
            book(Tally(of: entry), on: place, in: table.accounts[place].window.bounds.start, at: now)
        }
    }
}

/// An account's window got the start that the store knows it by.
struct WindowMove: Equatable {
    let account: Int32
    let from: WallTime
    let to: WallTime
}

extension AccountTable {
    /// Takes sums of before. Accounts that are there already go on with both.
    mutating func restore(_ histories: [AccountName: AccountHistory], at now: WallTime) -> [WindowMove] {
        var moves: [WindowMove] = []
        for (name, history) in histories {
            guard let place = place(of: name) else {
                keep(history, of: name)
                continue
            }
            let start = accounts[Int(place)].window.bounds.start
            goOn(place, with: history, at: now)
            let moved = accounts[Int(place)].window.bounds.start
            if moved != start { moves.append(WindowMove(account: place, from: start, to: moved)) }
        }
        return moves
    }
}

extension OpenClaims {
    /// Reservations in a window that has another start now are settled in it all the same.
    mutating func follow(_ move: WindowMove) {
        change { claim in
            for line in 0..<claim.count
            where claim.lines[line].account == move.account && claim.lines[line].window == move.from {
                claim.lines[line].window = move.to
            }
        }
    }
}
