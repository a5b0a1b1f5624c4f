import Balancer
import Dialects
import Gateway
import Logging
import NIOCore
import Telemetry
import Upstream

/// The shell of one connection's hot requests, one at a time: carries out what the `Exchange` decides.
///
/// No `Task`, no `await`, no lock held between a request's first and last byte.
///
/// `exchange` and `call` are not checked for exclusive access at run time, since no access can meet another: the lane is
/// touched on its loop only, and an exchange is a value that knows no lane. What it calls in the balancer (a lease that is
/// settled and grants to who waits) comes back by `eventLoop.execute`, when the access is over. Its actions are
/// carried out behind the access, by `perform`. `call` is read and set whole.
final class HotLane: UpstreamConsumer {
    let loop: LoopState
    /// The front that owns this lane.
    unowned var front: FrontHandler!
    /// The lane whose request this one has a part of; nil for a connection's own.
    ///
    /// It outlives the part: a lane ends its parts with its request, or when its connection ends.
    private unowned let host: HotLane?
    /// Which part.
    private let number: Int
    /// The lanes of the parts that run, by their numbers; empty where the request is not in parts.
    private var parts: [Int: HotLane] = [:]
    /// Position in the loop's list; -1: not in it.
    var slot = -1
    /// Nil while no hot request is open.
    @exclusivity(unchecked) private var exchange: Exchange?
    @exclusivity(unchecked) private var call: UpstreamChannel?
    /// The call that is late, while the other one runs beside it.
    private var late: LateCall?
    /// The attempt's bytes, for the one repetition on a fresh connection.
    private var wire = ByteBuffer()
    private var instance = 0
    private var ticket: WaitTicket?
    /// Ends the fetching of pictures from the web, while it runs.
    private var givesUpFetch: PictureFetch.GiveUp?
    /// That of the kept answers from which the request goes on: it has their words in it for as long as it runs.
    private var recalledMemory: MemoryHold?
    /// Tells a late grant or pause of an earlier request from one of this.
    private var generation = 0
    private var isPausing = false
    /// When the bytes came that the instance's channel is reading: the clock is read once for all that they hold.
    private var readAt: Moment?
    /// When the instance was last known to work by this call.
    private var heardAt: Moment?
    private var needsFlush = false
    var isReadyForMore = true

    init(loop: LoopState) {
        self.loop = loop
        (host, number) = (nil, 0)
    }

    /// A lane for one part of a request.
    private init(part number: Int, of host: HotLane) {
        loop = host.loop
        self.host = host
        self.number = number
        isReadyForMore = host.isReadyForMore
    }

    // MARK: Room

    /// The lane of the connection.
    private var owner: HotLane { host ?? self }

    /// Bytes of the request and its answer that are held here.
    var heldBytes: Int {
        guard exchange != nil else { return 0 }
        var bytes = exchange!.heldBytes + wire.readableBytes
        if !parts.isEmpty { for lane in parts.values { bytes += lane.heldBytes } }
        return bytes
    }

    /// Ends the request where there is no room for what it holds.
    private func keepsBudget(at now: Moment) {
        guard exchange != nil, !owner.front.keepsBudget() else { return }
        // What would be kept of a stream is not worth its end.
        guard !exchange!.dropTape() else { return }
        owner.overflow(at: now)
    }

    /// The same for a request that is written for an instance and is not sent.
    private func overflowBeforeSending(at now: Moment) {
        wire = ByteBuffer()
        owner.overflow(at: now)
    }

    private func overflow(at now: Moment) {
        guard exchange != nil else { return }
        loop.context.telemetry.note(.memoryRefused, at: now)
        stopParts(at: now)
        perform(exchange!.overloaded(ServerLimits.memoryIsFull, at: now), at: now)
    }

    // MARK: From the client

    func begin(_ head: CallHead, body: consuming ByteBuffer, at now: Moment) {
        generation &+= 1
        exchange = Exchange(
            head, body: body, from: front.client, balancer: loop.context.balancer, routes: loop.routes,
            settings: loop.settings,
            at: now, unixSeconds: loop.unixSeconds)
        let action = exchange!.begin(at: now)
        nameUnknownFields()
        perform(action, at: now)
    }

    /// Nothing of a request vanishes without a word; the words are for who looks for them.
    private func nameUnknownFields() {
        guard let logger = loop.context.debugLogger else { return }
        let fields = exchange?.unknownFields ?? []
        guard !fields.isEmpty, let call = exchange?.record.callID else { return }
        logger.debug(
            "A request has fields that the gateway does not act on; they go on where the upstream may know them.",
            metadata: ["request.id": "\(call)", "request.fields": "\(fields.joined(separator: ", "))"])
    }

    /// The same of what this instance is not told.
    private func nameFieldsLeftOut() {
        guard let logger = loop.context.debugLogger else { return }
        let fields = exchange?.fieldsLeftOut() ?? []
        guard !fields.isEmpty, let call = exchange?.record.callID else { return }
        logger.debug(
            "Fields of a request change nothing of what the instance is sent.",
            metadata: [
                "request.id": "\(call)", "instance.id": "\(exchange?.instanceName ?? "")",
                "request.fields": "\(fields.joined(separator: ", "))",
            ])
    }

    /// Whose model writes calls that are no JSON.
    private func nameMendedCalls(_ record: RequestRecord) {
        loop.context.debugLogger?.debug(
            "The arguments of tool calls were no JSON and were repaired.",
            metadata: [
                "request.id": "\(record.callID)", "instance.id": "\(exchange?.instanceName ?? "")",
                "calls": "\(record.mendedCalls)",
            ])
    }

    func clientLeft() {
        guard exchange != nil else { return }
        leaveQueue()
        let now = loop.time.now()
        stopParts(at: now)
        exchange!.clientLeft(at: now)
        endCall()
        endLate()
        finishExchange()
    }

    func writabilityChanged(_ isWritable: Bool) {
        isReadyForMore = isWritable
        if !parts.isEmpty { for lane in Array(parts.values) { lane.writabilityChanged(isWritable) } }
        guard isWritable else { return }
        exchange?.clientIsReady(at: loop.time.now())
        call?.resumeReading()
    }

    func sweep(at now: Moment) {
        if host == nil { front.sweep(at: now) }
        // A copy: a part that ends leaves the list.
        if !parts.isEmpty { for lane in Array(parts.values) { lane.sweep(at: now) } }
        // A client that does not read makes its stream stand still: the front's own limit ends that.
        if !isReadyForMore, call != nil { return }
        if isReadyForMore, exchange != nil {
            perform(exchange!.keepAlive(at: now), at: now)
            flushNow()
        }
        guard let due = exchange?.deadline, now >= due, !isPausing else { return }
        timeUp(at: now)
    }

    /// Something was taken out of the pool: what waits there goes elsewhere.
    func tookOut(_ outage: Outage, at now: Moment) {
        if !parts.isEmpty { for lane in Array(parts.values) { lane.tookOut(outage, at: now) } }
        guard exchange != nil else { return }
        perform(exchange!.tookOut(outage, at: now), at: now)
        endLateIfLeft()
    }

    /// There is a new table.
    func useRoutes(_ routes: RouteTable) {
        exchange?.use(routes)
        for lane in parts.values { lane.useRoutes(routes) }
    }

    func stop() {
        guard exchange != nil else {
            front.close()
            return
        }
        leaveQueue()
        let now = loop.time.now()
        stopParts(at: now)
        perform(exchange!.stop(at: now), at: now)
    }

    private func timeUp(at now: Moment) {
        // Granted in the same moment: the lease is on its way here.
        if let ticket, !loop.context.balancer.leave(ticket) { return }
        ticket = nil
        perform(exchange!.timeUp(at: now), at: now)
        endLateIfLeft()
    }

    // MARK: From the instance

    func upstreamHead(_ head: UpstreamHead) {
        guard exchange != nil else { return }
        let now = readTime(isWork: false)
        perform(
            exchange!.upstreamHead(
                status: head.status, retryAfterSeconds: head.retryAfter(unixSeconds: loop.unixSeconds),
                requestID: head.upstreamRequestID, packed: head.contentEncoding, at: now), at: now)
    }

    func upstreamBody(_ bytes: ByteBuffer) {
        guard exchange != nil else { return }
        let now = readTime(isWork: !(bytes.mayBeIdle && bytes.isIdle))
        perform(exchange!.upstreamBytes(bytes, at: now), at: now)
    }

    func upstreamReadComplete() {
        guard exchange != nil else { return }
        let now = readTime(isWork: false)
        readAt = nil
        perform(exchange!.flush(at: now), at: now)
        flushNow()
        endLateIfLeft()
        if exchange?.growsWithAnswer == true { keepsBudget(at: now) }
    }

    private func flushNow() {
        if let host { return host.flushNow() }
        guard needsFlush else { return }
        needsFlush = false
        front.flush()
    }

    func upstreamEnd() {
        call = nil
        guard exchange != nil else { return }
        let now = readTime(isWork: false)
        readAt = nil
        perform(exchange!.upstreamEnded(at: now), at: now)
    }

    /// - Parameter isWork: something of an answer came, by which the instance is known to work. A head is no such thing, which many servers
    ///   send before they begin, nor are blank lines and comments.
    private func readTime(isWork: Bool) -> Moment {
        let now = readAt ?? loop.time.now()
        readAt = now
        if isWork, heardAt != now {
            heardAt = now
            loop.context.balancer.heard(InstanceID(index: instance), at: now)
        }
        return now
    }

    func upstreamFailed(_ error: UpstreamError) {
        call = nil
        guard exchange != nil else { return }
        let now = loop.time.now()
        switch error {
        case .stale: send(fresh: true)
        case .ours(let reason):
            loop.context.telemetry.note(.shortage, reason: reason, at: now)
            perform(exchange!.upstreamLost(AttemptFailure(error), at: now), at: now)
        case .refused, .insecure, .lost, .malformed:
            perform(exchange!.upstreamLost(AttemptFailure(error), at: now), at: now)
        }
    }

    /// First the call is known, then it starts: its first event may come before `start` returns.
    private func send(fresh: Bool) {
        readAt = nil
        let taken = loop.upstreams.take(instance, fresh: fresh)
        call = taken
        taken.start(wire, for: self)
        if call === taken { exchange?.sent(at: loop.time.now()) }
    }

    // MARK: The late call

    /// Its instance has answered after all.
    func lateAnswered(status: Int) {
        guard exchange != nil else { return }
        let now = loop.time.now()
        perform(exchange!.lateAnswered(status: status, at: now), at: now)
        endLateIfLeft()
    }

    func lateFailed(_ error: UpstreamError) {
        late = nil
        guard exchange != nil else { return }
        exchange!.lateLost(AttemptFailure(error), at: loop.time.now())
    }

    /// The call that runs goes on as the late one.
    private func setLate() {
        endLate()
        guard let running = call else { return }
        let late = LateCall(running, wire, to: instance, hasHead: exchange?.lateHasHead ?? false, of: self)
        self.late = late
        call = nil
        running.handOver(to: late)
    }

    /// The call that runs goes on by itself.
    private func leaveTrial(at now: Moment) {
        guard let trial = exchange?.takeTrial() else { return endCall() }
        guard let running = call else { return trial.stop(at: now) }
        call = nil
        loop.keep(TrialCall(running, trial, on: loop))
    }

    /// The late call runs again, from what has come of its answer meanwhile.
    private func resumeLate() {
        guard let late else { return assertionFailure("nothing is late") }
        endCall()
        self.late = nil
        (call, wire, instance) = (late.call, late.wire, late.instance)
        readAt = nil
        late.call.handOver(to: self)
        guard let head = late.head else { return }
        upstreamHead(head)
        if call === late.call, late.line.readableBytes > 0 { upstreamBody(late.line) }
        readAt = nil
    }

    private func endLateIfLeft() {
        if late != nil, exchange?.hasLate != true { endLate() }
    }

    private func endLate() {
        let ended = late
        late = nil
        ended?.call.abort()
    }

    // MARK: What the exchange decides

    private func perform(_ action: consuming Exchange.Action, at now: Moment) {
        switch consume action {
        case .none: break
        case .send(let bytes, let target):
            endCall()
            wire = bytes
            guard wire.readableBytes < MemoryBudget.step || owner.front.keepsBudget() else {
                return overflowBeforeSending(at: now)
            }
            instance = target.index
            let (mine, attempt) = (generation, exchange?.attemptNumber)
            send(fresh: false)
            // One that was lost at once has been followed by another, which has said its own.
            if mine == generation, attempt == exchange?.attemptNumber { nameFieldsLeftOut() }
        case .hedge(let bytes, let target):
            setLate()
            wire = bytes
            instance = target.index
            send(fresh: false)
        case .stepAside(let bytes, let target):
            leaveTrial(at: now)
            wire = bytes
            instance = target.index
            send(fresh: false)
        case .resume: resumeLate()
        case .work(let work):
            endCall()
            perform(work)
        case .fetch(let addresses):
            endCall()
            fetch(addresses)
        case .recall(let ids, let owner):
            endCall()
            recall(ids, of: owner)
        case .write(var bytes):
            if let host { return host.partWrote(bytes, of: number, at: now) }
            needsFlush = true
            if front.write(&bytes) { exchange?.written(consume bytes) }
        case .wait(let model, let ask):
            endCall()
            joinQueue(model, ask)
        case .pause:
            endCall()
            pause()
        case .begin(let numbers, let bytes):
            if var bytes {
                needsFlush = true
                _ = front.write(&bytes)
            }
            beginParts(numbers, at: now)
        case .endParts:
            stopParts(at: now)
            perform(exchange!.partsStopped(at: now), at: now)
        case .finish(let bytes, let keepAlive):
            endCall()
            endLate()
            if let host { return finishPart(bytes, for: host, at: now) }
            needsFlush = false
            finishExchange()
            front.finish(bytes, keepAlive: keepAlive, at: now)
        }
    }

    // MARK: Parts

    /// Begins parts of the request, each on a lane of its own.
    private func beginParts(_ numbers: Range<Int>, at now: Moment) {
        let mine = generation
        for number in numbers {
            // One that has failed at once has ended the request.
            guard mine == generation, exchange?.isInParts == true else { return }
            let lane = HotLane(part: number, of: self)
            lane.exchange = exchange!.makePart(number, at: now)
            guard lane.exchange != nil else { return }
            parts[number] = lane
            lane.perform(lane.exchange!.begin(at: now), at: now)
        }
    }

    private func partWrote(_ bytes: ByteBuffer, of number: Int, at now: Moment) {
        guard exchange != nil, let deployment = parts[number]?.exchange?.record.deployment else { return }
        perform(exchange!.partWrote(bytes, of: number, from: deployment, at: now), at: now)
    }

    /// This part is over.
    private func finishPart(_ bytes: ByteBuffer, for host: HotLane, at now: Moment) {
        guard let end = endPart() else { return }
        host.partEnded(number, end, bytes, at: now)
    }

    private func partEnded(_ number: Int, _ end: PartEnd, _ bytes: ByteBuffer, at now: Moment) {
        guard parts.removeValue(forKey: number) != nil, exchange != nil else { return }
        perform(exchange!.partEnded(number, end, bytes, at: now), at: now)
        flushNow()
    }

    /// Ends the parts that run: their leases are settled, and what they came to is kept.
    private func stopParts(at now: Moment) {
        let running = parts
        parts = [:]
        for lane in running.values {
            lane.leaveQueue()
            lane.exchange!.clientLeft(at: now)
            lane.endCall()
            lane.endLate()
            if let end = lane.endPart() { exchange!.partStopped(end) }
        }
    }

    private func endPart() -> PartEnd? {
        guard let end = exchange?.partEnd else { return nil }
        exchange = nil
        recalledMemory = nil
        wire = ByteBuffer()
        isPausing = false
        return end
    }

    /// Nothing that runs for the request goes on.
    private func endCall() {
        let ended = call
        call = nil
        ended?.abort()
        givesUpFetch?()
        givesUpFetch = nil
    }

    private func finishExchange() {
        // Not taken out, since all of it would be copied.
        guard let record = exchange?.record else { return }
        if record.mendedCalls > 0 { nameMendedCalls(record) }
        let prompt = exchange?.toldPrompt(most: PromptRoom.longest)
        exchange = nil
        recalledMemory = nil
        wire = ByteBuffer()
        isPausing = false
        loop.finished(record, prompt: prompt)
    }

    /// A pass over a large body, on the thread for it.
    private func perform(_ work: BodyWork) {
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        let mine = generation
        loop.context.bodyThread.perform {
            let result = work.run()
            eventLoop.execute { bound.value.worked(result, generation: mine) }
        }
    }

    private func worked(_ result: BodyWork.Result, generation mine: Int) {
        guard mine == generation, exchange != nil else { return }
        let now = loop.time.now()
        let action = exchange!.worked(result, at: now)
        if result.isScan { nameUnknownFields() }
        perform(action, at: now)
    }

    /// Pictures from the web.
    private func fetch(_ addresses: [String]) {
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        let mine = generation
        givesUpFetch = loop.context.pictures?.fetch(addresses) { result in
            eventLoop.execute { bound.value.fetched(result, generation: mine) }
        }
    }

    private func fetched(_ result: Result<[FetchedPicture], PictureFault>, generation mine: Int) {
        guard mine == generation, exchange != nil else { return }
        givesUpFetch = nil
        let now = loop.time.now()
        perform(exchange!.fetched(result, at: now), at: now)
    }

    /// Answers that are kept elsewhere.
    private func recall(_ ids: [String], of owner: ResponseOwner) {
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        let mine = generation
        loop.context.recall?.find(ids, of: owner) { result in
            eventLoop.execute { bound.value.recalled(result, generation: mine) }
        }
    }

    private func recalled(_ result: Result<ResponseRecall.Recalled, RecallFault>, generation mine: Int) {
        guard mine == generation, exchange != nil else { return }
        let now = loop.time.now()
        if case .success(let recalled) = result { recalledMemory = recalled.memory }
        perform(exchange!.recalled(result.map(\.answers), at: now), at: now)
    }

    private func joinQueue(_ model: ModelID, _ ask: PickRequest) {
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        let mine = generation
        do throws(PickError) {
            let ticket = try loop.context.balancer.wait(
                for: model, ask, also: exchange!.alsoWaits(at: loop.time.now()),
                granted: { lease in
                    let box = LeaseBox(lease)
                    eventLoop.execute { bound.value.granted(box, generation: mine) }
                },
                refused: { error in eventLoop.execute { bound.value.refused(error, generation: mine) } })
            self.ticket = ticket
            let balancer = loop.context.balancer
            exchange!.queued(
                at: balancer.position(of: ticket) ?? 0, predicted: balancer.foreseen(of: ticket), at: loop.time.now())
        } catch {
            let now = loop.time.now()
            perform(exchange!.queueRefused(error, at: now), at: now)
        }
    }

    private func granted(_ box: LeaseBox, generation mine: Int) {
        guard let lease = box.take() else { return }
        guard mine == generation, exchange != nil else {
            Exchange.giveBack(lease)
            return
        }
        ticket = nil
        let now = loop.time.now()
        perform(exchange!.granted(lease, at: now), at: now)
    }

    /// Nothing can serve it any more.
    private func refused(_ error: PickError, generation mine: Int) {
        guard mine == generation, exchange != nil else { return }
        ticket = nil
        let now = loop.time.now()
        perform(exchange!.queueRefused(error, at: now), at: now)
    }

    private func leaveQueue() {
        guard let ticket else { return }
        self.ticket = nil
        _ = loop.context.balancer.leave(ticket)
        // A grant that was faster finds another generation, and is given back.
        generation &+= 1
    }

    /// Pauses are rare and short, so this one has a timer of its own.
    private func pause() {
        guard let due = exchange?.deadline else { return }
        isPausing = true
        let mine = generation
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        _ = loop.eventLoop.scheduleTask(in: TimeAmount(due - loop.time.now())) {
            let lane = bound.value
            guard lane.generation == mine, lane.isPausing else { return }
            lane.isPausing = false
            // A timer may fire a moment early: what counts is that the pause is over.
            let now = max(lane.loop.time.now(), due)
            lane.perform(lane.exchange!.timeUp(at: now), at: now)
        }
    }
}
