import NIOConcurrencyHelpers
import NIOCore
import NIOSSL
import NIOTLS

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One connection of a ``TestBox``.
final class TestBoxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let seen: NIOLockedValueBox<TestBox.Seen>
    private let closed: AsyncStream<NIODeadline>.Continuation
    private let behaviour: TestBox.Behaviour
    private var head = ""
    private var number = 0
    private var toFlood = 0

    init(
        seen: NIOLockedValueBox<TestBox.Seen>, closed: AsyncStream<NIODeadline>.Continuation,
        behaviour: @escaping TestBox.Behaviour
    ) {
        self.seen = seen
        self.closed = closed
        self.behaviour = behaviour
    }

    func channelActive(context: ChannelHandlerContext) { seen.withLockedValue { $0.connections += 1 } }

    func channelInactive(context: ChannelHandlerContext) { closed.yield(.now()) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.handshakeCompleted(let chosen)) = event as? TLSUserEvent {
            seen.withLockedValue { $0.protocols.append(chosen ?? "none") }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += String(buffer: unwrapInboundIn(data))
        guard head.hasSuffix("\r\n\r\n") else { return }
        head = ""
        number += 1
        seen.withLockedValue { $0.requests += 1 }
        behaviour(TestReply(context: context, handler: self), number)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelWritabilityChanged(context: ChannelHandlerContext) { flood(context) }

    func flood(_ count: Int, context: ChannelHandlerContext) {
        toFlood += count
        flood(context)
    }

    private func flood(_ context: ChannelHandlerContext) {
        while toFlood > 0, context.channel.isWritable {
            let piece = min(toFlood, 16_384)
            toFlood -= piece
            seen.withLockedValue { $0.flooded += piece }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(repeating: 0x61, count: piece)), promise: nil)
        }
    }
}

/// What a ``TestBox`` can do with a request; used on the connection's loop.
struct TestReply {
    let context: ChannelHandlerContext
    let handler: TestBoxHandler

    func send(_ text: some StringProtocol) {
        context.writeAndFlush(handler.wrapOutboundOut(ByteBuffer(string: String(text))), promise: nil)
    }

    /// As fast as the other side takes it.
    func flood(_ count: Int) { handler.flood(count, context: context) }

    /// Busy with other things: sees a connection end, but no goodbye of TLS.
    func stopReading() { context.channel.setOption(.autoRead, value: false).whenFailure { _ in } }

    /// In order: TLS says goodbye.
    func end() { context.close(promise: nil) }

    /// The TCP connection alone ends; TLS does not say a word.
    func cut() {
        let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        (tls ?? context).close(promise: nil)
    }

    /// The TCP connection is reset.
    func reset() {
        _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        cut()
    }
}
