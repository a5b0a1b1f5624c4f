import Glibc
import Locking
import NIOCore
import NIOPosix
import Testing

@testable import Server

/// The error of a process without descriptors, given to a socket that listens; `ServeProcessTests` has such a process.
@Suite(.timeLimit(.minutes(1))) final class AcceptPauseTests: Sendable {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let told = Locked<[String]>([])

    private func listen() async throws -> any Channel {
        try await ServerBootstrap(group: loop)
            .serverChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pause = AcceptPause { reason in self.told.withLock { $0.append(reason) } }
                    try channel.pipeline.syncOperations.addHandler(pause)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// Whether it accepts, after as many such errors.
    private func accepts(_ channel: any Channel, after errors: Int) async throws -> Bool {
        try await loop.submit {
            for _ in 0..<errors { channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept")) }
            return try channel.syncOptions!.getOption(.autoRead)
        }.get()
    }

    private func passes(_ time: TimeAmount) async throws { try await loop.scheduleTask(in: time) {}.futureResult.get() }

    @Test func `without a descriptor accepting pauses, is told once each time, and goes on`() async throws {
        let channel = try await listen()
        #expect(try await accepts(channel, after: 0))
        #expect(try await !accepts(channel, after: 2))
        #expect(told.withLock { $0 } == ["too many open files"])
        try await passes(AcceptPause.length)
        #expect(try await accepts(channel, after: 0))
        #expect(try await !accepts(channel, after: 1))
        #expect(told.withLock { $0.count } == 2)
        try await channel.close()
    }

    @Test func `one that was stopped in a pause is not begun again by its end`() async throws {
        let channel = try await listen()
        #expect(try await !accepts(channel, after: 1))
        try await AcceptPause.stop(channel).get()
        try await passes(AcceptPause.length)
        #expect(try await !accepts(channel, after: 0))
        try await channel.close()
    }
}
