import Locking
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// A cloud on 127.0.0.1, with TLS unless told otherwise: answers every request as it is told to, and counts every byte
/// that reaches it.
final class ScriptedCloud: Sendable {
    /// What becomes of a request.
    enum Answer: Sendable {
        /// An answer of this status, type and body.
        case reply(Int, String, [UInt8], headers: String = "")
        /// The head and so much of the body, then the connection is closed; one byte is always missing.
        case cut(String, [UInt8])
        /// The head and a first part; the second and the end once ``ScriptedCloud/release()`` is called.
        case inTwo(String, [UInt8], [UInt8])
        /// Nothing, ever.
        case hang
        /// The connection is closed without a word.
        case close

        static func json(_ body: String, status: Int = 200, headers: String = "") -> Answer {
            .reply(status, "application/json", Array(body.utf8), headers: headers)
        }

        static func events(_ body: String) -> Answer { .reply(200, "text/event-stream", Array(body.utf8)) }
    }

    /// What has reached it.
    struct Counts: Sendable, Equatable {
        var connections = 0
        var bytes = 0
        var requests: [String] = []
        /// Connections that the other side has closed.
        var closed = 0
    }

    let port: Int
    private let listener: any Channel
    private let state = Locked(Counts())
    private let held = Locked<[@Sendable () -> Void]>([])

    private init(listener: any Channel) {
        self.listener = listener
        port = listener.localAddress?.port ?? 0
    }

    var counts: Counts { state.withLock { $0 } }

    static func start(
        tls: Bool = true, _ answer: @escaping @Sendable (_ request: String) -> Answer
    ) async throws -> ScriptedCloud {
        let context = tls ? try NIOSSLContext(configuration: serverTLS()) : nil
        let box = Locked<ScriptedCloud?>(nil)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let cloud = box.withLock({ $0 }) else { return }
                    cloud.state.withLock { $0.connections += 1 }
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(Session(cloud, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let cloud = ScriptedCloud(listener: listener)
        box.withLock { $0 = cloud }
        return cloud
    }

    private static func serverTLS() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)))
    }

    /// Lets every answer in two parts go on.
    func release() {
        let all = held.withLock { held in
            defer { held = [] }
            return held
        }
        for goOn in all { goOn() }
    }

    func stop() async { try? await listener.close() }

    /// One connection.
    private final class Session: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let cloud: ScriptedCloud
        private let answer: @Sendable (String) -> Answer
        private var held = ""

        init(_ cloud: ScriptedCloud, _ answer: @escaping @Sendable (String) -> Answer) {
            self.cloud = cloud
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            cloud.state.withLock { $0.bytes += bytes.readableBytes }
            held += String(buffer: bytes)
            while let request = takeRequest() {
                cloud.state.withLock { $0.requests.append(request) }
                give(answer(request), context)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { cloud.state.withLock { $0.closed += 1 } }

        // A client that does not trust the certificate, or leaves: what follows is the close.
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func takeRequest() -> String? {
            let bytes = Array(held.utf8)
            guard let end = bytes.indices.dropLast(3).first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) })
            else { return nil }
            let head = String(decoding: bytes[..<end], as: UTF8.self)
            let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
            let whole = end + 4 + (length ?? 0)
            guard bytes.count >= whole else { return nil }
            held = String(decoding: bytes[whole...], as: UTF8.self)
            return String(decoding: bytes[..<whole], as: UTF8.self)
        }

        private func give(_ answer: Answer, _ context: ChannelHandlerContext) {
            switch answer {
            case .reply(let status, let type, let body, let headers):
                write(
                    "HTTP/1.1 \(status) X\r\ncontent-type: \(type)\r\ncontent-length: \(body.count)\r\n\(headers)\r\n",
                    body, context)
            case .cut(let type, let body):
                write(
                    "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(body.count + 1)\r\n\r\n", body,
                    context
                )
                context.close(promise: nil)
            case .inTwo(let type, let first, let second):
                let length = first.count + second.count
                write("HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(length)\r\n\r\n", first, context)
                let channel = context.channel
                cloud.held.withLock { held in
                    held.append { channel.writeAndFlush(ByteBuffer(bytes: second), promise: nil) }
                }
            case .hang: break
            case .close: context.close(promise: nil)
            }
        }

        private func write(_ head: String, _ body: [UInt8], _ context: ChannelHandlerContext) {
            var bytes = ByteBuffer(string: head)
            bytes.writeBytes(body)
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
    }
}
