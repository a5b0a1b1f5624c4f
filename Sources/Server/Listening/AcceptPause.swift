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
final class AcceptPause: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    static let length = TimeAmount.milliseconds(100)

    private let shortage: (String) -> Void
    private var isPausing = false
    private var readIsHeld = false

    init(_ shortage: @escaping (String) -> Void) { self.shortage = shortage }

    func read(context: ChannelHandlerContext) {
        if isPausing { readIsHeld = true } else { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return }
        shortage(error.errnoCode == EMFILE || error.errnoCode == ENFILE ? "too many open files" : "\(error)")
        guard !isPausing else { return }
        isPausing = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.length) {
            let (handler, context) = bound.value
            handler.isPausing = false
            guard handler.readIsHeld else { return }
            handler.readIsHeld = false
            context.read()
        }
    }
}
