import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#endif

/// One end of a TCP connection, byte for byte: as the client of a gateway, or as an upstream that a test plays.
actor RawConnection {
    /// One HTTP message as it came.
    struct Message: Sendable {
        var startLine: String
        var headers: [(name: String, value: String)]
        var body: String

        var status: Int { Int(startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }

        subscript(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    }

    struct Ended: Error {}

    nonisolated let channel: any Channel
    private var pieces: AsyncStream<ByteBuffer>.AsyncIterator
    private var held = ByteBuffer()
    private(set) var isEnded = false

    init(channel: any Channel, pieces: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.pieces = pieces.makeAsyncIterator()
    }

    /// Connects to a port of this machine; with TLS where a certificate is given, and then only to its owner.
    static func connect(
        _ port: Int, host: String = "127.0.0.1", receiveBuffer: Int? = nil,
        trusting certificate: NIOSSLCertificate? = nil
    ) async throws -> RawConnection {
        let tls = try certificate.map { certificate in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .certificates([certificate])
            return try NIOSSLContext(configuration: configuration)
        }
        let (pieces, feed) = AsyncStream.makeStream(of: ByteBuffer.self)
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(Feeder(feed))
                }
            }
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: SocketOptionValue(receiveBuffer))
                .channelOption(.autoRead, value: false)
        }
        let channel = try await bootstrap.connect(host: host, port: port).get()
        return RawConnection(channel: channel, pieces: pieces)
    }

    // MARK: Sending

    nonisolated func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
    nonisolated func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    nonisolated func close() async { try? await channel.close() }

    /// Closes only the sending side (FIN).
    nonisolated func closeOutput() async throws { try await channel.close(mode: .output).get() }

    /// Closes with a reset (RST).
    nonisolated func reset() async throws {
        try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close()
    }

    // MARK: Receiving

    /// The next HTTP message, framing removed.
    func message() async throws -> Message {
        let head = try await text(through: "\r\n\r\n")
        let lines = head.split(separator: "\r\n").map(String.init)
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return (name: String(line[..<colon]), value: String(value))
        }
        var message = Message(startLine: lines.first ?? "", headers: headers, body: "")
        if message.status == 100 { return message }
        if let length = message["content-length"].flatMap({ Int($0) }) {
            message.body = try await text(count: length)
        } else if message["transfer-encoding"] == "chunked" {
            while true {
                let size = Int(try await text(through: "\r\n").dropLast(), radix: 16) ?? 0
                message.body += try await text(count: size)
                _ = try await text(count: 2)
                if size == 0 { break }
            }
        }
        return message
    }

    /// Everything up to and with `end`.
    func text(through end: String) async throws -> String {
        let pattern = Array(end.utf8)
        while true {
            let bytes = held.readableBytesView
            if let found = bytes.firstRange(of: pattern) {
                return held.readString(length: found.upperBound - bytes.startIndex) ?? ""
            }
            try await more()
        }
    }

    func text(count: Int) async throws -> String {
        while held.readableBytes < count { try await more() }
        return held.readString(length: count) ?? ""
    }

    /// Counts what comes until the last thing that came is `end`, without keeping it.
    func skip(through end: String) async throws -> Int {
        let length = end.utf8.count
        var count = 0
        while true {
            if held.getString(at: held.writerIndex - length, length: length) == end {
                count += held.readableBytes
                held.clear()
                return count
            }
            let surplus = max(0, held.readableBytes - length)
            count += surplus
            held.moveReaderIndex(forwardBy: surplus)
            held.discardReadBytes()
            try await more()
        }
    }

    /// Returns when the other side has closed; what still comes is kept.
    func waitUntilClosed() async {
        while !isEnded { try? await more() }
    }

    private func more() async throws {
        var iterator = pieces
        guard !isEnded, var piece = await iterator.next(isolation: self) else {
            isEnded = true
            throw Ended()
        }
        held.writeBuffer(&piece)
    }

    /// Hands bytes from the event loop to whoever awaits them; the end of input ends the stream.
    final class Feeder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let feed: AsyncStream<ByteBuffer>.Continuation

        init(_ feed: AsyncStream<ByteBuffer>.Continuation) { self.feed = feed }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { feed.yield(unwrapInboundIn(data)) }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .some(.inputClosed) = event as? ChannelEvent { feed.finish() }
        }

        func channelInactive(context: ChannelHandlerContext) { feed.finish() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
