import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Holds accepting up for a moment where the process lacks something for it: the socket stays ready, so that the loop would else do
/// nothing but fail.
///
/// By the channel's option and not by holding reads: where the first connection of a turn fails, the channel goes on reading without
/// asking for it.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    static let length = TimeAmount.milliseconds(100)

    private let shortage: (String) -> Void
    private var isPausing = false
    private var isStopped = false

    init(_ shortage: @escaping (String) -> Void) { self.shortage = shortage }

    /// Accepts no more, for good.
    static func stop(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let operations = channel.pipeline.syncOperations
            try operations.handler(type: AcceptPause.self).stop(operations.context(handlerType: AcceptPause.self))
        }
    }

    private func stop(_ context: ChannelHandlerContext) {
        isStopped = true
        accept(false, context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, !isPausing else { return }
        isPausing = true
        accept(false, context)
        shortage(error.errnoCode == EMFILE || error.errnoCode == ENFILE ? "too many open files" : "\(error)")
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.length) {
            let (handler, context) = bound.value
            handler.isPausing = false
            if !handler.isStopped { handler.accept(true, context) }
        }
    }

    private func accept(_ isOn: Bool, _ context: ChannelHandlerContext) {
        // Nothing to do for a channel that has closed.
        try? context.channel.syncOptions?.setOption(.autoRead, value: isOn)
    }
}
