public import Balancer
public import Curl
public import Logging
public import ServiceLifecycle

/// Asks every instance every few seconds what it is and has, and tells the balancer. Never loads a model, and runs inference only where
/// canaries are wanted: one token.
///
/// One task, and the one thread of the `CurlMulti` it is given: no thread or task per instance.
public final class PoolProber: Service {
    /// The receivers of reports.
    public struct Observer: Sendable {
        /// Told what each probe found; `PoolBalancer.observe`.
        public var report: @Sendable (ProbeReport) async -> Void
        /// Told of each probe without a usable answer, to be counted.
        public var failed: @Sendable (InstanceID, ProbeFailure) -> Void

        /// Asked behind each good probe of a box for the token to ask it for; `PoolBalancer.beginCanary`.
        public var canary: @Sendable (InstanceID) -> Canary?
        /// Told how long it took; nil: it has failed.
        public var canaryEnded: @Sendable (Canary, Duration?) -> Void

        /// An observer made of these closures.
        public init(
            report: @escaping @Sendable (ProbeReport) async -> Void,
            failed: @escaping @Sendable (InstanceID, ProbeFailure) -> Void,
            canary: @escaping @Sendable (InstanceID) -> Canary? = { _ in nil },
            canaryEnded: @escaping @Sendable (Canary, Duration?) -> Void = { _, _ in }
        ) {
            self.report = report
            self.failed = failed
            self.canary = canary
            self.canaryEnded = canaryEnded
        }
    }

    private let targets: [ProbeTarget]
    private let settings: ProbeSettings
    private let seed: UInt64
    private let time: TimeSource
    private let requests: ProbeRequests
    private let send: ProbeExchange.Send
    private let observer: Observer
    private let logger: Logger

    /// - Parameters:
    ///   - targets: The instances to probe, each once.
    ///   - settings: How often and how long.
    ///   - seed: Where the jitter starts.
    ///   - time: The clock.
    ///   - requests: Where probes are asked for; belongs to this prober alone.
    ///   - curl: Carries the requests; room for one idle connection per target saves a handshake per probe. Its maker
    ///     stops it.
    ///   - observer: The receiver of reports.
    ///   - logger: For debug lines; the observer tells of changes.
    public convenience init(
        targets: [ProbeTarget], settings: ProbeSettings, seed: UInt64, time: TimeSource, requests: ProbeRequests,
        curl: CurlMulti, observer: Observer, logger: Logger
    ) {
        self.init(
            targets: targets, settings: settings, seed: seed, time: time, requests: requests,
            send: { curl.submit($0, completion: $1) }, observer: observer, logger: logger)
    }

    /// - Parameter send: carries the requests, in place of libcurl.
    package init(
        targets: [ProbeTarget], settings: ProbeSettings, seed: UInt64, time: TimeSource, requests: ProbeRequests,
        send: @escaping ProbeExchange.Send, observer: Observer, logger: Logger
    ) {
        self.targets = targets
        self.settings = settings
        self.seed = seed
        self.time = time
        self.requests = requests
        self.send = send
        self.observer = observer
        self.logger = logger
    }

    /// Asks for a probe of this instance as soon as may be.
    public func probeNow(_ instance: InstanceID) { requests.probeNow(instance) }

    /// Probes until the task is cancelled or the process shuts down gracefully. Runs once.
    public func run() async {
        await withTaskCancellationOrGracefulShutdownHandler {
            await loop()
        } onCancelOrGracefulShutdown: {
            self.requests.post(.stop)
        }
        requests.finish()
    }

    private func loop() async {
        var schedule = ProbeSchedule(count: targets.count, settings: settings, seed: seed, at: time.now())
        var roster = ProbeRoster(targets, settings)
        var alarm = Alarm(time: time, requests: requests)
        defer { alarm.cancel() }

        requests.post(.tick)
        for await event in requests.events {
            switch event {
            case .tick: alarm.rang()
            case .wanted(let instance):
                guard let position = roster.position(of: instance) else { continue }
                roster.knowledge[position].forgetLists()
                schedule.hurry(position, at: time.now())
            case .ended(let position, let finding):
                var up = false
                if schedule.isOn(position) {
                    let target = roster.targets[position]
                    up = await tell(finding, of: target, &roster.knowledge[position])
                    if up, target.isOllama { sendCanary(to: target, roster.settings.timeout) }
                }
                schedule.finished(position, up: up, at: time.now())
            case .targets(let targets, let settings): roster.use(targets, settings, &schedule, at: time.now())
            case .stop: return
            }
            for position in schedule.start(at: time.now()) {
                start(position, roster)
            }
            if let due = schedule.nextDue { alarm.set(due) }
        }
    }

    private func start(_ position: Int, _ roster: ProbeRoster) {
        let exchange = ProbeExchange(
            target: roster.targets[position], timeout: roster.settings.timeout,
            asksAll: roster.knowledge[position].asksAll, send: send, now: time.now)
        exchange.run { [requests] in requests.post(.ended(position: position, $0)) }
    }

    /// Asks a box for a token, where one is wanted.
    private func sendCanary(to target: ProbeTarget, _ timeout: Duration) {
        guard let canary = observer.canary(target.instance) else { return }
        let (began, now, ended) = (time.now(), time.now, observer.canaryEnded)
        send(CanaryCall(canary: canary, target: target, timeout: timeout).request) { result in
            guard case .success(let response) = result, response.status == 200 else { return ended(canary, nil) }
            ended(canary, now() - began)
        }
    }

    /// Reports a finding; whether the instance is up by it.
    private func tell(
        _ finding: ProbeFinding, of target: ProbeTarget, _ knowledge: inout InstanceKnowledge
    ) async -> Bool {
        var failure: (kind: ProbeFailure, text: String)?
        var report = ProbeReport(
            instance: target.instance, at: finding.at, latency: finding.latency, result: .reachable, version: nil,
            tags: nil, loaded: nil)
        switch finding.outcome {
        case .abandoned: return false
        case .alive: break
        case .failed(let kind, let text): failure = (kind, text)
        case .answered(let tags, let loaded, let version):
            if let found = knowledge.report(tags: tags, loaded: loaded, version: version) {
                (report.tags, report.loaded, report.version) = found
            } else {
                failure = (.malformed, "the answer to /api/tags is not an Ollama's")
            }
        case .listed(let models, let hasHealth):
            let found = knowledge.report(models: models, hasHealth: hasHealth)
            report.tags = found.tags
            if !found.isSound { failure = (.malformed, "the answer to /v1/models is no list of models") }
        }
        if let failure {
            knowledge.forgetProcess()
            report.result = .unreachable(reason: failure.text)
            report.isSilence = finding.isSilence
            observer.failed(target.instance, failure.kind)
            logger.debug(
                "a probe failed",
                metadata: [
                    "instance.id": "\(target.name)", "probe.reason": "\(failure.kind.rawValue)",
                    "probe.error": "\(failure.text)",
                ])
        }
        await observer.report(report)
        return failure == nil
    }
}
