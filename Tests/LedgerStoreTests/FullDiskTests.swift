import Balancer
import Glibc
import Ledger
import LedgerStore
import Logging
import TestSupport
import Testing

/// A file system of 1 MiB: what is written there meets the end of the disk at every point where SQLite can.
///
/// To mount one takes the superuser; without its rights the suite is left out.
@Suite(.enabled(if: SmallDisk.canBeMade, "to mount a file system takes the superuser")) struct FullDiskTests {
    @Test(arguments: 1..<6)
    func `a full disk loses nothing and doubles nothing, and the writer goes on when there is room`(_ seed: UInt64)
        async throws
    {
        let disk = try SmallDisk(kilobytes: 1_024)
        let lines = LogCatcher.Lines()
        let store = try SQLiteStore(SQLiteStore.Settings(path: disk.book))
        let ledger = SpendLedger(LedgerState(origin: seed, at: .at(day: 20_000)))
        let writer = LedgerWriter(
            source: { ledger.takeBatch() }, store: store, time: ManualClock().source,
            logger: Logger(label: "test") { _ in LogCatcher(lines: lines) })

        var entries = LedgerEntry.many(6_000, seed: seed)
        var expected = Money.zero
        var number = 0
        func settle(_ count: Int) {
            for index in number..<number + count {
                entries[index].requestID = "\(index)"
                ledger.record(entries[index])
                expected += entries[index].money
            }
            number += count
        }
        // Batches of another size with each seed, so that the end of the disk comes at another point.
        while await writer.isWell, number < 4_000 {
            settle(37 * Int(seed))
            await writer.tick()
        }
        #expect(await !writer.isWell)
        let written = try await store.count(EntryFilter())
        #expect(written > 0 && written < number)
        settle(100)
        await writer.tick()
        #expect(try await store.count(EntryFilter()) == written)

        try disk.grow(kilobytes: 65_536)
        await writer.tick()
        #expect(await writer.isWell)
        #expect(try await store.count(EntryFilter()) == number)
        #expect(try await store.sums(SumQuery(by: .all)).map(\.money) == [expected])
        #expect(lines.texts.count == 2)
        #expect(lines.texts.first?.contains("make room") == true)
    }

    @Test func `a ledger that has no room to begin says so`() throws {
        let disk = try SmallDisk(kilobytes: 16)
        let error = #expect(throws: StoreError.self) { try SQLiteStore(SQLiteStore.Settings(path: disk.book)) }
        #expect(error?.reason == .full || error?.reason == .inputOutput)
    }

    @Test func `a file system that may not be written says so`() async throws {
        let disk = try SmallDisk(kilobytes: 4_096)
        do {
            try await SQLiteStore(SQLiteStore.Settings(path: disk.book)).write(
                LedgerBatch(1, sums: [.of(.global, day: 5, 1)]))
        }
        try disk.close()
        let error = #expect(throws: StoreError.self) { try SQLiteStore(SQLiteStore.Settings(path: disk.book)) }
        #expect(error?.reason == .readOnly)
        #expect(error?.message.contains("may not be written") == true)
    }
}

/// A file system in memory, of a size.
final class SmallDisk: Sendable {
    private let path: String
    var book: String { path + "/book" }

    struct Fault: Error { let number: Int32 }

    static let canBeMade = (try? SmallDisk(kilobytes: 64)) != nil

    init(kilobytes: Int) throws {
        var template = Array("/tmp/drover-disk-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template))
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
            let number = errno
            rmdir(path)
            throw Fault(number: number)
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    func grow(kilobytes: Int) throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(kilobytes)k") == 0 else {
            throw Fault(number: errno)
        }
    }

    /// From here on it is only read.
    func close() throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 else {
            throw Fault(number: errno)
        }
    }
}
