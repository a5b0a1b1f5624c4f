import NIOCore
import NIOHTTP1

/// Keeps what a proxy answered to CONNECT, between the decoder and swift-nio-extras' handler, whose errors do not say it.
final class ProxyAnswerHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart

    /// Nil: no whole head has come.
    private(set) var status: HTTPResponseStatus?
    private(set) var isGarbled = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data), status == nil { status = head.status }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { isGarbled = true }
        // The handler behind does not end at an error, only when the connection does.
        context.close(promise: nil)
    }
}
