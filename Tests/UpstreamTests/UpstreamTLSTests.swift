import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing

@testable import Upstream

/// Instances behind https.
@Suite(.timeLimit(.minutes(1))) struct UpstreamTLSTests {
    @Test func `an instance whose certificate is trusted is asked and answers, twice on one connection`() async throws {
        let box = try await SecureBox.start()
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([try SecureBox.certificate()])
        for host in ["localhost", "127.0.0.1"] {
            let asked = try await Asked.start(host: host, port: box.port, tls: tls)
            for _ in 0..<2 { #expect(try await asked.answer() == "200 secret") }
            try await asked.end()
        }
        #expect(box.connections == 2)
        await box.stop()
    }

    @Test func `an instance that nobody vouches for is refused before a byte of the request is sent`() async throws {
        let box = try await SecureBox.start()
        let asked = try await Asked.start(host: "localhost", port: box.port, tls: .makeClientConfiguration())
        let failure = try await asked.answer()
        #expect(failure.hasPrefix("insecure: TLS handshake failed"), "\(failure)")
        #expect(box.requests == 0)
        try await asked.end()
        await box.stop()
    }
}

/// A pool of one origin on a loop of its own, and a consumer that gathers one answer after the other.
private final class Asked: Sendable {
    private final class Consumer: UpstreamConsumer {
        var text = ""
        var done: EventLoopPromise<String>?
        let isReadyForMore = true

        func upstreamHead(_ head: UpstreamHead) { text = "\(head.status) " }
        func upstreamBody(_ bytes: ByteBuffer) { text += String(buffer: bytes) }
        func upstreamReadComplete() {}
        func upstreamEnd() { done?.succeed(text) }

        func upstreamFailed(_ error: UpstreamError) {
            let kind = if case .insecure = error { "insecure" } else { "\(error)" }
            done?.succeed("\(kind): \(error.reason)")
        }
    }

    private let loop: any EventLoop
    private let bound: NIOLoopBound<(UpstreamPool, Consumer)>

    private init(loop: any EventLoop, bound: NIOLoopBound<(UpstreamPool, Consumer)>) {
        self.loop = loop
        self.bound = bound
    }

    static func start(host: String, port: Int, tls: TLSConfiguration) async throws -> Asked {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let origin = UpstreamOrigin(host: host, port: port, usesTLS: true, connectTimeout: .seconds(5))
        return try await loop.submit {
            let pool = try UpstreamPool(eventLoop: loop, origins: [origin], sendsDirectly: true, tls: tls)
            return Asked(loop: loop, bound: NIOLoopBound((pool, Consumer()), eventLoop: loop))
        }.get()
    }

    func answer() async throws -> String {
        let done = loop.makePromise(of: String.self)
        let bound = bound
        loop.execute {
            let (pool, consumer) = bound.value
            consumer.done = done
            pool.take(0, fresh: false).start(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: box\r\n\r\n"), for: consumer)
        }
        return try await done.futureResult.get()
    }

    func end() async throws {
        let bound = bound
        try await loop.submit { bound.value.0.shutdown() }.get()
    }
}

/// Answers everything with one word, over TLS.
private struct SecureBox {
    /// What it has seen.
    private struct Seen {
        var connections = 0
        var requests = 0
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let seen: NIOLockedValueBox<Seen>

        init(_ seen: NIOLockedValueBox<Seen>) { self.seen = seen }

        func channelActive(context: ChannelHandlerContext) { seen.withLockedValue { $0.connections += 1 } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            seen.withLockedValue { $0.requests += 1 }
            let answer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let listener: any Channel
    private let seen: NIOLockedValueBox<Seen>

    var port: Int { listener.localAddress?.port ?? 0 }
    var connections: Int { seen.withLockedValue { $0.connections } }
    var requests: Int { seen.withLockedValue { $0.requests } }

    static func certificate() throws -> NIOSSLCertificate {
        try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
    }

    static func start() async throws -> SecureBox {
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(try certificate())], privateKey: .privateKey(key)))
        let seen = NIOLockedValueBox(Seen())
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOSSLServerHandler(context: context), Handler(seen),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return SecureBox(listener: listener, seen: seen)
    }

    func stop() async { try? await listener.close() }
}
