import NIOCore
import NIOPosix

/// Opens streams, holds them, and measures how old each chunk is when it comes.
final class StreamLoad {
    private let request: ByteBuffer
    private let target: Target
    private let loop: any EventLoop
    private var delays = Histogram()
    private var isMeasuring = false
    private var isOver = false
    /// Chunks with a stamp, while it is measured.
    private var chunks = 0
    private var streaming = 0
    private var errors = 0

    private init(_ request: ByteBuffer, to target: Target, on loop: any EventLoop) {
        self.request = request
        self.target = target
        self.loop = loop
    }

    static func run(
        _ request: ByteBuffer, to target: Target, streams: Int, ramp: Double, seconds: Double, on loop: any EventLoop,
        watch: ProcessWatch
    ) async throws -> Report {
        let load = try await loop.submit {
            NIOLoopBound(StreamLoad(request, to: target, on: loop), eventLoop: loop)
        }.get()
        // Opened evenly, so that the streams' tokens are spread and the first ones are not a burst.
        try await loop.flatSubmit {
            let opened = (0..<streams).map { index in
                loop.scheduleTask(in: .nanoseconds(Int64(ramp * 1e9 * Double(index) / Double(streams)))) {
                    load.value.open()
                }.futureResult
            }
            return EventLoopFuture.andAllComplete(opened, on: loop)
        }.get()
        let start = watch.read()
        try await loop.scheduleTask(in: .nanoseconds(0)) { load.value.isMeasuring = true }.futureResult.get()
        var report = try await loop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
            load.value.finish(seconds: seconds)
        }.futureResult.get()
        watch.fill(&report, since: start)
        return report
    }

    private func open() {
        let bound = NIOLoopBound(self, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Stream(bound.value))
                }
            }
            .connect(host: "127.0.0.1", port: target.port)
            .whenFailure { _ in bound.value.errors += 1 }
    }

    private func finish(seconds: Double) -> Report {
        isOver = true
        isMeasuring = false
        return Report(
            measured: "delay", delays,
            figures: [
                ("open", Double(streaming)), ("errors", Double(errors)),
                ("chunks_per_second", Double(chunks) / seconds), ("chunks", Double(chunks)),
            ])
    }

    /// One stream: sends the request when connected, and is an error if it ends before the measurement does.
    private final class Stream: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let load: StreamLoad
        private var scanner = StampScanner()
        private var isStreaming = false

        init(_ load: StreamLoad) {
            self.load = load
        }

        func channelActive(context: ChannelHandlerContext) {
            context.writeAndFlush(NIOAny(load.request), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let now = Int64(NIODeadline.now().uptimeNanoseconds)
            let piece = unwrapInboundIn(data)
            if !isStreaming {
                guard String(buffer: piece).hasPrefix("HTTP/1.1 200") else { return context.close(promise: nil) }
                isStreaming = true
                load.streaming += 1
            }
            scanner.scan(piece) { stamp in
                guard load.isMeasuring else { return }
                load.chunks += 1
                load.delays.record(nanoseconds: now - stamp)
            }
            // The last event, or a last chunk of length zero: the answer is over, the connection may stay.
            if piece.readableBytesView.suffix(5).elementsEqual("0\r\n\r\n".utf8) { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            guard !load.isOver else { return }
            load.errors += 1
            if isStreaming { load.streaming -= 1 }
        }
    }
}
