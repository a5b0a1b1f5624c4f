public import Balancer
import Curl
import Locking
public import Logging
public import Telemetry

/// One exporter at work: a bounded queue, one body on its way at a time, tries again what may yet be taken.
///
/// Nobody waits for it: what is offered is queued or dropped, and an answer that never comes ends with its time limit, until
/// which the queue fills. Bodies are made on the thread that ticks or on libcurl's, never on an event loop.
public final class ExportLane<Encoder: ExportEncoder>: Sendable {
    private struct Body {
        var bytes: [UInt8]
        var count: Int
        var tries = 0
    }

    private struct State {
        var queue: ExportQueue<Encoder.Item>
        var encoder: Encoder
        /// Made and not taken yet.
        var body: Body?
        var isSending = false
        /// Not before.
        var retryAt: Moment?
        var hasEnded = false
        /// The log has said that the other side does not take them.
        var saidTrouble = false
    }

    private let place: ExportPlace
    private let settings: ExportSettings
    private let transport: ExportTransport
    private let counts: ExportCounts
    private let logger: Logger
    private let time: TimeSource
    private let state: Locked<State>

    /// An exporter that sends nothing before its first tick.
    public init(
        _ place: ExportPlace, encoder: Encoder, settings: ExportSettings = ExportSettings(),
        transport: ExportTransport, counts: ExportCounts, logger: Logger, time: TimeSource
    ) {
        self.place = place
        self.settings = settings
        self.transport = transport
        self.counts = counts
        self.logger = logger
        self.time = time
        state = Locked(State(queue: ExportQueue(limit: settings.mostQueued), encoder: encoder))
    }

    /// Queues things, or drops those that find no room.
    public func offer(_ items: [Encoder.Item]) {
        let (dropped, queued) = state.withLock { state in
            (state.hasEnded ? items.count : state.queue.add(items), state.queue.count)
        }
        if dropped > 0 { counts.add(.dropped, dropped, of: place.name) }
        counts.setQueue(queued, of: place.name)
    }

    /// Sends the next body where none is on its way and its time has come.
    public func tick() {
        let now = time.now()
        let bytes: [UInt8]? = state.withLock { state in
            guard !state.isSending, state.retryAt.map({ $0 <= now }) ?? true else { return nil }
            state.retryAt = nil
            while state.body == nil, state.queue.count > 0 {
                let items = state.queue.take(settings.mostInBatch)
                if let bytes = state.encoder.encode(items) { state.body = Body(bytes: bytes, count: items.count) }
            }
            guard state.body != nil else { return nil }
            state.body?.tries += 1
            state.isSending = true
            return state.body?.bytes
        }
        counts.setQueue(waiting, of: place.name)
        guard let bytes else { return }
        let request = place.request(bytes, contentType: Encoder.contentType, timeout: settings.timeout)
        transport.send(request) { [weak self] in self?.ended($0) }
    }

    /// Has the next tick send what waits for another try: there is no later time for it.
    public func hurry() { state.withLock { $0.retryAt = nil } }

    /// Whether nothing waits and nothing is on its way.
    public var isIdle: Bool { state.withLock { !$0.isSending && $0.body == nil && $0.queue.count == 0 } }

    /// Things that wait or are on their way.
    public var waiting: Int { state.withLock { $0.queue.count + ($0.body?.count ?? 0) } }

    /// Takes nothing more; what waits is dropped and counted.
    public func end() {
        let left = state.withLock { state in
            state.hasEnded = true
            let left = state.queue.clear() + (state.body?.count ?? 0)
            state.body = nil
            return left
        }
        if left > 0 { counts.add(.dropped, left, of: place.name) }
        counts.setQueue(0, of: place.name)
    }

    // MARK: - The end of a try

    private func ended(_ result: Result<CurlResponse, CurlError>) {
        let now = time.now()
        let verdict = ExportVerdict(result)
        let (body, trouble): (Body?, String?) = state.withLock { state in
            state.isSending = false
            guard let body = state.body else { return (nil, nil) }
            if case .later(let why, let asked) = verdict, body.tries < settings.tries {
                var pause = settings.pause
                for _ in 1..<body.tries { pause *= 2 }
                state.retryAt = now + max(pause, min(asked ?? .zero, settings.longestPause))
                return (nil, why)
            }
            state.body = nil
            return (body, verdict.trouble)
        }
        let refused = body.map { count($0, verdict, result) } ?? 0
        say(trouble ?? (refused > 0 ? "\(refused) of \(body?.count ?? 0) records were refused" : nil), body)
        tick()
    }

    /// - Returns: how many were refused of a body that was taken.
    private func count(_ body: Body, _ verdict: ExportVerdict, _ result: Result<CurlResponse, CurlError>) -> Int {
        guard case .taken = verdict else {
            counts.add(.failed, body.count, of: place.name)
            return 0
        }
        var refused = 0
        if case .success(let answer) = result {
            refused = min(body.count, state.withLock { $0.encoder.refusals(in: answer.body) })
        }
        counts.add(.sent, body.count - refused, of: place.name)
        if refused > 0 { counts.add(.failed, refused, of: place.name) }
        return refused
    }

    /// The first trouble, and its end: not each of a thousand.
    private func say(_ trouble: String?, _ body: Body?) {
        let isNews = state.withLock { state in
            guard trouble != nil || body != nil else { return false }
            let isNews = state.saidTrouble != (trouble != nil)
            state.saidTrouble = trouble != nil
            return isNews
        }
        guard isNews else { return }
        if let trouble {
            logger.warning(
                "An exporter's records are not taken; requests are not concerned.",
                metadata: ["exporter": "\(place.name)", "reason": "\(trouble)"])
        } else {
            logger.notice("An exporter's records are taken again.", metadata: ["exporter": "\(place.name)"])
        }
    }
}
