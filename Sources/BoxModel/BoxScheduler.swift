/// One box's scheduler: an Ollama server's treatment of its requests, without the server.
///
/// A pure value. Events go in with their moment (`arrive`, `cancel`, `unload`, `advance`), changes come out as
/// `BoxChange`s in order, and `nextWake` says when it will do something by itself.
/// Moments must not go backwards. It decides:
///
/// - A request whose model is loaded with fitting options takes a reference at once and waits for one of the model's
///   slots, first come first served, without bound.
/// - Any other goes into one queue for all models (`+Loading`): strictly in order, one load at a time, refused when full.
/// - With a slot, a request reads its prompt and then writes its tokens at a pace that falls with every active stream
///   (`+Slots`).
public struct BoxScheduler: Sendable {
    /// How the box is set up.
    public private(set) var settings: BoxSettings
    /// How the open requests are spread.
    public internal(set) var counts = BoxCounts()
    /// The most requests that ever held a slot at once.
    public internal(set) var peakRunning = 0
    /// How long some request was reading or writing, up to the present.
    public internal(set) var workingTime: Nanoseconds = 0

    /// The time up to which all is done.
    var clock: Nanoseconds = 0
    var requests: [Int: OpenRequest] = [:]

    // Loading.
    var residents: [ResidentModel?]
    var residentCount = 0
    /// Requests that need a load. Those whose client left keep their places until they are popped.
    var queue = FIFO()
    var head = Head.none
    /// Memory that an unloaded model took and that is not seen free yet.
    var recovering: [(bytes: Int, until: Nanoseconds)] = []

    // Slots.
    var pace: CardPace
    /// Whether some request was cancelled, so that its entry may still be in a heap.
    var mayHoldStaleEntries = false
    /// By the models' places in the settings.
    var streams: [ModelStreams]

    /// The request that the scheduler's loop has in hand.
    enum Head {
        case none
        /// Waits until some model is out of memory.
        case waiting(Int)
        /// Its model loads; the load ends with it if it leaves.
        case loading(Int, ResidentModel, until: Nanoseconds)
    }

    /// A box at time 0 with nothing loaded and nothing asked.
    public init(_ settings: BoxSettings) {
        self.settings = settings
        residents = Array(repeating: nil, count: settings.models.count)
        streams = Array(repeating: ModelStreams(), count: settings.models.count)
        pace = CardPace(settings)
    }

    /// Tokens come that many times slower. Set by `slow`.
    public var slowness: Double { pace.slowness }

    /// Requests that came and are not over.
    public var openRequests: Int { requests.count }

    /// The models in memory, in the settings' order. One that loads is not among them.
    public var residentModels: [ResidentModel] { residents.compactMap { $0 } }

    /// A request comes. `id` must not have been used before.
    public mutating func arrive(_ demand: BoxDemand, id: Int, at now: Nanoseconds, into changes: inout [BoxChange]) {
        precondition(requests[id] == nil, "request \(id) is open already")
        advance(to: now, into: &changes)
        if let resident = residents[demand.model], fits(resident, demand.options) {
            requests[id] = OpenRequest(demand: demand, arrived: now)
            attach(id, to: demand.model, into: &changes)
        } else if queue.count < settings.maxQueue {
            requests[id] = OpenRequest(demand: demand, arrived: now)
            counts.queued += 1
            queue.append(id)
            serveQueue(into: &changes)
        } else {
            changes.append(.rejected(id))
        }
    }

    /// A request's client left. Nothing happens when it is over already.
    public mutating func cancel(_ id: Int, at now: Nanoseconds, into changes: inout [BoxChange]) {
        advance(to: now, into: &changes)
        guard let request = requests.removeValue(forKey: id) else { return }
        mayHoldStaleEntries = true
        switch request.stage {
        case .queued:
            counts.queued -= 1
            abandonHead(id, into: &changes)
        case .waiting:
            counts.waiting -= 1
            dropReference(to: request.demand.model, into: &changes)
        case .reading(let until):
            moveUp(behind: until, request)
            stopReading(of: request.demand.model)
            freeSlot(of: request, into: &changes)
        case .writing:
            stopWriting(of: request.demand.model)
            freeSlot(of: request, into: &changes)
        case .stuck:
            freeSlot(of: request, into: &changes)
        }
    }

    /// A model comes onto the disk, behind those that are there.
    /// - Returns: its place in the settings.
    public mutating func add(_ model: DiskModel) -> Int {
        settings.models.append(model)
        residents.append(nil)
        streams.append(ModelStreams())
        pace.add(model)
        return settings.models.count - 1
    }

    /// A model is to leave memory as soon as it is idle, as a request with no prompt and a keep-alive of 0 asks.
    public mutating func unload(_ model: Int, at now: Nanoseconds, into changes: inout [BoxChange]) {
        advance(to: now, into: &changes)
        expire(model, into: &changes)
        if recovering.isEmpty { resumeHead(into: &changes) }
    }

    /// A model is put into memory at once and idles there, if there is room for it: a box that was at work before.
    /// False when there is none.
    public mutating func preload(_ model: Int, at now: Nanoseconds) -> Bool {
        guard residents[model] == nil, residentCount < settings.maxLoadedModels else { return residents[model] != nil }
        guard residentCount == 0 || estimate(model, LoadOptions()) <= freeBytes else { return false }
        clock = max(clock, now)
        place(resident(model, LoadOptions(), keepAlive: settings.keepAlive))
        idle(model)
        return true
    }

    /// Tokens are written `factor` times slower from now on, and prompts read `readingFactor` times slower; 1 is the
    /// card's own pace. Both must be above 0.
    public mutating func slow(
        by factor: Double, reading readingFactor: Double = 1, at now: Nanoseconds, into changes: inout [BoxChange]
    ) {
        precondition(factor > 0 && readingFactor > 0, "a pace cannot be zero")
        advance(to: now, into: &changes)
        pace.slowness = factor
        pace.readingSlowness = readingFactor
    }

    /// Time passes: everything that is due up to `now`, included, happens in its order.
    public mutating func advance(to now: Nanoseconds, into changes: inout [BoxChange]) {
        while let (time, event) = nextEvent(), time <= now {
            pass(to: time)
            switch event {
            case .memoryFree:
                recovering.removeAll { $0.until <= time }
                resumeHead(into: &changes)
            case .loaded:
                guard case .loading(let id, let model, _) = head else { preconditionFailure("nothing is loading") }
                finishLoad(of: id, model, into: &changes)
            case .read(let id, let model, let target):
                streams[model].reading.removeFirst()
                streams[model].readClock = target
                finishReading(id, into: &changes)
            case .token(let id, let model, let target):
                streams[model].writing.removeFirst()
                streams[model].written = target
                write(id, into: &changes)
            case .expired(let model):
                remove(model, into: &changes)
                if recovering.isEmpty { resumeHead(into: &changes) }
            }
        }
        pass(to: now)
    }

    /// `peakRunning` begins anew, at what runs now.
    public mutating func resetPeak() {
        peakRunning = counts.running
    }

    /// When the box will next do something by itself; nil if only an event from outside can move it.
    public mutating func nextWake() -> Nanoseconds? {
        nextEvent()?.time
    }
}
