public import Balancer
import Ledger
public import Logging

/// Reads what was kept at the start, and writes what changes, four times a second, until the end.
///
/// A store that is out fails nobody: memory goes on, and it is tried again. What was not confirmed is handed over again as it was,
/// before anything newer; nothing is written before the store was read.
public actor KeptWriter {
    /// The memory that is kept.
    public struct Source: Sendable {
        /// Takes what was kept. Called once.
        public let restore: @Sendable (KeptRows) -> Void
        /// Gives what has changed since it was last asked; the last time when the gateway ends.
        public let changes: @Sendable (_ isLast: Bool) -> KeptChanges
        /// Hears that all that it gave is written.
        public let confirmed: @Sendable () -> Void

        /// A memory.
        public init(
            restore: @escaping @Sendable (KeptRows) -> Void,
            changes: @escaping @Sendable (_ isLast: Bool) -> KeptChanges,
            confirmed: @escaping @Sendable () -> Void = {}
        ) { (self.restore, self.changes, self.confirmed) = (restore, changes, confirmed) }
    }

    /// What is kept, and where: for the log.
    public struct Words: Sendable {
        let what: String
        let place: String

        /// Responses and the history, in a file.
        public static let file = Words(
            what: "responses and the pool's history", place: "their file can be read and written")
        /// Responses, in a database.
        public static let database = Words(what: "responses", place: "their database can be reached")
    }

    private let source: Source
    private let store: any KeptStore
    private let time: TimeSource
    private let logger: Logger
    private let words: Words
    private var isRead = false
    /// It was said that the store is another program's.
    private var isForeign = false
    private var pending = KeptChanges()
    private var pace: WriterPace
    /// When the store was last written, so that it forgets what is over although nothing comes.
    private var writtenAt: Moment

    /// The longest time between two writes.
    private static let longestPause = Duration.seconds(60)

    /// - Parameters:
    ///   - source: the memory.
    ///   - store: where it is kept.
    ///   - time: the clocks.
    ///   - interval: between two writes; nil: a quarter of a second.
    ///   - logger: told once that the store is out, and once that it is well again.
    public init(
        _ source: Source, store: any KeptStore, every interval: Duration? = nil, time: TimeSource, logger: Logger,
        words: Words = .file
    ) {
        (self.source, self.store, self.time, self.logger) = (source, store, time, logger)
        self.words = words
        pace = WriterPace(every: interval ?? WriterPace.interval)
        writtenAt = time.now()
    }

    /// Writes until the task is cancelled; then what is left.
    public func run() async {
        while !Task.isCancelled {
            do { try await time.sleep(time.now() + pace.wait) } catch { break }
            await tick()
        }
        // Not for long: a store may be out for hours.
        if await !tick(isLast: true) { await tick(isLast: true) }
    }

    /// Reads the store where it was not read, then writes. Called before the first request, too.
    /// - Returns: Whether all is written.
    @discardableResult
    public func tick(isLast: Bool = false) async -> Bool {
        do throws(StoreError) {
            if !isRead {
                source.restore(try await store.read(at: now))
                isRead = true
            }
            if !pending.isEmpty { try await write() }
            pending = source.changes(isLast)
            if !pending.isEmpty || time.now() - writtenAt >= Self.longestPause { try await write() }
        } catch {
            note(pace.failed(), error)
            return false
        }
        note(pace.succeeded(), nil)
        return true
    }

    private func write() async throws(StoreError) {
        try await store.write(pending, at: now)
        pending = KeptChanges()
        writtenAt = time.now()
        source.confirmed()
    }

    private var now: WallTime { WallTime(unixSeconds: time.unixSeconds()) }

    private func note(_ change: WriterPace.Change?, _ error: StoreError?) {
        if let error, error.reason == .foreign {
            // It may have been out before, and then it was said that it would be tried again.
            guard !isForeign else { return }
            isForeign = true
            return logger.warning(
                "\(words.what) are not kept in the database, and each gateway keeps its own",
                metadata: ["error": "\(error.message)"])
        }
        if error == nil { isForeign = false }
        switch change {
        case .out:
            logger.warning(
                "\(words.what) are in memory alone until \(words.place)",
                metadata: ["error": "\(error.map(\.message) ?? "")"])
        case .well(let failures):
            logger.notice("\(words.what) are kept again", metadata: ["failures": "\(failures)"])
        case nil: break
        }
    }
}
