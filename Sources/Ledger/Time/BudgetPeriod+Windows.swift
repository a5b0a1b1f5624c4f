extension BudgetPeriod {
    /// The window that a moment belongs to.
    ///
    /// As at LiteLLM: `1d` begins at midnight, `7d` and `1w` on Monday, `30d` and `1mo` on the 1st, all in UTC. Seconds,
    /// minutes and hours begin at whole multiples, counted from 1970: `12h` at midnight and at noon. Other days, weeks and
    /// months begin at the midnight, or on the 1st, that `anchor` follows, and then one after the other.
    /// - Parameters:
    ///   - now: a moment of the window.
    ///   - anchor: where the first window began, or the last one ended.
    public func window(containing now: WallTime, anchor: WallTime) -> BudgetWindow {
        switch (unit, count) {
        case (.seconds, _): multiple(of: 1_000_000, now)
        case (.minutes, _): multiple(of: 60_000_000, now)
        case (.hours, _): multiple(of: 3_600_000_000, now)
        case (.days, 1): multiple(of: CivilDay.microseconds, now)
        case (.days, 7), (.weeks, 1): week(now)
        case (.days, 30): months(1, now, anchor: now)
        case (.days, _): days(Int64(count), now, anchor: anchor)
        case (.weeks, _): days(Int64(count) * 7, now, anchor: anchor)
        case (.months, 1): months(1, now, anchor: now)
        case (.months, _): months(Int64(count), now, anchor: anchor)
        }
    }

    private func multiple(of unit: Int64, _ now: WallTime) -> BudgetWindow {
        let length = unit * Int64(count)
        let start = now.microseconds.floorDivided(by: length) * length
        return BudgetWindow(start: WallTime(microseconds: start), end: WallTime(microseconds: start + length))
    }

    private func week(_ now: WallTime) -> BudgetWindow {
        let monday = CivilDay(of: now).monday
        return BudgetWindow(start: monday.start, end: CivilDay(number: monday.number + 7).start)
    }

    private func days(_ length: Int64, _ now: WallTime, anchor: WallTime) -> BudgetWindow {
        let base = CivilDay(of: anchor).number
        let passed = max((CivilDay(of: now).number - base).floorDivided(by: length), 0)
        let first = base + passed * length
        return BudgetWindow(start: CivilDay(number: first).start, end: CivilDay(number: first + length).start)
    }

    private func months(_ length: Int64, _ now: WallTime, anchor: WallTime) -> BudgetWindow {
        let base = CivilDay(of: anchor).firstOfMonth
        let (from, to) = (base.date, CivilDay(of: now).date)
        let passed = max(((to.year - from.year) * 12 + to.month - from.month).floorDivided(by: length), 0)
        let first = base.firstOfMonth(after: passed * length)
        return BudgetWindow(start: first.start, end: first.firstOfMonth(after: length).start)
    }
}

extension BudgetPeriod {
    /// Whether a window that was written before may be one of this period, so that it can be gone on with.
    func fits(_ window: BudgetWindow, at now: WallTime) -> Bool {
        let fresh = self.window(containing: now, anchor: now)
        return isAnchored ? window.end <= fresh.end : window.end == fresh.end
    }

    /// Whether its windows begin where the first one did, and not where the calendar says.
    private var isAnchored: Bool {
        switch (unit, count) {
        case (.seconds, _), (.minutes, _), (.hours, _), (.days, 1), (.days, 7), (.days, 30), (.weeks, 1), (.months, 1):
            false
        case (.days, _), (.weeks, _), (.months, _): true
        }
    }
}
