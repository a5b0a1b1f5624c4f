import NIOPosix

/// The one thread on which large bodies are read and written anew, so that no event loop stands still meanwhile.
///
/// One is enough: it passes over more bytes a second than networks bring, and a queue of them waits for nobody else.
final class BodyThread: Sendable {
    /// Nil: the work is done at once, by whoever gives it.
    private let pool: NIOThreadPool?

    init() { pool = NIOThreadPool(numberOfThreads: 1) }

    private init(_ pool: NIOThreadPool?) { self.pool = pool }

    /// No thread: for who simulates the gateway, and must not meet the system's scheduler.
    static let none = BodyThread(nil)

    func start() { pool?.start() }

    /// Runs `work` after what was given before. Not after the end: then nobody waits for it either.
    func perform(_ work: @escaping @Sendable () -> Void) {
        guard let pool else { return work() }
        pool.submit { if case .active = $0 { work() } }
    }

    /// Ends the thread once its present work is done. Before the event loops end: it calls back to them.
    func stop() async { try? await pool?.shutdownGracefully() }
}
