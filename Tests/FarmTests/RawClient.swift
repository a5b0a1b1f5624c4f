import Glibc
import NIOCore
import NIOPosix

@testable import Farm

/// A connection of a test's own: sends what it is told, reads byte by byte, and knows a reset from an orderly end.
struct RawClient: ~Copyable {
    enum End: Equatable {
        case closed
        case reset
    }

    struct Head: Equatable {
        var status: Int
        var headers: [String: String]
        /// In the order of the wire, as written.
        var names: [String]
    }

    struct Response {
        var head: Head
        var body: String

        var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }
        var error: String? { json["error"]?.string }
    }

    struct Surprise: Error {
        let message: String
    }

    private enum Event: Sendable {
        case bytes(ByteBuffer)
        case end(End)
    }

    private let channel: any Channel
    private var events: AsyncStream<Event>.AsyncIterator
    private var bytes = ByteBuffer()
    private var ending: End?

    init(port: Int) async throws {
        let (stream, continuation) = AsyncStream<Event>.makeStream()
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        events = stream.makeAsyncIterator()
    }

    deinit {
        channel.close(promise: nil)
    }

    func close() async throws {
        try await channel.close()
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    func send(_ method: String, _ path: String, _ body: String? = nil, headers: String = "") async throws {
        let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
        let host = headers.contains("Host:") ? "" : "Host: 127.0.0.1\r\n"
        try await send("\(method) \(path) HTTP/1.1\r\n\(host)\(headers)\(length)\r\n\(body ?? "")")
    }

    /// Sends a request and reads the whole answer.
    mutating func ask(
        _ method: String, _ path: String, _ body: String? = nil, headers: String = ""
    ) async throws -> Response {
        try await send(method, path, body, headers: headers)
        return try await response(to: method)
    }

    mutating func response(to method: String = "POST") async throws -> Response {
        let head = try await head()
        guard method != "HEAD" else { return Response(head: head, body: "") }
        if head.headers["transfer-encoding"] == "chunked" {
            var body = ""
            while let chunk = try await chunk() { body += chunk }
            return Response(head: head, body: body)
        }
        guard let length = head.headers["content-length"].flatMap(Int.init) else {
            throw Surprise(message: "no length and no chunks")
        }
        return Response(head: head, body: try await text(length))
    }

    mutating func head() async throws -> Head {
        let status = try await line()
        guard let code = Int(status.split(separator: " ").dropFirst().first ?? "") else {
            throw Surprise(message: "no status line: \(status)")
        }
        var head = Head(status: code, headers: [:], names: [])
        while true {
            let line = try await line()
            guard !line.isEmpty else { return head }
            let colon = line.firstIndex(of: ":")!
            let name = String(line[..<colon])
            head.names.append(name)
            head.headers[name.lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
    }

    /// The next chunk; nil is the last.
    mutating func chunk() async throws -> String? {
        let size = try await line()
        guard let length = Int(size, radix: 16) else { throw Surprise(message: "no chunk size: \(size)") }
        let text = try await text(length)
        _ = try await line()
        return length == 0 ? nil : text
    }

    /// Bytes that have arrived and are not read yet.
    var unread: Int { bytes.readableBytes }

    /// How the connection ends; bytes before it are an error.
    mutating func end() async throws -> End {
        while ending == nil { await more() }
        guard bytes.readableBytes == 0 else { throw Surprise(message: "unread: \(String(buffer: bytes))") }
        return ending!
    }

    mutating func text(_ length: Int) async throws -> String {
        while bytes.readableBytes < length {
            guard ending == nil else {
                throw Surprise(message: "ended within \(length) bytes: \(String(buffer: bytes))")
            }
            await more()
        }
        return bytes.readString(length: length)!
    }

    private mutating func line() async throws -> String {
        while true {
            if let end = bytes.readableBytesView.firstIndex(of: 10) {
                let line = bytes.readBytes(length: end + 1 - bytes.readerIndex)!
                return String(decoding: line.dropLast(line.suffix(2).first == 13 ? 2 : 1), as: UTF8.self)
            }
            guard ending == nil else { throw Surprise(message: "\(ending!) within a line: \(String(buffer: bytes))") }
            await more()
        }
    }

    private mutating func more() async {
        switch await events.next() {
        case .bytes(var more)?: bytes.writeBuffer(&more)
        case .end(let end)?: ending = end
        case nil: ending = .closed
        }
    }

    /// Hands over what the channel reads.
    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<Event>.Continuation

        init(_ continuation: AsyncStream<Event>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(.bytes(unwrapInboundIn(data)))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            continuation.yield(.end((error as? IOError)?.errnoCode == ECONNRESET ? .reset : .closed))
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            continuation.yield(.end(.closed))
            continuation.finish()
        }
    }
}
