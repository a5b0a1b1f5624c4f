import Balancer
import Glibc
import Ledger
import LedgerStore

private let firstDay: Int64 = 20_700

/// Requests of thirty days by 200 keys of 40 users in 10 teams, as far as there are none yet.
func fill(_ book: String, rows: Int) async throws {
    let store = try open(book)
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
    let store = try open(book)
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

/// A file, or a database by its address.
func open(_ book: String) throws -> any LedgerStore {
    if book.hasPrefix("postgres") { return try PostgreSQLStore(book) }
    return try SQLiteStore(SQLiteStore.Settings(path: book))
}

/// So many keys, each with a budget and limits, as far as there are none yet; then what they cost a gateway: to read them at
/// its start, to hold them, and to look one up and reserve for it.
func keys(_ book: String, count: Int) async throws {
    let store = try open(book)
    let time = TimeSource.live
    var began = time.now()
    let wall = WallTime(microseconds: firstDay * 86_400_000_000)
    let before = resident()
    var image = try await store.load()
    let first = image.keys.count
    if first < count {
        for start in stride(from: first, to: count, by: 5_000) {
            let changes = (start..<min(count, start + 5_000)).map { number in
                var key = VirtualKey(
                    hash: hash(of: number), name: "sk-...\(number % 10_000)", stamps: Stamps(at: wall, by: "probe"))
                key.alias = "service-\(number)"
                key.userID = "user-\(number % 50_000)"
                key.models = ["llama3", "smart"]
                key.allowance.maxBudget = Money(picodollars: 50_000_000_000_000)
                key.allowance.requestsPerMinute = 600
                return DirectoryChange.putKey(key)
            }
            try await store.apply(changes, audit: [])
        }
        print("wrote \(count - first) keys in \(tenths((time.now() - began).inSeconds)) s")
        image = LedgerImage()
        began = time.now()
        image = try await store.load()
    }
    let read = (time.now() - began).inSeconds
    began = time.now()
    let ledger = SpendLedger(LedgerState(image, origin: 1, at: wall))
    let made = (time.now() - began).inSeconds
    image = LedgerImage()
    let held = resident() - before
    print("read \(count) keys in \(tenths(read)) s, made the ledger in \(tenths(made)) s")
    print("memory: \(held / 1_000_000) MB, \(held / count) bytes per key")
    // Spread over all of them, so that no cache has them.
    let hashes = (0..<200_000).map { hash(of: $0 &* 7_919 % count) }
    began = time.now()
    for hash in hashes { _ = try ledger.pass(for: hash, at: wall) }
    let looked = (time.now() - began).nanoseconds / Int64(hashes.count)
    let passes = try hashes.map { try ledger.pass(for: $0, at: wall) }
    began = time.now()
    for pass in passes {
        let now = LedgerTime(wall: wall, ticks: 1)
        let claim = Claim(pass: pass, model: "llama3", provider: "ollama", bound: Money(picodollars: 1_000), tokens: 10)
        guard case .granted(let reservation) = ledger.reserve(claim, at: now) else { fatalError("it has a budget") }
        reservation.settle(Charge(money: Money(picodollars: 500), promptTokens: 5, completionTokens: 5), at: now)
    }
    let reserved = (time.now() - began).nanoseconds / Int64(hashes.count)
    print("look-up: \(looked) ns, reserve and settle: \(reserved) ns, keys in no order")
}

/// Bytes in memory.
private func resident() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var (size, pages) = (0, 0)
    _ = withUnsafeMutablePointer(to: &size) { first in
        withUnsafeMutablePointer(to: &pages) { second in
            withVaList([first, second]) { vfscanf(file, "%ld %ld", $0) }
        }
    }
    return pages * 4_096
}

private func hash(of key: Int) -> KeyHash {
    var text = "sk-\(key)"
    return text.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
}

func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
