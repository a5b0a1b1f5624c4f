import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL

/// One connection of the one port: a `FrontHandler` at once, Hummingbird's handlers only when they are needed.
struct HybridChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Parts = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// The async side of a connection, once (and if) it is demoted.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let ready: EventLoopFuture<Parts?>
    }

    let responder: HTTPChannelHandler.Responder
    let server: ServerContext
    let certificate: ServerCertificate?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
            let loop = server.loops.state(of: channel.eventLoop, context: server)
            let ready = channel.eventLoop.makePromise(of: Parts?.self)
            // Complete at once: the server waits for this before it counts the connection as its own.
            let front = FrontHandler(
                loop: loop, usesTLS: certificate != nil,
                buildColdPipeline: { channel, lane in
                    let (parts, handler) = try Self.coldPipeline(channel, lane, logger)
                    ready.succeed(parts)
                    return handler
                },
                onClosed: { ready.succeed(nil) })
            if let certificate {
                try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificate.context))
            }
            try channel.pipeline.syncOperations.addHandler(front)
            return Value(channel: channel, ready: ready.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        guard let parts = try? await value.ready.get() else { return }
        await handleHTTP(asyncChannel: parts, logger: logger)
    }

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
