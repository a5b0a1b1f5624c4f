public import Balancer
public import NIOCore
import Providers
public import Telemetry

/// One request's whole life as a value: what happened goes in, what to do comes out. No socket, no clock, no task.
///
/// The lane on the event loop is its shell. Whatever happens, the lease is settled exactly once and the exchange ends
/// with exactly one `finish` (or with the client gone), after which every event is answered with `none`. What the
/// upstream does comes in through `Exchange+Upstream.swift`; what the client gets is written in `Exchange+Answer.swift`.
public struct Exchange: ~Copyable {
    /// What the shell is to do. `send`, `work`, `wait`, `pause` and `finish` also mean: abort the upstream call that is open.
    public enum Action {
        /// Nothing now.
        case none
        /// Send these bytes (a complete HTTP/1.1 request) to an instance.
        case send(ByteBuffer, to: InstanceID)
        /// Queue up in the balancer; then ``Exchange/queued(at:predicted:at:)``, later ``Exchange/granted(_:at:)``.
        case wait(ModelID, PickRequest)
        /// Wait until ``Exchange/deadline``, then ``Exchange/timeUp(at:)``.
        case pause
        /// Do this on another thread, then ``Exchange/worked(_:at:)``. Indirect, so that every other action stays small.
        indirect case work(BodyWork)
        /// Bytes for the client.
        case write(ByteBuffer)
        /// The last bytes for the client; the connection stays open or is closed after them.
        case finish(ByteBuffer, keepAlive: Bool)
    }

    /// How a call ended without an answer, as the shell saw it.
    public enum Loss: Sendable {
        /// No connection came about.
        case refused(String)
        /// It ended, or could not be read, before the answer was whole.
        case lost(String)
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
        case waiting
        /// Between two attempts with no instance left. To `sent` or `over`.
        case pausing
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
    var request: ClientRequest?
    var route: RouteTable.Route?
    var plan = AttemptPlan(retries: 0)
    var fallbacks = FallbackPlan(wishes: .none, most: 0)
    /// What keeps the request inside; only grows.
    var confinement: Confinement
    /// Attempts and retries on the models before this one.
    var earlierAttempts = 0
    var earlierRetries = 0
    var lease: Lease?
    var translator: AnswerTranslator?
    var errorBody = ByteBuffer()
    var answerBytes = 0
    /// The last attempt's reason on this model, told to the client when no try is left.
    var lastError: GatewayError?
    private var lastFailure = FailureClass.serviceUnavailable
    /// What the models before this one failed with, for the client's error.
    private var earlierFailures = ""
    /// Of the attempt that runs, or the last one: -1 before the first.
    var deployment = -1
    var attemptStarted = Moment.zero
    /// The limit that runs now was chosen by the caller, and says nothing about the instance.
    var limitIsCallers = false
    var totalDeadline: Moment?
    var upstreamTime = Duration.zero
    var waitingSince = Moment.zero
    /// When the attempt that runs, or waits, asked for an instance.
    private var askedAt = Moment.zero
    var waited = Duration.zero
    var queuePosition = 0
    var queuePredicted: Duration?
    /// What the balancer is asked, but for who has failed; made once.
    var ask = PickRequest(promptTokens: 1, tried: [])
    var firstTokenAt: Moment?
    private var isMissingTag = false

    // The client's side: see `Exchange+Answer.swift`.
    var pending = ByteBuffer()
    var chunkStart: Int?
    var bytesAreOut = false
    var answerIsComplete = false

    /// When to call ``timeUp(at:)``; nil: never.
    public internal(set) var deadline: Moment?
    /// What to count and log, once the exchange is over.
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
        confinement = head.confinement
        started = now
        self.unixSeconds = unixSeconds
        totalDeadline = settings.totalTimeout.map { now + $0 }
        record = RequestRecord(
            model: -1, deployment: -1, outcome: .rejected, status: 0, stream: false, attempts: 0,
            durationNanoseconds: 0, callID: head.callID)
    }

    /// Ended: nothing more comes out of it.
    public var isOver: Bool { phase == .over }

    /// Reads the request and makes the first attempt.
    public mutating func begin(at now: Moment) -> Action {
        guard !isLarge else { return away(BodyWork(step: .scan(body, head.endpoint))) }
        do {
            return serve(try ClientRequest.scan(body, endpoint: head.endpoint), at: now)
        } catch {
            return fail(.invalidRequest(message: error.message, param: error.param), at: now)
        }
    }

    private mutating func serve(_ request: consuming ClientRequest, at now: Moment) -> Action {
        record.stream = request.stream
        let model = request.model
        fallbacks = FallbackPlan(wishes: request.wishes, most: settings.maxFallbacks)
        self.request = request
        guard let route = routes.route(model) else { return fail(routes.unknown(model), at: now) }
        record.model = route.model.index
        return enter(route, at: now)
    }

    /// Turns to a model: the one asked for, or one that takes its place.
    mutating func enter(_ route: RouteTable.Route, at now: Moment) -> Action {
        guard let request else { return fail(.internalError, at: now) }
        self.route = route
        confinement.formUnion(route.rules.confinement)
        earlierAttempts += plan.attempts
        earlierRetries += max(0, plan.attempts - 1)
        let asked = head.numRetries ?? request.numRetries
        plan = AttemptPlan(retries: min(max(0, asked ?? settings.numRetries), ExchangeSettings.mostRetries))
        lastError = nil
        if let reason = route.notBuilt { return giveUp(.providerNotBuilt(message: reason), .notFound, at: now) }
        let exclusion = Exclusion(
            route, in: routes, tags: request.wishes.tags + head.tags, promptTokens: request.promptTokenEstimate,
            confinement: confinement)
        if let reason = exclusion.reason { return refuse(reason, at: now) }
        ask = pickRequest(request, route)
        ask.excluded = exclusion.deployments
        return attempt(at: now)
    }

    // MARK: Large bodies

    private var isLarge: Bool { body.readableBytes > settings.largeBody }

    /// Only the limit of the whole request runs meanwhile.
    private mutating func away(_ work: BodyWork) -> Action {
        phase = .working
        deadline = totalDeadline
        return .work(work)
    }

    /// A pass over a large body has been made.
    public mutating func worked(_ result: BodyWork.Result, at now: Moment) -> Action {
        guard phase == .working else { return .none }
        phase = .ready
        switch result.value {
        case .scanned(let request): return serve(request, at: now)
        case .encoded(let wire): return launch(wire, at: now)
        case .refused(let fault):
            let hadLease = lease != nil
            lease.take()?.settle(.ignored)
            if hadLease { return cannotWrite(fault, at: now) }
            return fail(.invalidRequest(message: fault.message, param: fault.param), at: now)
        }
    }

    // MARK: Attempts

    private mutating func attempt(at now: Moment) -> Action {
        guard let route else { return fail(.internalError, at: now) }
        ask.tried = plan.tried
        ask.patience = patience(at: now)
        askedAt = now
        do throws(PickError) {
            return start(try balancer.pick(route.model, ask), at: now)
        } catch {
            switch error {
            case .full(let why): return wait(why.predictedWait, at: now)
            case .queueFull: return wait(nil, at: now)
            case .unknownModel: return fail(.internalError, at: now)
            case .unavailable(let why): return pauseOrFail(why, at: now)
            case .exhausted, .budgetSpent: return pauseOrFail(nil, at: now)
            case .excluded: return giveUp(Self.nowhere, .serviceUnavailable, at: now)
            case .tooLate(let why): return refuse(why, at: now)
            }
        }
    }

    /// The request excludes every deployment of its model.
    private static let nowhere = GatewayError.noInstanceAvailable(
        message: "no deployment of the model may serve this request", retryAfter: 300)

    /// Nothing to pick now: a pause if this request has tried something and may try again, else the end.
    private mutating func pauseOrFail(_ why: Unavailable?, at now: Moment) -> Action {
        var error = lastError ?? .noInstanceAvailable(message: "no instance is available; try again", retryAfter: 1)
        if let why, lastError == nil || isMissingTag {
            error = .noInstanceAvailable(message: why.message, retryAfter: Self.seconds(why.retryAfter))
        }
        let failure = lastError == nil ? .serviceUnavailable : lastFailure
        // Another model at once is better than this one after a pause.
        if let next = substitute(error, failure) { return enter(next, at: now) }
        if lastError != nil, let pause = plan.pause(least: settings.retryAfter, chance: chance) {
            phase = .pausing
            waitingSince = now
            deadline = earliest(now + pause)
            return .pause
        }
        return fail(error.adding(earlierFailures), at: now)
    }

    /// The predicted wait is longer than the client's patience: better told now than later.
    private mutating func refuse(_ why: Unavailable, at now: Moment) -> Action {
        queuePredicted = why.predictedWait
        // It fits once the wait has shrunk to what the client will wait; five minutes are the most that is promised.
        let excess = (why.predictedWait ?? why.retryAfter) - (ask.patience ?? .zero)
        return giveUp(
            .queueFull(
                message: "\(why.message), longer than this request may take; try again later",
                retryAfter: min(300, Self.seconds(excess))), .rateLimit, at: now)
    }

    private mutating func start(_ picked: consuming Lease, at now: Moment) -> Action {
        deployment = picked.deployment.index
        request?.joinsStream =
            settings.firstTokenDeadline != nil && routes.deployments[deployment].target?.joinsStreams == true
        guard let request, let target = routes.deployments[deployment].target else {
            picked.settle(.ignored)
            return fail(.internalError, at: now)
        }
        let permit: EgressPermit
        do {
            permit = try Fence.permit(target, for: confinement)
        } catch {
            // The pool was asked for nothing outside, so this is a fault of ours; the fence holds all the same.
            picked.settle(.ignored)
            record.fenceRefusals += 1
            return giveUp(.localOnly(message: Self.mustStay(error.confinement)), .serviceUnavailable, at: now)
        }
        attemptStarted = now
        guard !isLarge else {
            let load = LoadTerms(picked.context)
            lease = consume picked
            return away(BodyWork(step: .encode(request, permit, load, unixSeconds: unixSeconds)))
        }
        var wire = ByteBuffer()
        do {
            try Provider.encode(
                request, with: permit, load: LoadTerms(picked.context), unixSeconds: unixSeconds, into: &wire)
        } catch {
            picked.settle(.ignored)
            return cannotWrite(error, at: now)
        }
        lease = consume picked
        return launch(wire, at: now)
    }

    /// The attempt's bytes are ready.
    private mutating func launch(_ wire: ByteBuffer, at now: Moment) -> Action {
        guard let request, let instance = lease?.instance else { return fail(.internalError, at: now) }
        plan.began()
        if routes.deployments[deployment].target?.isLocal == false { record.cloudCalls += 1 }
        phase = .sent
        translator = nil
        errorBody = ByteBuffer()
        answerBytes = 0
        attemptStarted = now
        expectAnswer()
        if request.streamsUpstream, let first = settings.firstTokenDeadline, deadline.map({ now + first < $0 }) ?? true
        {
            deadline = now + first
            limitIsCallers = false
        }
        return .send(wire, to: instance)
    }

    /// The limit of the whole attempt (of a stream: to its first token) counts from its beginning.
    mutating func expectAnswer() {
        var limit = callersLimit
        limitIsCallers = limit != nil
        // What waited here would have waited on the instance: the caller's time has run meanwhile.
        if let callers = limit, route?.isForecast == true {
            limit = max(.milliseconds(1), callers - (attemptStarted - askedAt))
        }
        deadline = earliest((limit ?? routes.deployments[deployment].limits.request).map { attemptStarted + $0 })
    }

    /// An attempt failed before a byte reached the client, or after: the one place that decides what then.
    mutating func attemptFailed(
        _ failure: Failure?, _ error: GatewayError, _ kind: FailureClass, at now: Moment
    ) -> Action {
        guard let lease = lease.take() else { return .none }
        let instance = lease.instance
        lease.settle(failure.map { .failed($0) } ?? .ignored)
        upstreamTime += now - attemptStarted
        lastError = error
        lastFailure = kind
        isMissingTag = if case .missingTag? = failure { true } else { false }
        phase = .ready
        deadline = nil
        // What has gone out cannot be taken back; what was only prepared can.
        if bytesAreOut { return fail(error, at: now) }
        takeBack()
        guard plan.takeRetry(after: instance, limit: route?.rules.retries.limit(kind)) else {
            return giveUp(error, kind, at: now)
        }
        return attempt(at: now)
    }

    /// Nothing of an attempt's answer has gone out, and nothing of it will.
    mutating func takeBack() {
        translator = nil
        pending = ByteBuffer()
        chunkStart = nil
        answerIsComplete = false
        firstTokenAt = nil
    }

    // MARK: Other models

    /// Nothing is left to try on this model: another takes its place, or the client is told.
    mutating func giveUp(_ error: GatewayError, _ failure: FailureClass, at now: Moment) -> Action {
        guard !bytesAreOut else { return fail(error, at: now) }
        phase = .ready
        if let next = substitute(error, failure) { return enter(next, at: now) }
        return fail(error.adding(earlierFailures), at: now)
    }

    /// The model that takes the place of this one, which failed.
    private mutating func substitute(_ error: GatewayError, _ failure: FailureClass) -> RouteTable.Route? {
        guard let route else { return nil }
        let next = fallbacks.next(after: failure, of: route, in: routes, confinement: confinement)
        if next != nil { earlierFailures += "; before that, `\(route.name)`: \(error.message)" }
        return next
    }

    /// The upstream has no words for this request. Its client is told, unless it was another model it asked for.
    private mutating func cannotWrite(_ fault: RequestFault, at now: Moment) -> Action {
        let error = GatewayError.invalidRequest(message: fault.message, param: fault.param)
        return giveUp(error, fallbacks.taken > 0 ? .notFound : .badRequest, at: now)
    }

    private mutating func refuse(_ reason: Exclusion.Reason, at now: Moment) -> Action {
        let name = route?.name ?? ""
        switch reason {
        case .fence:
            record.fenceRefusals += 1
            let message = "`\(name)` is served by clouds alone, and \(Self.mustStay(confinement))"
            return giveUp(.localOnly(message: message), .serviceUnavailable, at: now)
        case .tags:
            return giveUp(
                .invalidRequest(message: "no deployment of `\(name)` serves the tags of this request", param: "tags"),
                .notFound, at: now)
        case .context(let largest):
            let tokens = request?.promptTokenEstimate ?? 0
            return giveUp(
                .contextTooLong(
                    message: "the prompt has about \(tokens) tokens and `\(name)` takes \(largest); shorten it"),
                .contextWindow, at: now)
        }
    }

    static func mustStay(_ confinement: Confinement) -> String {
        "this request must stay local: \(confinement.reason)"
    }

    // MARK: What else happened

    /// The balancer put the request at this place of its queue (1 is next), and predicts when its first token comes.
    public mutating func queued(at position: Int, predicted: Duration?, at now: Moment) {
        queuePosition = position
        queuePredicted = predicted
        // It will be too long, so there is nothing to wait for.
        if let limit = overflowLimit, let predicted, predicted > limit { deadline = now }
    }

    /// The balancer gave no place in its queue.
    public mutating func queueRefused(_ error: PickError, at now: Moment) -> Action {
        guard phase == .waiting else { return .none }
        phase = .ready
        switch error {
        case .full, .queueFull:
            if let action = overflow(at: now) { return action }
            let text = "every instance is full and so is the queue; try again later"
            return giveUp(.queueFull(message: text, retryAfter: 1), .rateLimit, at: now)
        case .unavailable(let why): return pauseOrFail(why, at: now)
        case .exhausted, .budgetSpent: return pauseOrFail(nil, at: now)
        case .excluded: return giveUp(Self.nowhere, .serviceUnavailable, at: now)
        case .tooLate(let why): return refuse(why, at: now)
        case .unknownModel: return fail(.internalError, at: now)
        }
    }

    /// The balancer's queue gave this request its turn.
    public mutating func granted(_ lease: consuming Lease, at now: Moment) -> Action {
        guard phase == .waiting else {
            lease.settle(.ignored)
            return .none
        }
        waited += now - waitingSince
        phase = .ready
        return start(lease, at: now)
    }

    /// ``deadline`` has passed. (While queued: only once the place in the queue is given up.)
    public mutating func timeUp(at now: Moment) -> Action {
        guard let due = deadline, now >= due else { return .none }
        let wholeIsOver = totalDeadline.map { now >= $0 } ?? false
        switch phase {
        case .ready, .over: return .none
        case .relaying where isComplete: return complete(at: now)
        case _ where wholeIsOver:
            letGo(at: now)
            return fail(.upstreamTimeout(message: "the request took longer than drover.total_timeout"), at: now)
        case .working: return .none
        case .waiting:
            waited += now - waitingSince
            if let action = overflow(at: now) { return action }
            let text = "no place became free within \(Self.seconds(now - waitingSince)) s; try again later"
            return giveUp(.queueFull(message: text, retryAfter: 1), .rateLimit, at: now)
        case .pausing:
            waited += now - waitingSince
            phase = .ready
            return attempt(at: now)
        case .sent, .relaying, .refusing:
            let spent = Self.seconds(now - attemptStarted)
            let stalled = firstTokenAt != nil && request?.stream == true
            let what = stalled ? "stalled in the middle of its answer" : "gave no answer within \(spent) s"
            // A limit that the caller chose says nothing about the instance.
            return attemptFailed(
                limitIsCallers ? nil : .timedOut,
                .upstreamTimeout(message: "\(instanceName) \(what)"), .timeout, at: now)
        }
    }

    /// Gives the lease back without a word about its instance.
    mutating func letGo(at now: Moment) {
        guard let lease = lease.take() else { return }
        lease.settle(.ignored)
        upstreamTime += now - attemptStarted
    }

    /// The client is gone: settles at once; nothing is left to do but to abort the upstream call.
    public mutating func clientLeft(at now: Moment) {
        guard phase != .over else { return }
        lease.take()?.settle(.ignored)
        finishRecord(.cancelled, status: 499, error: nil, at: now)
    }

    /// The gateway cannot wait any longer: ends with an error.
    public mutating func stop(at now: Moment) -> Action {
        guard phase != .over else { return .none }
        if isComplete { return complete(at: now) }
        letGo(at: now)
        return fail(.shuttingDown, at: now)
    }

    // MARK: Small things

    /// 0..<1, another one for each attempt.
    private var chance: Double {
        Double((head.random ^ head.random << UInt64(plan.attempts * 7 & 63)) >> 11) * 0x1p-53
    }

    var instanceName: String { deployment < 0 ? "" : routes.deployments[deployment].instanceName }

    /// A caller's limit in seconds; nil for what is none (zero, negative, not a number). A century is enough.
    static func limit(_ seconds: Double?) -> Duration? {
        guard let seconds, seconds > 0 else { return nil }
        return .seconds(min(seconds, 3e9))
    }

    func earliest(_ moment: Moment?) -> Moment? {
        guard let totalDeadline else { return moment }
        return moment.map { min($0, totalDeadline) } ?? totalDeadline
    }

    static func seconds(_ duration: Duration) -> Int {
        let (seconds, rest) = duration.components
        return max(1, Int(clamping: seconds) + (rest > 0 ? 1 : 0))
    }

    /// Ends the exchange: no event does anything after this.
    mutating func finishRecord(_ outcome: RequestOutcome, status: Int, error: GatewayError?, at now: Moment) {
        phase = .over
        deadline = nil
        record.outcome = outcome
        record.status = status
        record.error = error?.codeIndex ?? -1
        record.attempts = earlierAttempts + plan.attempts
        record.fallbacks = fallbacks.taken
        record.fenceRefusals += fallbacks.refused
        record.isConfined = !confinement.isEmpty
        record.deployment = deployment
        record.durationNanoseconds = (now - started).nanoseconds
        record.queueNanoseconds = waited.nanoseconds
        if let firstTokenAt, record.timeToFirstTokenNanoseconds < 0 {
            record.timeToFirstTokenNanoseconds = (firstTokenAt - started).nanoseconds
        }
        recordCost()
        if let usage = translator?.usage {
            record.promptTokens = usage.promptTokens
            record.completionTokens = usage.completionTokens
        }
        translator = nil
        request = nil
    }
}
