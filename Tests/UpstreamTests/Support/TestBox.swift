import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// An instance on port 0, with TLS or without, that does with each request what the test says.
final class TestBox: Sendable {
    /// What it has seen.
    struct Seen {
        var connections = 0
        var requests = 0
        /// What ALPN chose, one per TLS connection.
        var protocols: [String] = []
        /// Bytes of ``TestReply/flood(_:)`` that the kernel took, or that wait for it.
        var flooded = 0
    }

    /// What to do with the nth request (from 1) of a connection.
    typealias Behaviour = @Sendable (TestReply, _ number: Int) -> Void

    private let listener: any Channel
    private let seenBox: NIOLockedValueBox<Seen>
    /// When each connection ended, in order.
    let closes: AsyncStream<NIODeadline>

    var port: Int { listener.localAddress?.port ?? 0 }
    var seen: Seen { seenBox.withLockedValue { $0 } }

    private init(listener: any Channel, seen: NIOLockedValueBox<Seen>, closes: AsyncStream<NIODeadline>) {
        self.listener = listener
        seenBox = seen
        self.closes = closes
    }

    static func start(tls: Bool, _ behaviour: @escaping Behaviour) async throws -> TestBox {
        let context = tls ? try serverContext() : nil
        let seen = NIOLockedValueBox(Seen())
        let (closes, closed) = AsyncStream.makeStream(of: NIODeadline.self)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.addHandler(TestBoxHandler(seen: seen, closed: closed, behaviour: behaviour))
                }
            }
            .bind(host: "0.0.0.0", port: 0).get()
        return TestBox(listener: listener, seen: seen, closes: closes)
    }

    /// Answers everything with one word.
    static func start(tls: Bool) async throws -> TestBox {
        try await start(tls: tls) { reply, _ in reply.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret") }
    }

    func stop() async { try? await listener.close() }

    /// Waits until the flood stands still: nothing went for 300 ms. There is no event for what does not happen.
    func floodStands() async throws {
        let loop = listener.eventLoop
        var last = -1
        while last != seen.flooded {
            last = seen.flooded
            try await loop.scheduleTask(in: .milliseconds(300)) {}.futureResult.get()
        }
    }

    private static func serverContext() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        configuration.applicationProtocols = ["h2", "http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
