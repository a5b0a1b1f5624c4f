import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Upstream

/// An HTTP proxy on port 0, for CONNECT.
final class TestProxy: Sendable {
    enum Behaviour: Sendable {
        /// Leads to this port of 127.0.0.1, whatever it is asked for.
        case leads(toPort: Int)
        case answers(String)
        case closes
        case hangs
        /// No proxy at all: says this to whatever comes first.
        case speaksFirst(String)
    }

    private let listener: any Channel
    private let headsBox: NIOLockedValueBox<[String]>
    /// Also after it has stopped.
    let port: Int

    /// What it was asked, one text per connection.
    var heads: [String] { headsBox.withLockedValue { $0 } }

    static func start(_ behaviour: Behaviour) async throws -> TestProxy {
        let heads = NIOLockedValueBox<[String]>([])
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(behaviour, heads))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return TestProxy(listener: listener, heads: heads)
    }

    private init(listener: any Channel, heads: NIOLockedValueBox<[String]>) {
        self.listener = listener
        headsBox = heads
        port = listener.localAddress?.port ?? 0
    }

    func proxy(_ credentials: (user: String, password: String)? = nil) -> UpstreamProxy {
        UpstreamProxy(
            host: "127.0.0.1", port: port,
            credentials: credentials.map { ProxyCredentials(user: $0.user, password: $0.password) })
    }

    func stop() async { try? await listener.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let behaviour: Behaviour
        private let heads: NIOLockedValueBox<[String]>
        private var head = ""
        private var other: (any Channel)?

        init(_ behaviour: Behaviour, _ heads: NIOLockedValueBox<[String]>) {
            self.behaviour = behaviour
            self.heads = heads
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            if let other {
                other.writeAndFlush(bytes, promise: nil)
                return
            }
            if case .speaksFirst(let text) = behaviour {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                return
            }
            head += String(buffer: bytes)
            guard head.hasSuffix("\r\n\r\n") else { return }
            heads.withLockedValue { $0.append(head) }
            switch behaviour {
            case .leads(let port): lead(to: port, context: context)
            case .answers(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .closes: context.close(promise: nil)
            case .hangs, .speaksFirst: break
            }
        }

        func channelInactive(context: ChannelHandlerContext) { other?.close(promise: nil) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func lead(to port: Int, context: ChannelHandlerContext) {
            let near = context.channel
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Back(near))
                    }
                }
                .connect(host: "127.0.0.1", port: port)
                .whenComplete { result in
                    bound.value.other = try? result.get()
                    // Some proxies send fields that mean nothing here (RFC 9110 section 9.3.6).
                    let answer =
                        bound.value.other == nil
                        ? "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\nX: y\r\n\r\n"
                    near.writeAndFlush(ByteBuffer(string: answer), promise: nil)
                }
        }
    }

    /// From the origin to the client.
    private final class Back: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let near: any Channel

        init(_ near: any Channel) { self.near = near }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            near.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { near.close(promise: nil) }
    }
}
