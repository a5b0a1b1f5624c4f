import Balancer
import Ledger
import LedgerStore

/// So many gateways over one database, each with so many deployments at work: how long a word takes, alone and where all speak
/// as often as they can.
func gateways(_ book: String, count: Int, deployments: Int) async throws {
    let pool = PoolWord(
        (0..<deployments).map {
            PoolWord.Line(
                place: SharedPlace(instance: UInt64($0), tag: 1, deployment: UInt64($0)), inFlight: Int32($0 % 7 + 1),
                waiting: 0)
        }
    ).bytes
    var seats: [Seat] = []
    for number in 1...count {
        let opening = Task { try await Seat(book, number: UInt64(number), pool: pool) }
        // Those that are there let it in.
        if let first = seats.first {
            for _ in 0..<200 {
                try await first.tell()
                try await Task.sleep(for: .milliseconds(5))
                if await first.hasCompany { break }
            }
            // With its first word as one of several it lets others in.
            try await first.tell()
        }
        seats.append(try await opening.value)
    }
    for seat in seats { try await seat.tell() }
    let time = TimeSource.live
    var began = time.now()
    for _ in 0..<50 { for seat in seats { try await seat.tell() } }
    let alone = (time.now() - began).inSeconds / Double(50 * count)
    began = time.now()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        for seat in seats { tasks.addTask { for _ in 0..<50 { try await seat.tell() } } }
        try await tasks.waitForAll()
    }
    let together = (time.now() - began).inSeconds / Double(50 * count)
    print("\(count) gateways, \(deployments) deployments each: a word of \(pool.count) bytes")
    print("one after the other: \(tenths(alone * 1_000)) ms a word; all at once: \(tenths(together * 1_000)) ms")
    print("so the server carries \(Int(1 / together)) words a second, of \(Int(1 / together) / 4) gateways")
}

/// A gateway of which there is nothing but its words.
private actor Seat {
    private let store: any LedgerStore
    private let pool: [UInt8]
    private var report: ShareReport
    private(set) var hasCompany = false

    init(_ book: String, number: UInt64, pool: [UInt8]) async throws {
        store = OnDemandStore(.postgresql(book), .atStart)
        let image = try await store.load(patience: .seconds(30), time: .live)
        self.pool = pool
        report = ShareReport(gateway: number, number: 0, isShared: image.isShared)
    }

    func tell() async throws {
        report.number += 1
        report.pool = report.isShared ? pool : []
        let news = try await store.tell(report)
        report.isShared = report.isShared || news?.isShared == true
        hasCompany = report.isShared
    }
}
