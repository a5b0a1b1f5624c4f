import Glibc
import NIOCore
import NIOEmbedded
import Testing

@testable import Server

@Suite struct AcceptPauseTests {
    /// Counts the reads that reach the socket.
    private final class Reads: ChannelOutboundHandler {
        typealias OutboundIn = Never
        var count = 0
        func read(context: ChannelHandlerContext) { count += 1 }
    }

    @Test func `without a descriptor accepting pauses, is told once each time, and goes on`() throws {
        let channel = EmbeddedChannel()
        let reads = Reads()
        let told = Told()
        try channel.pipeline.syncOperations.addHandlers([reads, AcceptPause { told.reasons.append($0) }])
        channel.read()
        #expect(reads.count == 1)
        channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
        channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
        channel.read()
        channel.read()
        #expect(reads.count == 1 && told.reasons == ["too many open files", "too many open files"])
        channel.embeddedEventLoop.advanceTime(by: AcceptPause.length)
        #expect(reads.count == 2)
        channel.read()
        #expect(reads.count == 3 && channel.isActive == false)
        try channel.throwIfErrorCaught()
    }

    private final class Told { var reasons: [String] = [] }
}
