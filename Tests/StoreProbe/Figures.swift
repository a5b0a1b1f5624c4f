import Balancer
import Glibc
import Ledger
import LedgerStore

private let firstDay: Int64 = 20_700

/// Requests of thirty days by 200 keys of 40 users in 10 teams, as far as there are none yet.
func fill(_ book: String, rows: Int) async throws {
    let store = try SQLiteStore(SQLiteStore.Settings(path: book))
    var number = try await store.count(EntryFilter())
    let origin = UInt64.random(in: .min ... .max)
    let began = TimeSource.live.now()
    let first = number
    var batch: UInt64 = 0
    while number < rows {
        let size = min(5_000, rows - number)
        batch += 1
        let entries = (number..<number + size).map { number in
            let start = WallTime(
                microseconds: firstDay * 86_400_000_000 + Int64(number) * 30 * 86_400_000_000 / Int64(rows))
            var entry = LedgerEntry(
                requestID: "request-\(first)-\(number)", start: start,
                end: WallTime(microseconds: start.microseconds + 900_000))
            let key = number &* 7_919 % 200
            entry.callID = "0f9c2f52-call-\(number)"
            entry.keyHash = hash(of: key)
            entry.userID = "user-\(key % 40)"
            entry.teamID = "team-\(key % 10)"
            entry.customer = number % 5 == 0 ? "customer-\(number % 1_000)" : nil
            entry.modelAsked = ["smart", "fast", "llama3"][number % 3]
            entry.model = ["gpt-4o", "llama3.1:8b", "llama3:70b"][number % 3]
            entry.instance = "gpu-\(number % 12)"
            entry.deployment = "deployment-\(number % 12)"
            entry.provider = "ollama"
            entry.money = Money(picodollars: Int64(number) * 1_000)
            entry.promptTokens = 900
            entry.completionTokens = 200
            entry.tags = ["User-Agent: OpenAI/Python"]
            return entry
        }
        let sums = entries.prefix(200).map { entry in
            AccountSum(account: .key(entry.keyHash!), window: .endless, tally: Tally(money: entry.money, requests: 1))
        }
        try await store.write(LedgerBatch(id: BatchID(origin: origin, number: batch), entries: entries, sums: sums))
        number += size
    }
    let seconds = (TimeSource.live.now() - began).inSeconds
    print("wrote \(number - first) requests in \(tenths(seconds)) s")
}

/// How long each question takes, the best and the worst of seven.
func ask(_ book: String) async throws {
    let store = try SQLiteStore(SQLiteStore.Settings(path: book))
    func timed(_ name: String, _ body: () async throws -> Int) async throws {
        var times: [Double] = []
        var answered = 0
        for _ in 0..<7 {
            let began = TimeSource.live.now()
            answered = try await body()
            times.append((TimeSource.live.now() - began).inSeconds * 1_000)
        }
        let padded = name + String(repeating: " ", count: max(0, 44 - name.count))
        print("\(padded) \(tenths(times.min()!)) to \(tenths(times.max()!)) ms, \(answered) rows")
    }
    print("requests: \(try await store.count(EntryFilter()))")
    var filter = EntryFilter()
    try await timed("the latest 50 requests") { try await store.entries(filter, page: EntryPage(limit: 50)).count }
    let middle = EntryPage.Place(start: WallTime(microseconds: (firstDay + 15) * 86_400_000_000), number: 0)
    try await timed("50 from the middle, behind a row") {
        try await store.entries(filter, page: EntryPage(limit: 50, after: middle)).count
    }
    filter.key = hash(of: 3)
    try await timed("the latest 50 of one key") { try await store.entries(filter, page: EntryPage(limit: 50)).count }
    try await timed("how many of one key") { try await store.count(filter) }
    filter = EntryFilter()
    filter.requestID = "request-0-4711"
    try await timed("one by its name") { try await store.entries(filter, page: EntryPage(limit: 50)).count }
    filter = EntryFilter()
    try await timed("how many there are") { try await store.count(filter) }
    for dimension in SpendDimension.allCases {
        try await timed("sums by \(dimension) and day, thirty days") {
            try await store.sums(SumQuery(by: dimension, isByDay: true)).count
        }
    }
    let day = Day(number: firstDay + 3)
    try await timed("one day's sums by key") {
        try await store.sums(SumQuery(by: .key, since: day, until: day)).count
    }
    try await timed("one key's sums by model and day") {
        try await store.sums(SumQuery(by: .model, of: .key(hash(of: 3)), isByDay: true)).count
    }
    try await timed("one team's sums by key") { try await store.sums(SumQuery(by: .key, of: .team("team-3"))).count }
    try await timed("one team's sums by tag") {
        try await store.sums(SumQuery(by: .tag, of: .team("team-3"))).count
    }
    try await timed("all that a ledger begins with") { try await store.load().sums.count }
}

private func hash(of key: Int) -> KeyHash {
    var text = "sk-\(key)"
    return text.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
}

private func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
