import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL

/// One connection of the one port: a `FrontHandler` at once, Hummingbird's handlers only when they are needed.
struct HybridChannel: HTTPChannelHandler {
    typealias Parts = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// A connection that is set up.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let responder: HTTPChannelHandler.Responder
    let server: ServerContext
    let certificate: ServerCertificate?
    /// Has every connection that is demoted.
    let cold: ColdLane

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
            let loop = server.loops.state(of: channel.eventLoop, context: server)
            let front = FrontHandler(
                loop: loop, usesTLS: certificate != nil,
                buildColdPipeline: { channel, lane in
                    let (parts, handler) = try Self.coldPipeline(channel, lane, logger)
                    cold.take(parts)
                    return handler
                })
            if let certificate {
                try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificate.context))
            }
            try channel.pipeline.syncOperations.addHandler(front)
            return Value(channel: channel)
        }
    }

    /// A connection serves itself; the router's side of it is the cold lane's.
    func handle(value: Value, logger: Logger) async {}

    private static func coldPipeline(
        _ channel: any Channel, _ lane: HotLane, _ logger: Logger
    ) throws -> (Parts, PartsHandler) {
        let pipeline = channel.pipeline.syncOperations
        let handler = PartsHandler(lane: lane)
        try pipeline.addHandler(HTTPResponseEncoder())
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = lane.loop.context.configuration.limits.maxHeader
        limits.maxHeaderFieldSize = limits.maxHeaderListSize
        try pipeline.addHandler(
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)))
        try pipeline.addHandler(handler)
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        // No idle time-out here: it does not see hot traffic and would cut running streams. The sweep does it.
        try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: nil, logger: logger))
        let parts = try Parts(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        return (parts, handler)
    }
}
