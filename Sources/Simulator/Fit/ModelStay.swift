/// How long a model was in an instance's memory, as far as the log of its requests shows it: each answer without a load says that
/// it was there all the time since the one before.
struct ModelStay {
    /// As in the log.
    let model: Int
    /// Its load, which ended with `from`; nil where it was there for the first request that was logged.
    var load: Load?
    /// The first and the last moment at which it was surely there.
    var from: Double
    var until: Double
    /// When its next load began; never, where it was not loaded again.
    var gone = Double.infinity

    /// A load that was logged.
    struct Load {
        /// When its request came.
        var asked: Double
        /// When it began itself: those of other models may have been before it in line.
        var began: Double
    }

    /// An idle model leaves by itself after five minutes; earlier by so much it has been driven out.
    private static let usualKeepAlive = 240.0

    /// Whether something drove it out.
    var wasDrivenOut: Bool { gone < .infinity && gone - until < Self.usualKeepAlive }

    /// Whether it was there from one moment to another for certain.
    func isThere(from start: Double, to end: Double) -> Bool { from <= start && until >= end }

    /// Whether it may have been there.
    func mayBeThere(at time: Double) -> Bool {
        from <= time && gone > time && time - until < 1.25 * Self.usualKeepAlive
    }

    /// Two moments nearer to each other than this are one: a log has milliseconds, and the way to the gateway takes some.
    private static let blur = 0.1

    /// Those of all models on one instance, in the order of their beginnings.
    static func all(_ requests: [FitLog.Request], models: Int) -> [ModelStay] {
        (0..<models).flatMap { model in
            of(model, requests.filter { $0.model == model })
        }.sorted { $0.from < $1.from }
    }

    private static func of(_ model: Int, _ requests: [FitLog.Request]) -> [ModelStay] {
        let loads = requests.filter { $0.load > PoolFit.noise }
        let quickest = loads.map(\.load).min() ?? 0
        // Those that wait for one load have their model at the same time, also those that came shortly before its end.
        let touches = requests.map { request -> (time: Double, isLoad: Bool, request: FitLog.Request) in
            if request.load > PoolFit.noise { return (request.obtained, true, request) }
            let joined = loads.first { abs($0.obtained - request.obtained) < blur && request.sent < $0.obtained }
            return (joined?.obtained ?? request.obtained, joined != nil, request)
        }
        var stays: [ModelStay] = []
        for touch in touches.sorted(by: { ($0.time, $0.request.sent) < ($1.time, $1.request.sent) }) {
            if let last = stays.last, !touch.isLoad || touch.time <= last.until || touch.time - last.from < blur {
                stays[stays.count - 1].until = max(last.until, touch.request.ended)
                continue
            }
            let load = touch.isLoad ? Load(asked: touch.request.sent, began: touch.time - quickest) : nil
            if let load, !stays.isEmpty { stays[stays.count - 1].gone = load.began }
            stays.append(ModelStay(model: model, load: load, from: touch.time, until: touch.request.ended))
        }
        return stays
    }
}
