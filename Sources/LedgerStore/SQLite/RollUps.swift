import Ledger

/// What one batch adds to the sums by day: few rows for many requests.
struct RollUps {
    /// A row of `daily`.
    struct DailyRow: Hashable {
        let dimension: SpendDimension
        let name: String
        let day: Day
    }

    /// A row of `daily_owned`.
    struct OwnedRow: Hashable {
        let day: Day
        let key, userID, teamID, modelAsked, model, provider, instance: String
    }

    private(set) var daily: [DailyRow: SpendSum] = [:]
    private(set) var owned: [OwnedRow: SpendSum] = [:]

    /// Counts a request on the day of its beginning.
    mutating func add(_ entry: LedgerEntry) {
        let day = Day(of: entry.start)
        let row = OwnedRow(
            day: day, key: entry.keyHash?.hex ?? "", userID: entry.userID ?? "", teamID: entry.teamID ?? "",
            modelAsked: entry.modelAsked, model: entry.model, provider: entry.provider, instance: entry.instance)
        owned[row, default: SpendSum(name: "")].add(entry)

        func count(_ dimension: SpendDimension, _ name: String) {
            daily[DailyRow(dimension: dimension, name: name, day: day), default: SpendSum(name: name)].add(entry)
        }
        count(.all, "")
        count(.key, row.key)
        count(.user, row.userID)
        count(.team, row.teamID)
        count(.customer, entry.customer ?? "")
        count(.modelAsked, row.modelAsked)
        count(.model, row.model)
        count(.provider, row.provider)
        count(.instance, row.instance)
        for tag in Set(entry.tags) { count(.tag, tag) }
    }
}
