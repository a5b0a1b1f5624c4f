/// A limit in any 60 seconds, exact to the nanosecond: at a time `t` all that happened after `t - 60 s` counts.
///
/// A use that is known at once (a request) counts from that moment on. One that is not (the tokens of an answer) is held
/// until it is known, and counts from then on: at no time is more than the limit used within 60 seconds. Every amount is kept
/// with its time, so that it leaves exactly when it should; the room for them grows to the most that ever was within 60
/// seconds, and is then used again.
struct RateWindow: Sendable {
    /// 60 seconds, in nanoseconds.
    static let span: Int64 = 60_000_000_000
    /// Uses are in the order of their times but for this.
    private static let slack: Int64 = 1_000_000_000

    private struct Use: Sendable {
        var time: Int64
        /// Everything up to here and with it, since there was nothing last. It may pass the end of its type: only
        /// differences count.
        var total: Int
    }

    /// Never more than this.
    var limit: Int
    /// Tells it from others that its account had before.
    let serial: UInt32
    /// Held by those whose use is not known yet.
    private(set) var held = 0
    /// `total` of the last use that was forgotten.
    private var forgotten = 0
    /// A ring; the number of places is a power of two.
    private var uses: [Use] = []
    private var first = 0
    private var count = 0

    init(limit: Int, serial: UInt32 = 0) {
        (self.limit, self.serial) = (limit, serial)
    }

    /// Used in the last 60 seconds.
    var used: Int { count == 0 ? 0 : use(count - 1).total &- forgotten }

    /// By their order in time.
    private func use(_ index: Int) -> Use { uses[(first + index) & (uses.count - 1)] }

    /// Forgets what is 60 seconds old.
    mutating func expire(at now: Int64) {
        guard count > 0, uses[first].time <= now - Self.span else { return }
        if use(count - 1).time <= now - Self.span {
            (first, count, forgotten) = (0, 0, 0)
            return
        }
        while count > 0, uses[first].time <= now - Self.span {
            forgotten = uses[first].total
            first = (first + 1) & (uses.count - 1)
            count -= 1
        }
    }

    /// The rest if everything held comes to nothing, and if it comes to all that is held.
    var left: (free: Int, room: Int) { (limit - used, limit - used - held) }

    /// Uses an amount now.
    mutating func use(_ amount: Int, at now: Int64) {
        guard amount > 0 else { return }
        let total = (count == 0 ? forgotten : use(count - 1).total) &+ amount
        if count == uses.count { grow() }
        uses[(first + count) & (uses.count - 1)] = Use(time: now, total: total)
        count += 1
    }

    /// Takes back one of what was used at a time, where that still counts.
    mutating func takeBack(usedAt time: Int64) {
        // From the end, since what is taken back was mostly used just now; the clocks of two threads are a little apart.
        for number in stride(from: count - 1, through: 0, by: -1) {
            let before = number == 0 ? forgotten : use(number - 1).total
            if use(number).time == time, use(number).total &- before > 0 {
                for later in number..<count { uses[(first + later) & (uses.count - 1)].total &-= 1 }
                return
            }
            if use(number).time < time - Self.slack { return }
        }
    }

    /// Keeps an amount for one whose use is not known yet.
    mutating func hold(_ amount: Int) { held += amount }

    /// Gives back what was held.
    mutating func release(_ amount: Int) { held -= amount }

    /// Nanoseconds until an amount is free, as far as that depends on time; 0 when it is, nil when it never will be.
    ///
    /// Asked with every grant and every refusal, under the ledger's lock: of `n` uses it looks at the logarithm.
    func wait(for amount: Int, at now: Int64) -> Int64? {
        guard amount <= limit else { return nil }
        let missing = amount - (limit - used)
        guard missing > 0 else { return 0 }
        // The first use with which enough is gone; it is not behind the last, with which all is.
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high) / 2
            if use(middle).total &- forgotten >= missing { high = middle } else { low = middle + 1 }
        }
        return use(low).time + Self.span - now
    }

    private mutating func grow() {
        var wider: [Use] = []
        wider.reserveCapacity(max(uses.count * 2, 8))
        for index in 0..<count { wider.append(use(index)) }
        while wider.count < max(uses.count * 2, 8) { wider.append(Use(time: 0, total: 0)) }
        (uses, first) = (wider, 0)
    }
}
