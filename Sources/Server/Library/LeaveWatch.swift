import NIOCore

/// Says when the client of a request that takes long leaves before it is answered: by closing the connection, or its own side of it.
///
/// The last of its channel's handlers while the request is answered. What comes over the channel has been read by then.
final class LeaveWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private let left: @Sendable () -> Void

    init(_ left: @escaping @Sendable () -> Void) { self.left = left }

    func channelInactive(context: ChannelHandlerContext) {
        left()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { left() }
        context.fireUserInboundEventTriggered(event)
    }
}
