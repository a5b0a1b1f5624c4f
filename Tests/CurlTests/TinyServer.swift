import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server that misbehaves as the path says; speaks raw bytes, so that it can.
final class TinyServer: Sendable {
    /// What it has seen.
    struct Seen {
        var connections = 0
        var open = 0
        var requests: [String] = []
        /// TLS handshakes get no word.
        var isMute = false
    }

    private let channel: any Channel
    private let seen: SeenBox

    static func start() async throws -> TinyServer {
        let seen = SeenBox()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(seen: seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return TinyServer(channel: channel, seen: seen)
    }

    private init(channel: any Channel, seen: SeenBox) {
        self.channel = channel
        self.seen = seen
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    var now: Seen { seen.state.withLock { $0 } }

    func stop() async throws { try await channel.close() }
}

private final class SeenBox: Sendable {
    let state = Mutex(TinyServer.Seen())
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let seen: SeenBox
    private var text = ""

    init(seen: SeenBox) { self.seen = seen }

    func channelActive(context: ChannelHandlerContext) {
        seen.state.withLock {
            $0.connections += 1
            $0.open += 1
        }
    }

    func channelInactive(context: ChannelHandlerContext) { seen.state.withLock { $0.open -= 1 } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        // A TLS handshake gets what a plain web server says to it.
        if buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) == 0x16 {
            if seen.state.withLock({ $0.isMute }) { return }
            return send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", context, thenClose: true)
        }
        text += String(buffer: buffer)
        while let end = text.range(of: "\r\n\r\n") {
            let head = String(text[..<end.lowerBound])
            let length =
                head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).trimming(" ")) } ?? 0
            let rest = text[end.upperBound...]
            guard rest.utf8.count >= length else { return }
            let body = String(rest.prefix(length))
            text = String(rest.dropFirst(length))
            seen.state.withLock { $0.requests.append(head + "\r\n\r\n" + body) }
            answer(head.split(separator: " ").dropFirst().first.map(String.init) ?? "", body, context)
        }
    }

    private func answer(_ path: String, _ body: String, _ context: ChannelHandlerContext) {
        switch path {
        case "/hang": break
        case "/mute":
            seen.state.withLock { $0.isMute = true }
            send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", context, thenClose: false)
        case "/reset":
            // A linger time of zero makes `close` a reset.
            let provider = context.channel as? any SocketOptionProvider
            _ = provider?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            context.close(promise: nil)
        case "/silent": context.close(promise: nil)
        case "/half": send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", context, thenClose: true)
        case "/garbage": send("I am not a web server\r\n\r\n", context, thenClose: true)
        case "/redirect":
            send("HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n", context, thenClose: false)
        case "/round":
            send("HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n", context, thenClose: false)
        case "/file":
            send(
                "HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\n\r\n", context,
                thenClose: false)
        case let path where path.hasPrefix("/elsewhere?"):
            send(
                "HTTP/1.1 302 Found\r\nLocation: http://\(path.dropFirst(11))/ok\r\nContent-Length: 0\r\n\r\n", context,
                thenClose: false)
        case "/unavailable":
            send("HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy", context, thenClose: false)
        case "/long": send("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n", context, thenClose: false)
        case "/endless":
            send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", context, thenClose: false)
            let chunk = "1000\r\n" + String(repeating: "x", count: 4_096) + "\r\n"
            for _ in 0..<64 { send(chunk, context, thenClose: false) }
        case "/packed":
            // "ok" in zlib's form.
            let packed: [UInt8] = [0x78, 0x9C, 0xCB, 0xCF, 0x06, 0x00, 0x01, 0x4B, 0x00, 0xDB]
            var answer = ByteBuffer(
                string: "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: \(packed.count)\r\n\r\n")
            answer.writeBytes(packed)
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        case "/close":
            send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", context, thenClose: true)
        default:
            let answer = body.isEmpty ? "ok" : "<" + body + ">"
            send("HTTP/1.1 200 OK\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)", context, thenClose: false)
        }
    }

    private func send(_ text: String, _ context: ChannelHandlerContext, thenClose: Bool) {
        let written = context.eventLoop.makePromise(of: Void.self)
        if thenClose {
            written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: written)
    }
}

extension String {
    /// Where a needle first stands; the standard library has this only with Foundation.
    fileprivate func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring { drop { $0 == character } }
}
