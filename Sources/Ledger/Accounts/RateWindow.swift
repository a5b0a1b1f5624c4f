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
        var amount: Int
    }

    /// Never more than this.
    var limit: Int
    /// Tells it from others that its account had before.
    let serial: UInt32
    /// Held by those whose use is not known yet.
    private(set) var held = 0
    /// Used in the last 60 seconds.
    private(set) var used = 0
    /// A ring; the number of places is a power of two.
    private var uses: [Use] = []
    private var first = 0
    private var count = 0

    init(limit: Int, serial: UInt32 = 0) {
        (self.limit, self.serial) = (limit, serial)
    }

    /// Forgets what is 60 seconds old.
    mutating func expire(at now: Int64) {
        guard count > 0, uses[first].time <= now - Self.span else { return }
        if uses[(first + count - 1) & (uses.count - 1)].time <= now - Self.span {
            (first, count, used) = (0, 0, 0)
            return
        }
        while count > 0, uses[first].time <= now - Self.span {
            used -= uses[first].amount
            first = (first + 1) & (uses.count - 1)
            count -= 1
        }
    }

    /// The rest if everything held comes to nothing, and if it comes to all that is held.
    var left: (free: Int, room: Int) { (limit - used, limit - used - held) }

    /// Uses an amount now.
    mutating func use(_ amount: Int, at now: Int64) {
        guard amount > 0 else { return }
        if count == uses.count { grow() }
        uses[(first + count) & (uses.count - 1)] = Use(time: now, amount: amount)
        count += 1
        used += amount
    }

    /// Takes back one of what was used at a time, where that still counts.
    mutating func takeBack(usedAt time: Int64) {
        // From the end, since what is taken back was mostly used just now; the clocks of two threads are a little apart.
        for number in stride(from: count - 1, through: 0, by: -1) {
            let index = (first + number) & (uses.count - 1)
            if uses[index].time == time, uses[index].amount > 0 {
                uses[index].amount -= 1
                used -= 1
                return
            }
            if uses[index].time < time - Self.slack { return }
        }
    }

    /// Keeps an amount for one whose use is not known yet.
    mutating func hold(_ amount: Int) { held += amount }

    /// Gives back what was held.
    mutating func release(_ amount: Int) { held -= amount }

    /// Nanoseconds until an amount is free, as far as that depends on time; 0 when it is, nil when it never will be.
    func wait(for amount: Int, at now: Int64) -> Int64? {
        guard amount <= limit else { return nil }
        var free = limit - used
        guard free < amount else { return 0 }
        for index in 0..<count {
            let use = uses[(first + index) & (uses.count - 1)]
            free += use.amount
            if free >= amount { return use.time + Self.span - now }
        }
        return nil
    }

    private mutating func grow() {
        var wider: [Use] = []
        wider.reserveCapacity(max(uses.count * 2, 8))
        for index in 0..<count { wider.append(uses[(first + index) & (uses.count - 1)]) }
        while wider.count < max(uses.count * 2, 8) { wider.append(Use(time: 0, amount: 0)) }
        (uses, first) = (wider, 0)
    }
}
