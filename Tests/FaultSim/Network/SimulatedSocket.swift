import Balancer
import Glibc
import NIOCore
import NIOEmbedded

/// The other end of a connection of the gateway's.
protocol SimulatedPeer: AnyObject {
    /// Bytes of the gateway's have arrived.
    func received(_ bytes: ByteBuffer)
    /// The gateway has closed its side, or the connection.
    func gatewayClosed()
}

/// One connection: first in the pipeline of a channel of the gateway's, it carries bytes to and from a peer with the delays,
/// cuts and limits of a network. It does what a socket's channel does: gives bytes only to who has asked to read, keeps what
/// is written until the other side takes it, and says when there is too much of it.
final class SimulatedSocket: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Something on its way to the gateway.
    private enum Arrival {
        case bytes(ByteBuffer)
        case end
        case reset
    }

    let channel: EmbeddedChannel
    private let time: VirtualTime
    private let network: Network
    private let allowsHalfClosure: Bool
    weak var peer: (any SimulatedPeer)?
    private var context: ChannelHandlerContext?

    private var inbound: [Arrival] = []
    private var wantsRead = false
    /// When the last thing that was sent to the gateway arrives: none overtakes another.
    private var lastArrival = Moment.zero
    private var lastDelivery = Moment.zero
    private var unflushed: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []
    private var sending: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []
    /// Bytes in `unflushed` and `sending`.
    private var pending = 0
    /// The peer takes nothing.
    private(set) var isStuck = false
    private(set) var isClosed = false
    private var isOutputClosed = false
    private var inputHasEnded = false

    /// More than this waiting makes the channel unwritable; as NIO's own marks, and smaller.
    private static let highMark = 8192
    private static let lowMark = 2048

    init(_ time: VirtualTime, _ network: Network, allowsHalfClosure: Bool) {
        self.time = time
        self.network = network
        self.allowsHalfClosure = allowsHalfClosure
        channel = EmbeddedChannel(loop: time.loop)
    }

    /// Connects the channel, with the handler that the gateway puts on it.
    func open(adding add: (EmbeddedChannel) throws -> Void, address: String) throws {
        try channel.pipeline.syncOperations.addHandler(self)
        channel.allowRemoteHalfClosure = allowsHalfClosure
        try add(channel)
        let remote = try SocketAddress(ipAddress: address, port: 40_000)
        channel.remoteAddress = remote
        channel.connect(to: remote, promise: nil)
        if !isClosed { channel.pipeline.syncOperations.read() }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: From the peer

    /// The peer sends; the network may cut it anywhere.
    func send(_ bytes: ByteBuffer) {
        guard !isClosed else { return }
        var rest = bytes
        while let piece = network.cut(&rest) { arrive(.bytes(piece)) }
    }

    /// The peer has nothing more to send.
    func sendEnd() { arrive(.end) }

    /// The peer is gone.
    func sendReset() { arrive(.reset) }

    /// The peer takes bytes again, or takes none.
    func setStuck(_ isStuck: Bool) {
        self.isStuck = isStuck
        if !isStuck { deliver() }
    }

    private func arrive(_ arrival: Arrival) {
        // What is sent at once may arrive at once, and is read at once then.
        if lastArrival <= time.now || !network.joins() { lastArrival = max(time.now + network.delay(), lastArrival) }
        time.after(lastArrival - time.now) { [self] in
            guard !isClosed, !inputHasEnded else { return }
            inbound.append(arrival)
            time.loop.execute { [self] in pump() }
        }
    }

    private func pump() {
        while !isClosed, let first = inbound.first {
            switch first {
            case .bytes(let bytes):
                // The end of a connection is heard of by who does not read, too, behind what came before it.
                let isEnding = inbound.contains { if case .bytes = $0 { false } else { true } }
                guard wantsRead || isEnding else { return }
                wantsRead = false
                channel.pipeline.syncOperations.fireChannelRead(NIOAny(takeBytes(bytes)))
                if isClosed { return }
                channel.pipeline.syncOperations.fireChannelReadComplete()
                if !isClosed { channel.pipeline.syncOperations.read() }
            case .end:
                inbound.removeFirst()
                inputHasEnded = true
                if allowsHalfClosure {
                    channel.pipeline.syncOperations.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
                } else {
                    finish()
                }
            case .reset:
                inbound.removeAll()
                inputHasEnded = true
                channel.pipeline.syncOperations.fireErrorCaught(IOError(errnoCode: ECONNRESET, reason: "read"))
                if !isClosed { finish() }
            }
        }
    }

    /// The bytes at the head of what has arrived, and all that follow them.
    private func takeBytes(_ first: ByteBuffer) -> ByteBuffer {
        var all = first
        inbound.removeFirst()
        while case .bytes(let more)? = inbound.first {
            all.writeImmutableBuffer(more)
            inbound.removeFirst()
        }
        return all
    }

    // MARK: From the gateway

    func read(context: ChannelHandlerContext) {
        wantsRead = true
        guard !inbound.isEmpty else { return }
        time.loop.execute { [self] in pump() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isClosed, !isOutputClosed else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let bytes = unwrapOutboundIn(data)
        pending += bytes.readableBytes
        unflushed.append((bytes, promise))
        if pending > Self.highMark, channel.isWritable {
            channel.isWritable = false
            channel.pipeline.syncOperations.fireChannelWritabilityChanged()
        }
    }

    func flush(context: ChannelHandlerContext) {
        guard !unflushed.isEmpty else { return }
        sending += unflushed
        unflushed = []
        deliver()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .output else {
            isOutputClosed = true
            tellPeer()
            promise?.succeed(())
            return
        }
        guard !isClosed else {
            promise?.fail(ChannelError.alreadyClosed)
            return
        }
        finish(promise)
    }

    /// Gives the peer what was flushed, as much at a time as it takes.
    private func deliver() {
        guard !isStuck, !isClosed, !sending.isEmpty else { return }
        let items = sending
        sending = []
        var bytes = ByteBuffer()
        for item in items { bytes.writeImmutableBuffer(item.bytes) }
        lastDelivery = max(time.now + network.delay(), lastDelivery)
        time.after(lastDelivery - time.now) { [self] in
            peer?.received(bytes)
            guard !isClosed else {
                for item in items { item.promise?.fail(ChannelError.ioOnClosedChannel) }
                return
            }
            pending -= bytes.readableBytes
            for item in items { item.promise?.succeed(()) }
            if pending < Self.lowMark, !channel.isWritable, !isClosed {
                channel.isWritable = true
                channel.pipeline.syncOperations.fireChannelWritabilityChanged()
            }
        }
    }

    /// The channel ends; the peer hears of it behind the bytes that are on their way.
    private func finish(_ promise: EventLoopPromise<Void>? = nil) {
        guard !isClosed else { return }
        isClosed = true
        let lost = unflushed + sending
        (unflushed, sending, inbound) = ([], [], [])
        for item in lost { item.promise?.fail(ChannelError.ioOnClosedChannel) }
        tellPeer()
        if let context { context.close(promise: promise) } else { channel.close(promise: promise) }
    }

    private func tellPeer() {
        lastDelivery = max(time.now + network.delay(), lastDelivery)
        time.after(lastDelivery - time.now) { [self] in peer?.gatewayClosed() }
    }
}
