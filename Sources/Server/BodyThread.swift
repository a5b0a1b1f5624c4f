import NIOPosix

/// The one thread on which large bodies are read and written anew, so that no event loop stands still meanwhile.
///
/// One is enough: it passes over more bytes a second than networks bring, and a queue of them waits for nobody else.
final class BodyThread: Sendable {
    private let pool = NIOThreadPool(numberOfThreads: 1)

    func start() { pool.start() }

    /// Runs `work` after what was given before. Not after the end: then nobody waits for it either.
    func perform(_ work: @escaping @Sendable () -> Void) {
        pool.submit { if case .active = $0 { work() } }
    }

    /// Ends the thread once its present work is done. Before the event loops end: it calls back to them.
    func stop() async { try? await pool.shutdownGracefully() }
}
