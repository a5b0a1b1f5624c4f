import NIOCore
import NIOPosix

/// An upstream whose every byte the test writes: no clock, no thread of its own.
actor PlayedUpstream {
    nonisolated let port: Int
    private let listener: any Channel
    private var arrivals: AsyncStream<RawConnection>.AsyncIterator

    /// Whether it lists its model as in memory.
    private let hasLoaded: Bool

    private init(listener: any Channel, arrivals: AsyncStream<RawConnection>, hasLoaded: Bool) {
        self.listener = listener
        self.hasLoaded = hasLoaded
        port = listener.localAddress?.port ?? 0
        self.arrivals = arrivals.makeAsyncIterator()
    }

    /// - Parameter hasLoaded: whether it lists its model as in memory.
    static func start(hasLoaded: Bool = false) async throws -> PlayedUpstream {
        let (arrivals, feed) = AsyncStream.makeStream(of: RawConnection.self)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (pieces, bytes) = AsyncStream.makeStream(of: ByteBuffer.self)
                    try channel.pipeline.syncOperations.addHandler(RawConnection.Feeder(bytes))
                    feed.yield(RawConnection(channel: channel, pieces: pieces))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return PlayedUpstream(listener: listener, arrivals: arrivals, hasLoaded: hasLoaded)
    }

    /// The next connection the gateway opens for a client's request; probes are answered on the way.
    ///
    /// Returns with the request read.
    func nextCall() async throws -> (connection: RawConnection, request: RawConnection.Message) {
        while let connection = await next() {
            let request = try await connection.message()
            if request.startLine.hasPrefix("POST ") { return (connection, request) }
            Task { [hasLoaded] in try await Self.answerProbes(connection, request, hasLoaded) }
        }
        throw RawConnection.Ended()
    }

    /// Answers every call from now on with `answer`, each connection by itself.
    func answerAll(_ answer: String) async {
        while let connection = await next() {
            Task { [hasLoaded] in
                while true {
                    let request = try await connection.message()
                    if request.startLine.hasPrefix("POST ") {
                        try await connection.send(answer)
                    } else {
                        try await Self.answerProbe(connection, request, hasLoaded)
                    }
                }
            }
        }
    }

    private func next() async -> RawConnection? {
        var iterator = arrivals
        return await iterator.next(isolation: self)
    }

    func stop() async { try? await listener.close() }

    private static func answerProbes(
        _ connection: RawConnection, _ first: RawConnection.Message, _ hasLoaded: Bool
    ) async throws {
        var request = first
        while true {
            try await answerProbe(connection, request, hasLoaded)
            request = try await connection.message()
        }
    }

    private static func answerProbe(
        _ connection: RawConnection, _ request: RawConnection.Message, _ hasLoaded: Bool
    ) async throws {
        let loaded =
            hasLoaded
            ? #"{"name":"llama3.1:8b","model":"llama3.1:8b","size":5,"size_vram":5,"context_length":4096,"expires_at":"2036-01-01T00:00:00Z"}"#
            : ""
        let body =
            request.startLine.contains("/api/tags")
            ? "{\"models\":[{\"name\":\"llama3.1:8b\",\"model\":\"llama3.1:8b\",\"modified_at\":\"2026-01-01T00:00:00Z\",\"size\":5,\"digest\":\"ab\"}]}"
            : request.startLine.contains("/api/version")
                ? "{\"version\":\"0.33.0\"}" : "{\"models\":[\(request.startLine.contains("/api/ps") ? loaded : "")]}"
        try await connection.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    // MARK: What a box says

    static let streamHead =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"

    static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    static func token(_ text: String) -> String {
        chunk(
            "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\"content\":\"\(text)\"},\"done\":false}\n"
        )
    }

    static let lastToken =
        chunk(
            "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":4}\n"
        )
        + "0\r\n\r\n"

    static func answer(_ text: String, connection: String = "keep-alive") -> String {
        let body =
            "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\"content\":\"\(text)\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":4}"
        return
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: \(connection)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
