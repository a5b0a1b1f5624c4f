import NIOCore
import NIOPosix

/// How long it takes from a client's close until the farm has counted the request as cancelled.
enum CancelLoad {
    struct Silence: Error, CustomStringConvertible {
        let description: String
    }

    static func run(
        _ request: ByteBuffer, to target: Target, farm: Target, count: Int, on loop: any EventLoop
    ) async throws -> Report {
        let counters = try await Channel.open(farm, on: loop)
        var delays = Histogram()
        var cancelled = try await counters.cancelled(farm)
        for _ in 0..<count {
            let client = try await Channel.open(target, on: loop)
            try await client.send(request)
            guard try await client.first().hasPrefix("HTTP/1.1 200") else {
                throw Silence(description: "the gateway did not answer with 200")
            }
            let start = NIODeadline.now()
            client.close()
            while case let now = try await counters.cancelled(farm), now == cancelled {
                guard NIODeadline.now() - start < .seconds(5) else {
                    throw Silence(description: "the farm was not told within five seconds that the client had left")
                }
            }
            delays.record(nanoseconds: (NIODeadline.now() - start).nanoseconds)
            cancelled = try await counters.cancelled(farm)
        }
        counters.close()
        return Report(measured: "cancel", delays, figures: [("clients", Double(count))])
    }

    /// A connection that is read as it is asked.
    private struct Channel {
        private let channel: any NIOCore.Channel
        private let pieces: AsyncStream<ByteBuffer>

        static func open(_ target: Target, on loop: any EventLoop) async throws -> Channel {
            let (pieces, continuation) = AsyncStream<ByteBuffer>.makeStream()
            let channel = try await ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Reader(continuation))
                    }
                }
                .connect(host: "127.0.0.1", port: target.port).get()
            return Channel(channel: channel, pieces: pieces)
        }

        func send(_ bytes: ByteBuffer) async throws {
            try await channel.writeAndFlush(bytes)
        }

        /// The text of the first piece that comes.
        func first() async throws -> String {
            for await piece in pieces { return String(buffer: piece) }
            throw Silence(description: "the connection ended without an answer")
        }

        /// The farm's count of cancelled requests, over all boxes that it tells of.
        func cancelled(_ farm: Target) async throws -> Int {
            try await send(farm.statsRequest)
            var reader = AnswerReader()
            for await var piece in pieces {
                guard let answer = reader.feed(&piece) else { continue }
                let text = String(buffer: answer.body)
                return text.ranges(of: #""cancelled":"#).reduce(0) { sum, mark in
                    sum + (Int(text[mark.upperBound...].prefix { $0.isNumber }) ?? 0)
                }
            }
            throw Silence(description: "the farm's counters cannot be read")
        }

        func close() {
            channel.close(promise: nil)
        }
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let pieces: AsyncStream<ByteBuffer>.Continuation

        init(_ pieces: AsyncStream<ByteBuffer>.Continuation) {
            self.pieces = pieces
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pieces.yield(unwrapInboundIn(data))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            pieces.finish()
        }
    }
}
