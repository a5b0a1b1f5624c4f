import Balancer
import Glibc
import Ledger
import LedgerStore
import Logging

/// Settles requests and has them written as a gateway does, and tells a parent how far it is.
struct Load {
    let book: String
    let run: String
    /// Requests per second.
    let rate: Int64

    /// The cost of a request by its number: no two sums of different requests are the same by chance.
    static func money(_ number: Int64) -> Money { Money(picodollars: 1_000_003 * number + 7) }

    private static let key = KeyHash(of: UnsafeRawBufferPointer(start: nil, count: 0))

    func run() async throws {
        let store = try SQLiteStore(SQLiteStore.Settings(path: book))
        let time = TimeSource.live
        let start = WallTime(unixSeconds: time.unixSeconds())
        var image = try await store.load()
        if image.keys.isEmpty {
            let key = VirtualKey(
                hash: Self.key, name: "sk-...",
                stamps: Stamps(at: start, by: "probe"))
            try await store.apply([.putKey(key)], audit: [])
            image = try await store.load()
        }
        let ledger = SpendLedger(LedgerState(image, origin: .random(in: .min ... .max), at: start))
        let writer = LedgerWriter(
            source: { ledger.takeBatch() }, store: store, time: time, logger: Logger(label: "ledger"))
        let writing = Task { await writer.run() }
        defer { writing.cancel() }

        let began = time.now()
        var count: Int64 = 0
        while true {
            let now = time.now()
            let due = (now - began).nanoseconds * rate / 1_000_000_000
            while count < due {
                count += 1
                try settle(count, in: ledger, at: time)
            }
            // One line is one write of few bytes: a reader never sees half of it.
            let line = "\(count) \(time.now().nanoseconds)\n"
            guard line.withCString({ Glibc.write(1, $0, strlen($0)) }) > 0 else { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func settle(_ number: Int64, in ledger: SpendLedger, at time: TimeSource) throws {
        let now = LedgerTime(wall: WallTime(unixSeconds: time.unixSeconds()), ticks: time.now().nanoseconds)
        let money = Self.money(number)
        let pass = try ledger.pass(for: Self.key, at: now.wall)
        let claim = Claim(pass: pass, model: "m", provider: "ollama", bound: money, tokens: 100)
        guard case .granted(let reservation) = ledger.reserve(claim, at: now) else {
            preconditionFailure("a key without bounds was refused")
        }
        reservation.settle(Charge(money: money, promptTokens: 60, completionTokens: 40), at: now)
        var entry = LedgerEntry(requestID: "\(run)-\(number)", start: now.wall, end: now.wall)
        entry.keyHash = Self.key
        entry.modelAsked = "m"
        entry.model = "llama3"
        entry.instance = "gpu-1"
        entry.provider = "ollama"
        entry.money = money
        entry.promptTokens = 60
        entry.completionTokens = 40
        ledger.record(entry)
    }
}
