import NIOCore
import NIOHTTP1
import NIOPosix

/// A port that can be closed and opened again. Lives on the event loop of the box that it belongs to.
final class BoxListener {
    private let host: String
    private let loop: any EventLoop
    private let makeConnection: @Sendable () -> BoxConnection
    private var channel: (any Channel)?
    /// 0 until the first opening has found one.
    private(set) var port: Int

    init(
        host: String, port: Int, loop: any EventLoop, makeConnection: @escaping @Sendable () -> BoxConnection
    ) {
        self.host = host
        self.port = port
        self.loop = loop
        self.makeConnection = makeConnection
    }

    /// Opens the port, if it is closed.
    func open() -> EventLoopFuture<Void> {
        guard channel == nil else { return loop.makeSucceededVoidFuture() }
        let makeConnection = makeConnection
        let asked = port
        let bound = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)), makeConnection(),
                    ])
                }
            }
            .bind(host: host, port: asked)
        return bound.flatMapErrorThrowing { throw FarmError.portTaken(asked, reason: "\($0)") }
            .hop(to: loop).assumeIsolated().map { channel in
                self.channel = channel
                self.port = channel.localAddress?.port ?? asked
            }.nonisolated()
    }

    /// Closes the port, if it is open; connections stay.
    func close() -> EventLoopFuture<Void> {
        guard let channel else { return loop.makeSucceededVoidFuture() }
        self.channel = nil
        return channel.close().hop(to: loop)
    }
}
