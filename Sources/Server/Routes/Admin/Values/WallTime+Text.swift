import Ledger

/// The moments of LiteLLM's rows, which say no zone: `2026-11-22T17:11:46.832000`, in UTC.
extension WallTime {
    /// Without a fraction where there is none.
    var iso: String {
        let text = iso8601.dropLast()
        return String(text.hasSuffix(".000000") ? text.dropLast(7) : text)
    }

    /// The moment that lies a period behind this one; months by the calendar, where the day is kept if the month has it.
    func adding(_ period: BudgetPeriod) -> WallTime {
        let unit: Int64
        switch period.unit {
        case .seconds: unit = 1
        case .minutes: unit = 60
        case .hours: unit = 3600
        case .days: unit = 86_400
        case .weeks: unit = 7 * 86_400
        case .months:
            let day = CivilDay(of: self)
            let passed = day.adding(months: period.count).start.microseconds - day.start.microseconds
            return WallTime(microseconds: microseconds + passed)
        }
        return WallTime(microseconds: microseconds + Int64(period.count) * unit * 1_000_000)
    }
}

extension CivilDay {
    /// `Nov 22`.
    var short: String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let (_, month, day) = date
        return "\(names[Int(month) - 1]) \(day < 10 ? "0" : "")\(day)"
    }
}
