import NIOCore
import NIOPosix

/// Whole requests at a rate, each connection waiting for its answer before it sends the next.
final class RequestLoad {
    private let request: ByteBuffer
    private let interval: TimeAmount
    private var latencies = Histogram()
    private var answers = 0
    private var errors = 0
    private var isOver = false

    private init(_ request: ByteBuffer, interval: TimeAmount) {
        self.request = request
        self.interval = interval
    }

    static func run(
        _ request: ByteBuffer, to target: Target, rate: Double, connections: Int, seconds: Double,
        on loop: any EventLoop, watch: ProcessWatch
    ) async throws -> Report {
        let interval = TimeAmount.nanoseconds(Int64(Double(connections) / rate * 1e9))
        let load = try await loop.submit {
            NIOLoopBound(RequestLoad(request, interval: interval), eventLoop: loop)
        }.get()
        let start = watch.read()
        for index in 0..<connections {
            let delay = TimeAmount.nanoseconds(interval.nanoseconds * Int64(index) / Int64(connections))
            try await ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Connection(load.value, first: delay))
                    }
                }
                .connect(host: "127.0.0.1", port: target.port).map { _ in }.get()
        }
        var report = try await loop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
            load.value.finish(seconds: seconds)
        }.futureResult.get()
        watch.fill(&report, since: start)
        return report
    }

    private func finish(seconds: Double) -> Report {
        isOver = true
        return Report(
            measured: "latency", latencies,
            figures: [
                ("requests_per_second", Double(answers) / seconds), ("answers", Double(answers)),
                ("errors", Double(errors)),
            ])
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let load: RequestLoad
        private let first: TimeAmount
        private var reader = AnswerReader()
        private var sent = NIODeadline.now()
        private var due = NIODeadline.now()

        init(_ load: RequestLoad, first: TimeAmount) {
            self.load = load
            self.first = first
        }

        func channelActive(context: ChannelHandlerContext) {
            due = .now() + first
            sendWhenDue(context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var piece = unwrapInboundIn(data)
            guard let answer = reader.feed(&piece), !load.isOver else { return }
            load.latencies.record(nanoseconds: (NIODeadline.now() - sent).nanoseconds)
            if answer.status == 200 { load.answers += 1 } else { load.errors += 1 }
            due = due + load.interval
            sendWhenDue(context)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            if !load.isOver { load.errors += 1 }
        }

        private func sendWhenDue(_ context: ChannelHandlerContext) {
            let now = NIODeadline.now()
            guard due > now else { return send(context) }
            context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.send(context) }
        }

        private func send(_ context: ChannelHandlerContext) {
            guard context.channel.isActive, !load.isOver else { return }
            sent = .now()
            context.writeAndFlush(NIOAny(load.request), promise: nil)
        }
    }
}
