import NIOCore
import NIOPosix
import Upstream

/// A pool of one origin on a loop, and a consumer that gathers one answer after the other.
final class Caller: Sendable {
    private let loop: any EventLoop
    private let bound: NIOLoopBound<(pool: UpstreamPool, consumer: Consumer)>

    init(_ origin: UpstreamOrigin) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let tls = try UpstreamTLS(for: [origin])
        self.loop = loop
        bound = try await loop.submit {
            let pool = UpstreamPool(
                eventLoop: loop, origins: [origin], tls: tls, resolver: HostResolver(), sendsDirectly: true)
            return NIOLoopBound((pool, Consumer()), eventLoop: loop)
        }.get()
    }

    convenience init(
        _ host: String = "localhost", port: Int, trust: UpstreamTrust?, proxy: UpstreamProxy? = nil,
        within limit: Duration = .seconds(5)
    ) async throws {
        try await self.init(
            UpstreamOrigin(
                host: host, port: port, usesTLS: trust != nil, trust: trust ?? .system,
                route: proxy.map { .proxy($0) } ?? .direct,
                connectTimeout: limit))
    }

    /// Status and body, or which error and its reason.
    func answer() async throws -> String {
        try await begin()
        return try await finish()
    }

    /// Sends a request; returns at once.
    func begin() async throws {
        try await on { pool, consumer in
            consumer.begin(self.loop.makePromise(of: String.self))
            let channel = pool.take(0, fresh: false)
            consumer.channel = channel
            channel.start(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: box\r\n\r\n"), for: consumer)
        }
    }

    /// Waits for the answer of what was begun.
    func finish() async throws -> String {
        try await loop.flatSubmit { [bound, loop] in
            bound.value.consumer.done?.futureResult ?? loop.makeSucceededFuture("nothing was asked")
        }.get()
    }

    /// Waits for the first byte of the body.
    func firstByte() async throws {
        try await loop.flatSubmit { [bound, loop] in
            let consumer = bound.value.consumer
            let first = consumer.first ?? loop.makePromise()
            consumer.first = first
            if consumer.count > 0 { first.succeed() }
            return first.futureResult
        }.get()
    }

    func ticks(_ count: Int) async throws { try await on { pool, _ in for _ in 0..<count { pool.onTick() } } }

    func end() async throws { try await on { pool, _ in pool.shutdown() } }

    @discardableResult
    func on<Value: Sendable>(
        _ body: @escaping @Sendable (UpstreamPool, Consumer) -> Value
    ) async throws -> Value {
        try await loop.submit { [bound] in body(bound.value.pool, bound.value.consumer) }.get()
    }
}

/// Used on the loop of its ``Caller``.
final class Consumer: UpstreamConsumer {
    var channel: UpstreamChannel?
    var head: UpstreamHead?
    var count = 0
    var first: EventLoopPromise<Void>?
    private(set) var done: EventLoopPromise<String>?
    var isReadyForMore = true
    private var text = ""

    deinit { done?.succeed("aborted") }

    func begin(_ done: EventLoopPromise<String>) {
        self.done = done
        (text, count, first, head) = ("", 0, nil, nil)
    }

    func upstreamHead(_ head: UpstreamHead) {
        self.head = head
        text = "\(head.status) "
    }

    func upstreamBody(_ bytes: ByteBuffer) {
        count += bytes.readableBytes
        if text.utf8.count < 1000 { text += String(buffer: bytes) }
        first?.succeed()
        first = nil
    }

    func upstreamReadComplete() {}

    func upstreamEnd() { done?.succeed(text) }

    func upstreamFailed(_ error: UpstreamError) {
        let kind =
            switch error {
            case .refused: "refused"
            case .ours: "ours"
            case .insecure: "insecure"
            case .lost: "lost"
            case .stale: "stale"
            case .malformed: "malformed"
            }
        done?.succeed("\(kind): \(error.reason)")
        first?.succeed()
        first = nil
    }
}
