public import Balancer
import Dialects
import Ledger
public import NIOCore

/// One request's whole life as a value: what happened goes in, what to do comes out. No socket, no clock, no task.
///
/// The lane on the event loop is its shell. Whatever happens, the lease is settled exactly once and the exchange ends
/// with exactly one `finish` (or with the client gone), after which every event is answered with `none`.
///
/// Here are its state and its beginning. Then, in the order of a request's life: `+Recalling` (what it goes on from), `+Loading` (where nobody
/// has to be asked), `+Picking` (an instance, and the bytes for it), `+Waiting` (for a place), `+Answering` (the events of an instance),
/// `+Late` (a second instance beside one that is late), `+Failing` (the next step after a failure), `+Replying` (the bytes for the client, and the end). The rules are in its
/// parts, each a value that owns its fields.
public struct Exchange: ~Copyable {
    /// The shell's next step. `send`, `work`, `wait`, `pause` and `finish` also mean: abort the upstream call that is open.
    public enum Action {
        /// Nothing now.
        case none
        /// Send these bytes (a complete HTTP/1.1 request) to an instance.
        case send(ByteBuffer, to: InstanceID)
        /// The same, while the call that runs goes on as the late one: its events are ``Exchange/lateAnswered(status:at:)`` and
        /// ``Exchange/lateLost(_:at:)``, and it ends where ``Exchange/hasLate`` turns false, or another `hedge` comes.
        case hedge(ByteBuffer, to: InstanceID)
        /// The same, while the call that runs goes on for ``Exchange/takeTrial()`` and not for this request.
        case stepAside(ByteBuffer, to: InstanceID)
        /// End the call that runs: the late one runs in its place.
        case resume
        /// Queue up in the balancer, and where ``Exchange/alsoWaits(at:)`` says; then ``Exchange/queued(at:predicted:at:)``, later ``Exchange/granted(_:at:)``.
        /// Indirect, so that every other action stays small.
        indirect case wait(ModelID, PickRequest)
        /// Wait until ``Exchange/deadline``, then ``Exchange/timeUp(at:)``.
        case pause
        /// Do this on another thread, then ``Exchange/worked(_:at:)``. Indirect too.
        indirect case work(BodyWork)
        /// Bytes for the client.
        case write(ByteBuffer)
        /// Fetch the pictures at these addresses, then ``Exchange/fetched(_:at:)``. Indirect too.
        indirect case fetch([String])
        /// Look for these answers of a client, then ``Exchange/recalled(_:at:)``. Indirect too.
        indirect case recall([String], of: ResponseOwner)
        /// Begin these parts of the request: ``Exchange/makePart(_:at:)``, then ``Exchange/partWrote(_:of:from:at:)`` and
        /// ``Exchange/partEnded(_:_:_:at:)``. Before that, bytes for the client. Indirect too.
        indirect case begin(Range<Int>, after: ByteBuffer?)
        /// End all parts that run, each by ``Exchange/clientLeft(at:)`` and ``Exchange/partStopped(_:)``; then
        /// ``Exchange/partsStopped(at:)``.
        case endParts
        /// The last bytes for the client; the connection stays open or is closed after them.
        case finish(ByteBuffer, keepAlive: Bool)
    }

    /// Every one but the last may end in `over`.
    enum Phase: Equatable {
        /// Before `begin`, and between two steps: within one call of the shell's. To every other phase.
        case ready
        /// A large body is read, or written for an instance, elsewhere. To `ready`.
        case working
        /// The request is out, no head has come. To `relaying` or `refusing`; to `ready` where the attempt fails.
        case sent
        /// A 200: its body is translated. To `ready` where the attempt fails before anything of it is out.
        case relaying
        /// Another status: its body is collected, for the reason. To `ready`, since the attempt has failed.
        case refusing(status: Int, retryAfter: Int?)
        /// In the balancer's queues. To `ready` with a place, without one, or when it has waited long enough.
        case waiting(since: Moment)
        /// Between two attempts: before a retry, for lists of tags, or until others have settled. To `ready`.
        case pausing(since: Moment)
        /// Parts of the request run, each an exchange of its own. To `ready` when they have failed.
        case inParts
        /// Ended. Stays.
        case over
    }

    /// A client's call as it came.
    struct Call {
        var head: CallHead
        let body: ByteBuffer
        /// When its last byte was there.
        let began: Moment
        let unixSeconds: Int
    }

    /// An error body is read to its end, or to here.
    static let maximumErrorBody = 65_536

    let balancer: PoolBalancer
    /// The newest table: what a position in an older one means stays in it for as long as anything may speak of it.
    var routes: RouteTable
    let shared: ExchangeSettings.Shared
    var settings: ExchangeSettings { shared.value }
    private(set) var call: Call

    var phase = Phase.ready
    /// The client's request; nil before it is read, and once the exchange is over, unless exporters are told of it.
    var asked: Asked?
    /// The way through models: attempts, fallbacks, failures.
    var course = Course()
    /// The reasons that keep the request inside; they only grow.
    var confinement: Confinement
    var listWait = ListWait()
    /// The deployments that depend on the name that was asked for, as this request has them.
    var filled: [FilledDeployment] = []
    /// What kept answers are looked for; nil where none are.
    var recalling: Recalling?
    /// The pattern that serves the name which was asked for; nil for a name of its own.
    var pattern: String?
    /// The one that runs. Nil while none does: before the first, between two, in a queue.
    var attempt: Attempt?
    /// The one before it, where that is late and still waited for, and who has declined to stand beside one. Nil before the first of either.
    var hedging: Hedging?
    /// The sum of the attempts so far.
    var account = Account()
    /// The question to the balancer; made once per model, beside the instances that have failed.
    var ask = PickRequest(promptTokens: 1, tried: InstanceSet())
    /// The ledger's word so far; nil where nothing can bind the request.
    let spend: RequestSpend?
    var waits = Waits()
    /// Whether it runs as several, or is one of those.
    var share = Share.alone
    var deadlines: Deadlines
    /// The bytes for the client.
    var reply: Reply
    /// The facts to count and log, once the exchange is over. Its deployment is that of the attempt that runs, or of the last.
    public internal(set) var record: RequestRecord

    /// - Parameters:
    ///   - body: the whole request body.
    ///   - client: where it comes from.
    ///   - unixSeconds: for the answer's `created`.
    public init(
        _ head: CallHead, body: ByteBuffer, from client: ClientAddress = .unknown, balancer: PoolBalancer,
        routes: RouteTable, settings: ExchangeSettings.Shared,
        at now: Moment, unixSeconds: Int
    ) {
        call = Call(head: head, body: body, began: now, unixSeconds: unixSeconds)
        self.balancer = balancer
        self.routes = routes
        shared = settings
        spend = settings.value.spending?.binds(head) == true ? RequestSpend() : nil
        confinement = head.wishes.confinement.union(head.caller.confinement)
        reply = Reply(isChunked: call.head.allowsChunked)
        deadlines = Deadlines(limit: settings.value.totalTimeout, from: now)
        record = RequestRecord(
            model: -1, deployment: -1, outcome: .rejected, status: 0, stream: false, attempts: 0,
            durationNanoseconds: 0, callID: call.head.callID)
        (record.client, record.key, record.front) = (client, call.head.caller.label, call.head.front)
        if let sampler = settings.value.traces { record.trace = RequestTrace(call.head, sampler: sampler) }
    }

    /// The names of the request's fields that the gateway does not act on; none before it is read, and once it is over.
    public var unknownFields: [String] { asked?.request.unknownFields ?? [] }

    /// What was asked, as JSON, for exporters that are to know; nil before the exchange is over, where nobody is to know, where no
    /// instance was asked, and above so many bytes.
    public func toldPrompt(most: Int) -> [UInt8]? { isOver ? asked?.request.toldPrompt(most: most) : nil }

    /// When to call ``timeUp(at:)``; nil: never.
    public var deadline: Moment? { deadlines.due }

    /// Ended: nothing more comes out of it.
    public var isOver: Bool { phase == .over }

    /// How many attempts have begun, on all models.
    public var attemptNumber: Int { account.attempts }

    var isStream: Bool { asked?.streams ?? false }

    /// Whether the client has asked for a stream; false before the request is read.
    public var isStreamed: Bool { isStream }

    /// Whether it holds more the longer its answer gets: it gives it out whole, or it is kept. A stream holds no more than a read.
    public var growsWithAnswer: Bool { !isStream || reply.tape != nil }

    /// Keeps nothing of a stream's answer, for which there is no room; false where nothing was kept.
    public mutating func dropTape() -> Bool {
        guard isStream, reply.tape != nil else { return false }
        reply.tape = nil
        return true
    }

    /// Bytes of the request and its answer that are held, about: of an answer that is given out whole as it came and as it is written.
    public var heldBytes: Int {
        mutating get {
            let answer = isStream ? 0 : 2 * (attempt?.answerBytes ?? 0)
            let kept = reply.tape?.bytes?.readableBytes ?? 0
            return call.body.readableBytes + answer + reply.bytes.readableBytes + kept
        }
    }

    /// The last token has been translated: what may still be missing is only framing.
    var isComplete: Bool { phase == .relaying && reply.isWhole }

    /// Reads the request and makes the first attempt.
    public mutating func begin(at now: Moment) -> Action {
        if let role { return begin(role, at: now) }
        if mayKeepWords { reply.tape = AnswerTape() }
        guard !isLarge else {
            return offload(BodyWork(step: .scan(call.body, call.head, isSized: spend != nil)), at: now)
        }
        do {
            return serve(try ClientRequest.scan(call.body, front: call.head.front, model: call.head.model), at: now)
        } catch {
            return fail(.invalidRequest(message: error.message, param: error.param), at: now)
        }
    }

    private mutating func begin(_ role: PartRole, at now: Moment) -> Action {
        guard !isLarge else {
            return offload(BodyWork(step: .scanPart(role.parts, role.number, isSized: spend != nil)), at: now)
        }
        do {
            return serve(try ClientRequest.scan(role.body, front: call.head.front), at: now)
        } catch {
            return fail(.invalidRequest(message: error.message, param: error.param), at: now)
        }
    }

    /// - Parameter size: where it was looked up with the reading.
    mutating func serve(_ request: ClientRequest, _ size: RequestSize? = nil, at now: Moment) -> Action {
        if settings.shelf != nil, let action = goOnFromKept(request, size, at: now) { return action }
        return serveWhole(request, size, at: now)
    }

    /// The same where nothing of it is kept elsewhere.
    mutating func serveWhole(_ request: ClientRequest, _ size: RequestSize?, at now: Moment) -> Action {
        asked = Asked(request, call.head.wishes)
        record.stream = request.stream
        spend?.read(request, size, call.head.wishes)
        let name: String
        var wishes = request.wishes
        do throws(LedgerRefusal) {
            name = try permitted(request.model, &wishes)
        } catch {
            return fail(GatewayError(error), at: now)
        }
        course.begin(FallbackPlan(wishes: wishes, most: settings.maxFallbacks))
        guard let route = routes.route(name) else {
            return fail(routes.unknown(request.model, to: call.head.front), at: now)
        }
        record.model = route.model.index
        if route.match != nil { pattern = route.configured }
        if let answer = answerToLoad(request, of: route, at: now) { return answer }
        return use(route, at: now)
    }

    /// The name by which the model is looked up, as the caller's key permits, and that of each fallback which the client names. The
    /// configuration's own are not the client's, and need no permission.
    private mutating func permitted(
        _ model: String, _ wishes: inout RoutingWishes
    ) throws(LedgerRefusal) -> String {
        guard call.head.caller.pass != nil else { return model }
        if !call.head.caller.others.isEmpty, let caller = routes.chosen(call.head.caller, for: model) {
            call.head = CallHead(call.head, of: caller)
            record.key = caller.label
        }
        let name = try routes.permittedAlone(model, for: call.head.caller)
        if let fallbacks = wishes.fallbacks {
            let caller = call.head.caller
            wishes.fallbacks = try fallbacks.map { own throws(LedgerRefusal) in
                try routes.permittedAlone(own, for: caller)
            }
        }
        return name
    }

    /// Turns to a model: the one asked for, one that takes its place, or one that was left, with what it had tried.
    mutating func use(_ route: RouteTable.Route, resuming: AttemptPlan? = nil, at now: Moment) -> Action {
        turn(to: route, resuming: resuming, at: now) ?? nextAttempt(at: now)
    }

    /// `use` before an instance is asked for; nil where one may be.
    mutating func turn(to route: RouteTable.Route, resuming: AttemptPlan?, at now: Moment) -> Action? {
        guard let asked else { return fail(.internalError, at: now) }
        confinement.formUnion(route.rules.confinement)
        let retries = call.head.wishes.numRetries ?? asked.request.numRetries ?? settings.numRetries
        course.use(route, resuming ?? AttemptPlan(retries: min(max(0, retries), ExchangeSettings.mostRetries)))
        waits.beginModel()
        hedging?.declined = InstanceSet()
        hedging?.unpaid = InstanceSet()
        spend?.refusal = nil
        if let reason = route.notBuilt { return giveUp(.notBuilt(reason), at: now) }
        // A chat costs nothing here where neither the configuration nor any instance says that the model may write no texts.
        if route.makesEmbeddingsOnly || call.head.front.work == .embedding || balancer.mayBeTextless(route.model),
            !fitness.fits(route)
        {
            return giveUp(.unfit(route, fitness), at: now)
        }
        let exclusion = exclusion(from: route, of: asked)
        if let reason = exclusion.reason {
            if reason == .fence { record.fenceRefusals += 1 }
            let tokens = asked.request.promptTokenEstimate
            return giveUp(.excluded(reason, from: route.name, promptTokens: tokens, confinement), at: now)
        }
        let terms = terms(of: asked)
        ask.become(
            asked.request, call.head, to: route, excluding: exclusion.deployments, isStreamed: terms.isStreamed,
            learns: terms.learns)
        if settings.fetchesPictures, let action = fetchPictures(of: asked.request, for: route, at: now) {
            return action
        }
        return takeApart(asked.request, at: route, now: now)
    }

    /// Whether the upstream is asked for a stream, and what the answer's times are good for.
    func terms(of asked: Asked) -> (isStreamed: Bool, learns: Learning) {
        let joins = settings.firstTokenDeadline != nil && asked.request.work != .embedding
        guard settings.learnsFirstToken, !asked.request.isLoad else { return (asked.streams || joins, .nothing) }
        let learns: Learning =
            asked.request.work == .embedding ? .wholes : asked.request.asksToThink ? .thoughts : .answers
        return (asked.streams || joins, learns)
    }

    /// The deployments of a model that the request may not use.
    func exclusion(from route: RouteTable.Route, of asked: Asked) -> Exclusion {
        Exclusion(
            route, in: routes,
            tags: tags(of: asked),
            promptTokens: asked.request.promptTokenEstimate, confinement: confinement)
    }

    /// Of the body, of a header, and of the key and its team.
    private func tags(of asked: Asked) -> [String] {
        let (own, head, pass) = (asked.request.wishes.tags, call.head.wishes.tags, call.head.caller.pass)
        if own.isEmpty, head.isEmpty, pass == nil { return [] }
        return own + head + (pass?.facts.tags ?? [])
    }

    /// Which models do the work that is asked for.
    var fitness: ModelFitness { ModelFitness(work: call.head.front.work, table: routes, balancer: balancer) }

    /// Of the attempt that runs, or the last one, for messages; empty before the first.
    public var instanceName: String { record.deployment < 0 ? "" : routes.deployments[record.deployment].instanceName }
}
