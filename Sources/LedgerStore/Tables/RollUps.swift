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

    /// A row of `daily_named`.
    struct NamedRow: Hashable {
        let dimension: SpendDimension
        let name: String
        let day: Day
        let key, userID, teamID: String
    }

    /// All that a request's sums depend on. Most requests of a batch share it with others, and are summed under it first.
    fileprivate struct Kind: Hashable {
        let day: Day
        let key: KeyHash?
        let userID, teamID, customer: String?
        let modelAsked, model, provider, instance: String
        let tags: [String]
    }

    private var kinds: [Kind: SpendSum] = [:]

    /// Counts a request on the day of its beginning.
    mutating func add(_ entry: LedgerEntry) {
        let kind = Kind(
            day: Day(of: entry.start), key: entry.keyHash, userID: entry.userID, teamID: entry.teamID,
            customer: entry.customer, modelAsked: entry.modelAsked, model: entry.model, provider: entry.provider,
            instance: entry.instance, tags: entry.tags)
        kinds[kind, default: SpendSum(name: "")].add(entry)
    }

    /// The rows of the three tables, with what is added to each.
    struct Tables {
        fileprivate(set) var daily: [DailyRow: SpendSum] = [:]
        fileprivate(set) var owned: [OwnedRow: SpendSum] = [:]
        fileprivate(set) var named: [NamedRow: SpendSum] = [:]
    }

    var tables: Tables {
        var tables = Tables()
        for (kind, sum) in kinds { tables.add(sum, of: kind) }
        return tables
    }
}

extension RollUps.Tables {
    fileprivate mutating func add(_ sum: SpendSum, of kind: RollUps.Kind) {
        let row = RollUps.OwnedRow(
            day: kind.day, key: kind.key?.hex ?? "", userID: kind.userID ?? "", teamID: kind.teamID ?? "",
            modelAsked: kind.modelAsked, model: kind.model, provider: kind.provider, instance: kind.instance)
        owned[row, default: SpendSum(name: "")].add(sum)

        count(sum, .all, "", row)
        count(sum, .key, row.key, row)
        count(sum, .user, row.userID, row)
        count(sum, .team, row.teamID, row)
        count(sum, .modelAsked, row.modelAsked, row)
        count(sum, .model, row.model, row)
        count(sum, .provider, row.provider, row)
        count(sum, .instance, row.instance, row)
        countNamed(sum, .customer, kind.customer ?? "", row)
        for tag in Set(kind.tags) { countNamed(sum, .tag, tag, row) }
    }

    private mutating func count(
        _ sum: SpendSum, _ dimension: SpendDimension, _ name: String, _ row: RollUps.OwnedRow
    ) {
        let row = RollUps.DailyRow(dimension: dimension, name: name, day: row.day)
        daily[row, default: SpendSum(name: name)].add(sum)
    }

    private mutating func countNamed(
        _ sum: SpendSum, _ dimension: SpendDimension, _ name: String, _ row: RollUps.OwnedRow
    ) {
        count(sum, dimension, name, row)
        let row = RollUps.NamedRow(
            dimension: dimension, name: name, day: row.day, key: row.key, userID: row.userID, teamID: row.teamID)
        named[row, default: SpendSum(name: name)].add(sum)
    }
}
