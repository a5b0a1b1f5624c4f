import Balancer
import Dialects
import Gateway
import Ledger
import Locking
import NIOCore
import TestSupport

/// A pool of Ollama boxes with one model `llama3` each, a clock that stands, and exchanges that run on them.
struct ExchangeRig {
    let clock = ManualClock()
    let balancer: PoolBalancer
    let routes: RouteTable
    var settings: ExchangeSettings

    struct Silent: BalancerObserver {
        func note(_ fact: Fact) {}
    }

    init(
        boxes: Int = 3, retries: Int = 2, cap: Int? = nil, maxWaiting: Int = 8, limits: AttemptLimits? = nil,
        strategy: String = "least-busy", slots: Int? = nil, serviceClass: ServiceClass = .default,
        maxWait: Duration? = .seconds(30), provider: String = "ollama", firstProvider: String? = nil,
        isLocal: Bool = true,
        price: Price = .free, prices: [Price] = []
    ) {
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        balancer = PoolBalancer(
            PoolSpec(
                instances: (0..<boxes).map {
                    InstanceSpec(name: "box-\($0)", apiBase: "http://box-\($0):11434", provider: "ollama", probed: true)
                },
                deployments: (0..<boxes).map {
                    DeploymentSpec(
                        id: "id-\($0)", modelName: "llama3", upstreamModel: "ollama/llama3.1:8b", tag: "llama3.1:8b",
                        listedTag: "llama3.1:8b", instance: InstanceID(index: $0), weight: 1, slots: slots,
                        maxParallel: cap, unavailable: nil, breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil
                    )
                },
                models: [
                    ModelSpec(
                        name: "llama3", strategy: strategy,
                        deployments: (0..<boxes).map { DeploymentID(index: $0) })
                ],
                settings: BalancerSettings(
                    fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                    retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: maxWaiting, maxWait: .seconds(30),
                    saturationPause: .seconds(1), decisions: 0, protectsContext: true),
                seed: 7, version: "test"),
            time: clock.source, observer: Silent())
        let targets = (0..<boxes).map { box in
            UpstreamTarget(
                UpstreamPlace(
                    provider: Providers.named(box == 0 ? firstProvider ?? provider : provider)!, tag: "llama3.1:8b",
                    pathPrefix: "", hostHeader: "box:11434", isLocal: isLocal),
                account: UpstreamAccount(), defaults: [:], dropParams: false, userAgent: "drover/test")
        }
        let route = RouteTable.Route(
            model: ModelID(index: 0), name: "llama3", notBuilt: nil,
            needs: Strategies.named(strategy)?.needs ?? [], serviceClass: serviceClass, rules: .none,
            maxWait: maxWait, timeout: .seconds(600))
        routes = RouteTable(
            routes: [("llama3", route)],
            deployments: (0..<boxes).map {
                RouteTable.Deployment(
                    model: ModelID(index: 0), target: targets[$0], maxInputTokens: nil, tags: [],
                    price: prices.isEmpty ? price : prices[$0],
                    limits: limits ?? AttemptLimits(request: .seconds(600), betweenPieces: .seconds(60)),
                    modelID: "id-\($0)", modelName: "llama3", apiBase: "http://box-\($0):11434",
                    instanceName: "box-\($0)")
            })
        settings = ExchangeSettings(
            numRetries: retries, maxFallbacks: 5, comparedPrice: nil, retryAfter: .zero, firstTokenDeadline: nil,
            totalTimeout: nil, pingInterval: nil, maximumAnswer: 1 << 20, largeBody: 1 << 20)
    }

    /// - Parameter timeout: both of the caller's limits, as headers give them.
    func exchange(
        _ body: String, random: UInt64 = 42, timeout: Double? = nil, serviceClass: ServiceClass? = nil,
        flow: UInt64 = 0, front: Front = .openAIChat, allowsChunked: Bool = true,
        trace: TraceContext? = nil
    ) -> Exchange {
        var wishes = CallWishes()
        (wishes.timeoutSeconds, wishes.streamTimeoutSeconds) = (timeout, timeout)
        wishes.serviceClass = serviceClass
        let head = CallHead(
            callID: CallID(high: 1, low: random), random: random, front: front, allowsChunked: allowsChunked,
            caller: Caller(flow: flow), trace: trace, wishes: wishes)
        return Exchange(
            head, body: ByteBuffer(string: body), balancer: balancer, routes: routes, settings: .init(settings),
            at: clock.now, unixSeconds: 1_700_000_000)
    }

    static func chat(stream: Bool = false, extra: String = "") -> String {
        "{\"model\":\"llama3\",\"stream\":\(stream),\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]\(extra)}"
    }

    static let line =
        "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":false}\n"
    static let done =
        "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
        + "\"done_reason\":\"stop\",\"total_duration\":300,\"prompt_eval_count\":5,\"eval_count\":7,\"eval_duration\":200}\n"
    static let whole =
        "{\"model\":\"m\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":true,"
        + "\"done_reason\":\"stop\",\"total_duration\":300,\"prompt_eval_count\":5,\"eval_count\":7,\"eval_duration\":200}"

    /// From here on every box lists its model as in memory, at every moment.
    func haveLoaded() async {
        for box in 0..<balancer.snapshot().instances.count {
            let loaded = LoadedModel(model: "llama3.1:8b", contextLength: 4096, size: 1, sizeVRAM: 1, expiresAt: "")
            for moment in [Moment.zero, Moment.zero + .seconds(1_000_000)] {
                await balancer.observe(
                    ProbeReport(
                        instance: InstanceID(index: box), at: moment, latency: .milliseconds(1), result: .reachable,
                        version: nil, tags: nil, loaded: [loaded]))
            }
        }
    }

    /// Every box has answered some streams, with a first token after 100 ms each.
    func haveAnswered(_ count: Int = 20, learns: Learning = .answers) throws {
        let boxes = balancer.snapshot().instances.count
        for number in 0..<count * boxes {
            clock.advance(by: .milliseconds(200))
            var request = PickRequest(promptTokens: 1, tried: InstanceSet())
            request.learns = learns
            for box in 0..<boxes where box != number % boxes { request.tried.insert(InstanceID(index: box)) }
            var lease = try balancer.pick(ModelID(index: 0), request)
            lease.firstToken(after: .milliseconds(100))
            lease.settle(.success(.milliseconds(100)))
        }
        clock.advance(by: .seconds(60))
    }

    /// Every box that may be picked has answered one more.
    func haveSucceeded() {
        let boxes = balancer.snapshot().instances.count
        for box in 0..<boxes {
            var request = PickRequest(promptTokens: 1, tried: InstanceSet())
            for other in 0..<boxes where other != box { request.excluded.insert(DeploymentID(index: other)) }
            if let lease = try? balancer.pick(ModelID(index: 0), request) { lease.settle(.success(.milliseconds(100))) }
        }
    }

    /// Requests in flight, over the whole pool.
    var inFlight: Int { balancer.snapshot().inFlight }

    /// Sum over the deployments of what they count as failed.
    var failures: Int { balancer.snapshot().deployments.map(\.failures).reduce(0, +) }
}

extension Exchange.Action {
    /// The instance of a `send`.
    var sentTo: Int? { if case .send(_, let instance) = self { instance.index } else { nil } }

    /// The instance that is asked as well.
    var hedgedTo: Int? { if case .hedge(_, let instance) = self { instance.index } else { nil } }

    var isResume: Bool { if case .resume = self { true } else { false } }

    /// What goes to the client.
    var bytes: String? {
        switch self {
        case .write(let bytes), .finish(let bytes, _): String(buffer: bytes)
        default: nil
        }
    }

    /// What a `wait` asks for.
    var asked: PickRequest? { if case .wait(_, let ask) = self { ask } else { nil } }

    var isFinish: Bool { if case .finish = self { true } else { false } }
    var isPause: Bool { if case .pause = self { true } else { false } }
    var isNone: Bool { if case .none = self { true } else { false } }
}

/// An escaping closure cannot hold a lease itself.
final class LeaseHolder: Sendable {
    private let lease: Locked<Lease?>

    init(_ lease: consuming Lease) { self.lease = Locked(lease) }

    func take() -> Lease? { lease.withLock { $0.take() } }
}
