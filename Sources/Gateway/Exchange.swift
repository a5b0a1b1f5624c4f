public import Balancer
import Dialects
public import NIOCore

/// One request's whole life as a value: what happened goes in, what to do comes out. No socket, no clock, no task.
///
/// The lane on the event loop is its shell. Whatever happens, the lease is settled exactly once and the exchange ends
/// with exactly one `finish` (or with the client gone), after which every event is answered with `none`.
///
/// Here are its state and its beginning. Then, in the order of a request's life: `+Asking` (what the balancer is told),
/// `+Attempts`, `+Waiting`, `+PassingOver` (who stands in, and the way back), `+Upstream` (what comes in from an instance),
/// `+Answer`, `+Silence` and `+Cost` (what goes out to the client), `+SecondOpinion`, `+Models` (who takes over), `+Limits` and
/// `+Ending`.
public struct Exchange: ~Copyable {
    /// The shell's next step. `send`, `work`, `wait`, `pause` and `finish` also mean: abort the upstream call that is open.
    public enum Action {
        /// Nothing now.
        case none
        /// Send these bytes (a complete HTTP/1.1 request) to an instance.
        case send(ByteBuffer, to: InstanceID)
        /// Queue up in the balancer; then ``Exchange/queued(at:predicted:at:)``, later ``Exchange/granted(_:at:)``.
        /// Indirect, so that every other action stays small.
        indirect case wait(ModelID, PickRequest)
        /// Wait until ``Exchange/deadline``, then ``Exchange/timeUp(at:)``.
        case pause
        /// Do this on another thread, then ``Exchange/worked(_:at:)``. Indirect too.
        indirect case work(BodyWork)
        /// Bytes for the client.
        case write(ByteBuffer)
        /// The last bytes for the client; the connection stays open or is closed after them.
        case finish(ByteBuffer, keepAlive: Bool)
    }

    enum Phase: Equatable {
        /// Before `begin`, or between two attempts. To every other phase.
        case ready
        /// A large body is read, or written for an instance, elsewhere. To `ready`, `sent` or `over`.
        case working
        /// The request is out, no head has come. To `relaying`, `refusing`, or the next attempt.
        case sent
        /// A 200: its body is translated. To `over`, or (nothing written yet) the next attempt.
        case relaying
        /// Another status: its body is collected, for the reason. To `over` or the next attempt.
        case refusing(status: Int, retryAfter: Int?)
        /// In the balancer's queue. To `sent` or `over`.
        case waiting(since: Moment)
        /// Between two attempts with no instance left. To `sent` or `over`.
        case pausing(since: Moment)
        /// Ended. Stays.
        case over
    }

    /// An error body is read to its end, or to here.
    static let maximumErrorBody = 65_536

    let balancer: PoolBalancer
    /// The newest table: tables only grow, so a position in an older one stays valid.
    public var routes: RouteTable
    let settings: ExchangeSettings
    let head: CallHead
    let body: ByteBuffer
    let started: Moment
    let unixSeconds: Int

    var phase = Phase.ready
    /// What the client asks for; nil before it is read, and once the exchange is over.
    var asked: Asked?
    var route: RouteTable.Route?
    var plan = AttemptPlan(retries: 0)
    var fallbacks = FallbackPlan(wishes: .none, most: 0, work: .chat)
    /// The reasons that keep the request inside; they only grow.
    var confinement: Confinement
    /// Since when it waits for an instance to list its tags: what must stay goes nowhere before that. Nil: it does not.
    var unlistedSince: Moment?
    /// The one that runs. Nil while none does: before the first, between two, in a queue.
    var attempt: Attempt?
    /// The sum of the attempts so far.
    var account = Account()
    /// The models that had no place at once, and the way back to them.
    var passedOver = PassedOver()
    /// The client's error when nothing is left.
    var failures = Failures()
    /// Another instance's word, where one calls the request at fault.
    var opinion = SecondOpinion()
    /// Of the attempt that runs, or the last one: -1 before the first.
    var deployment = -1
    var totalDeadline: Moment?
    var waits = Waits()
    /// What the balancer is asked, but for who has failed; made once.
    var ask = PickRequest(promptTokens: 1, tried: InstanceSet())

    /// The bytes for the client.
    var reply: Reply
    /// When a stream that stands still next says that it lives; nil before that was looked at.
    var pingDue: Moment?

    /// When to call ``timeUp(at:)``; nil: never.
    public internal(set) var deadline: Moment?
    /// The facts to count and log, once the exchange is over.
    public internal(set) var record: RequestRecord

    /// - Parameters:
    ///   - body: the whole request body.
    ///   - unixSeconds: for the answer's `created`.
    public init(
        _ head: CallHead, body: ByteBuffer, balancer: PoolBalancer, routes: RouteTable, settings: ExchangeSettings,
        at now: Moment, unixSeconds: Int
    ) {
        self.head = head
        self.body = body
        self.balancer = balancer
        self.routes = routes
        self.settings = settings
        confinement = head.confinement.union(head.caller.confinement)
        started = now
        reply = Reply(isChunked: head.allowsChunked)
        self.unixSeconds = unixSeconds
        totalDeadline = settings.totalTimeout.map { now + $0 }
        record = RequestRecord(
            model: -1, deployment: -1, outcome: .rejected, status: 0, stream: false, attempts: 0,
            durationNanoseconds: 0, callID: head.callID)
    }

    /// The names of the request's fields that the gateway does not act on; none before it is read, and once it is over.
    public var unknownFields: [String] { asked?.request.unknownFields ?? [] }

    /// Ended: nothing more comes out of it.
    public var isOver: Bool { phase == .over }

    /// Reads the request and makes the first attempt.
    public mutating func begin(at now: Moment) -> Action {
        guard !isLarge else { return away(BodyWork(step: .scan(body, head.front))) }
        do {
            return serve(Asked(try ClientRequest.scan(body, front: head.front)), at: now)
        } catch {
            return fail(.invalidRequest(message: error.message, param: error.param), at: now)
        }
    }

    mutating func serve(_ asked: Asked, at now: Moment) -> Action {
        self.asked = asked
        record.stream = asked.streams
        let model = asked.request.model
        fallbacks = FallbackPlan(
            wishes: asked.request.wishes, most: settings.maxFallbacks, work: asked.request.work)
        guard let route = routes.route(model) else {
            return fail(routes.unknown(model, to: head.front), at: now)
        }
        record.model = route.model.index
        return enter(route, at: now)
    }

    /// Turns to a model: the one asked for, one that takes its place, or one that was left, with what it had tried.
    mutating func enter(_ route: RouteTable.Route, resuming: AttemptPlan? = nil, at now: Moment) -> Action {
        guard let asked else { return fail(.internalError, at: now) }
        self.route = route
        confinement.formUnion(route.rules.confinement)
        let retries = head.numRetries ?? asked.request.numRetries ?? settings.numRetries
        plan = resuming ?? AttemptPlan(retries: min(max(0, retries), ExchangeSettings.mostRetries))
        failures.beginModel()
        opinion.close()
        waits.beginModel()
        if let reason = route.notBuilt { return giveUp(.providerNotBuilt(message: reason), .notFound, at: now) }
        let exclusion = exclusion(from: route, of: asked)
        if let reason = exclusion.reason { return refuse(reason, at: now) }
        asked.lend { prepareAsk($0, route) }
        ask.excluded = exclusion.deployments
        return nextAttempt(at: now)
    }

    /// The deployments of a model that the request may not use.
    func exclusion(from route: RouteTable.Route, of asked: Asked) -> Exclusion {
        Exclusion(
            route, in: routes, tags: asked.request.wishes.tags + head.tags,
            promptTokens: asked.request.promptTokenEstimate, confinement: confinement)
    }

    // MARK: Large bodies

    var isLarge: Bool { body.readableBytes > settings.largeBody }

    /// Only the limit of the whole request runs meanwhile.
    mutating func away(_ work: BodyWork) -> Action {
        phase = .working
        deadline = totalDeadline
        return .work(work)
    }

    /// A pass over a large body has been made.
    public mutating func worked(_ result: BodyWork.Result, at now: Moment) -> Action {
        guard phase == .working else { return .none }
        phase = .ready
        switch result.value {
        case .scanned(let request): return serve(Asked(request), at: now)
        case .encoded(let wire):
            if attempt?.isTakenOut == true { return attemptFailed(.takenOut(), at: now) }
            return launch(wire, at: now)
        case .refused(let fault):
            // Without an attempt it was not written for anybody yet, and cannot even be read.
            if attempt.take()?.end(.ignored, at: now) != nil { return cannotWrite(fault, at: now) }
            return fail(.invalidRequest(message: fault.message, param: fault.param), at: now)
        }
    }

    /// Of the attempt that runs, or the last one, for messages; empty before the first.
    var instanceName: String { deployment < 0 ? "" : routes.deployments[deployment].instanceName }
}
