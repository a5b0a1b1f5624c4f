import Balancer
import NIOCore
import NIOEmbedded

/// A connection of a client's, with its requests one after the other.
final class SimulatedClient: SimulatedPeer {
    let index: Int
    let calls: [ClientCall]
    private let plan: Scenario.Client
    private unowned let world: World
    private var socket: SimulatedSocket?
    private var input = ByteBuffer()
    private var next = 0
    private var awaited = 0
    private(set) var isOver = false

    init(_ index: Int, _ world: World, calls: [ClientCall]) {
        self.index = index
        self.world = world
        self.calls = calls
        plan = world.scenario.clients[index]
    }

    /// Connects, and sends.
    func begin() {
        let socket = SimulatedSocket(world.time, world.network, allowsHalfClosure: true)
        socket.peer = self
        self.socket = socket
        world.open(socket, from: self)
        sendNext()
    }

    /// The gateway is to end the connection with the answer that is due.
    func quiesce() {
        guard !isOver, let socket, !socket.isClosed else { return }
        socket.channel.pipeline.syncOperations.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    private func sendNext() {
        guard !isOver, next < calls.count, let socket else { return }
        let call = calls[next]
        next += 1
        var bytes = call.bytes(key: plan.key.map { World.secret(ofKey: $0) })
        call.isSent = true
        world.trace.note("client sends", index, call.marker)
        switch call.plan.flaw {
        case .slowHead:
            socket.send(bytes.readSlice(length: 20)!)
            return
        case .slowBody:
            socket.send(bytes.readSlice(length: bytes.readableBytes - 5)!)
            return
        default: socket.send(bytes)
        }
        call.sentAt = world.time.now
        if let leaves = call.plan.leaves {
            world.time.after(leaves.after) { [self] in leave(call, byReset: leaves.byReset) }
        }
        if let sticks = call.plan.sticks {
            world.census.count(.clientSticks)
            world.time.after(sticks.after) { socket.setStuck(true) }
            world.time.after(sticks.after + sticks.length) { socket.setStuck(false) }
        }
        if plan.pipelines { sendNext() }
    }

    private func leave(_ call: ClientCall, byReset: Bool) {
        guard !isOver, call.ending == nil else { return }
        world.trace.note("client leaves", index, call.marker, byReset ? 1 : 0)
        world.census.count(byReset ? .clientResets : .clientLeaves)
        byReset ? socket?.sendReset() : socket?.sendEnd()
        end(.left)
    }

    func received(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        world.trace.take(bytes)
        var bytes = bytes
        input.writeBuffer(&bytes)
        while awaited < calls.count, !isOver {
            let call = calls[awaited]
            guard call.isSent else {
                if input.readableBytes > 0 { world.fail("client \(index) got bytes that it has not asked for") }
                return
            }
            call.reply.take(&input)
            if let fault = call.reply.fault { return world.fail("request \(call.marker): no HTTP: \(fault)") }
            guard call.reply.isWhole else { return }
            call.ending = .answered
            awaited += 1
            world.trace.note("client has its answer", index, call.marker, call.reply.status)
            world.answered(call)
            if call.reply.closes || awaited == calls.count {
                if input.readableBytes > 0 { world.fail("client \(index) got bytes behind its last answer") }
                socket?.sendEnd()
                return end(.neverSent)
            }
            if !plan.pipelines { world.time.after(call.plan.pause) { [self] in sendNext() } }
        }
    }

    func gatewayClosed() {
        guard !isOver else { return }
        world.trace.note("client is cut off", index)
        socket?.sendEnd()
        end(.connectionEnded)
    }

    /// The connection is over for the client.
    private func end(_ ending: ClientCall.Ending) {
        isOver = true
        for call in calls where call.ending == nil { call.ending = call.isSent ? ending : .neverSent }
        world.over(self)
    }
}
