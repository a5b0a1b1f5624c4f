/// The queue, the loads and who has to make room.
extension BoxScheduler {
    /// Takes requests from the queue while the loop is free.
    mutating func serveQueue(into changes: inout [BoxChange]) {
        while case .none = head, let id = queue.popFirst() {
            guard requests[id] != nil else { continue }
            place(head: id, into: &changes)
        }
    }

    /// Gives the request at the head its model if it is there, else begins to load it, else makes room for it and
    /// leaves it at the head.
    mutating func place(head id: Int, into changes: inout [BoxChange]) {
        head = .none
        let demand = requests[id]!.demand
        while true {
            let obstacle: Int
            if let resident = residents[demand.model] {
                if fits(resident, demand.options) {
                    counts.queued -= 1
                    return attach(id, to: demand.model, into: &changes)
                }
                obstacle = demand.model
            } else if hasRoom(for: demand) {
                return beginLoad(for: id, demand, into: &changes)
            } else if !recovering.isEmpty {
                head = .waiting(id)
                return
            } else {
                obstacle = victim()
            }
            residents[obstacle]!.evicting = true
            expire(obstacle, into: &changes)
            // Gone at once, and its memory too: look again. Else its end, or any model's, wakes this request.
            guard residents[obstacle] == nil, recovering.isEmpty else {
                head = .waiting(id)
                return
            }
        }
    }

    /// Some model left, or its memory came back: the request at the head looks again.
    mutating func resumeHead(into changes: inout [BoxChange]) {
        guard case .waiting(let id) = head else { return }
        place(head: id, into: &changes)
        serveQueue(into: &changes)
    }

    /// A client left: if its request was at the head, the next one takes its place.
    mutating func abandonHead(_ id: Int, into changes: inout [BoxChange]) {
        switch head {
        case .waiting(id):
            break
        case .loading(id, let resident, _):
            changes.append(.loadAborted(model: resident.model))
        default:
            return
        }
        head = .none
        serveQueue(into: &changes)
    }

    /// The load is done and its request has its model.
    mutating func finishLoad(of id: Int, _ resident: ResidentModel, into changes: inout [BoxChange]) {
        head = .none
        place(resident)
        changes.append(.loaded(model: resident.model))
        counts.queued -= 1
        attach(id, to: resident.model, into: &changes)
        serveQueue(into: &changes)
    }

    /// The model is to leave when it is idle, which may be now. The head is not woken.
    mutating func expire(_ model: Int, into changes: inout [BoxChange]) {
        guard residents[model] != nil else { return }
        residents[model]!.keepAlive = .after(0)
        residents[model]!.leavesAt = nil
        if residents[model]!.references == 0 { remove(model, into: &changes) }
    }

    /// The model leaves memory now. The head is not woken.
    mutating func remove(_ model: Int, into changes: inout [BoxChange]) {
        let resident = residents[model]!
        residents[model] = nil
        residentCount -= 1
        changes.append(.unloaded(model: model, evicted: resident.evicting))
        if settings.memoryRecovery > 0 {
            recovering.append((resident.cardBytes, clock + settings.memoryRecovery))
        }
    }

    /// Whether a loaded model can serve a request with these options.
    func fits(_ resident: ResidentModel, _ options: LoadOptions) -> Bool {
        let model = settings.models[resident.model]
        return resident.options.others == options.others
            && resident.options.context.map(model.clamp) == options.context.map(model.clamp)
    }

    /// Memory that a model would take, in bytes.
    func estimate(_ model: Int, _ options: LoadOptions) -> Int {
        let disk = settings.models[model]
        return disk.sizeBytes
            + slots(of: model) * settings.context(of: disk, with: options) * disk.contextBytesPerToken
    }

    /// Memory on the card that nothing holds.
    var freeBytes: Int {
        settings.gpu.memoryBytes - residents.reduce(0) { $0 + ($1?.cardBytes ?? 0) }
            - recovering.reduce(0) { $0 + $1.bytes }
    }

    /// A model as it would be in memory.
    func resident(_ model: Int, _ options: LoadOptions, keepAlive: KeepAlive) -> ResidentModel {
        let bytes = estimate(model, options)
        return ResidentModel(
            model: model, options: options, context: settings.context(of: settings.models[model], with: options),
            bytes: bytes, cardBytes: min(bytes, max(0, freeBytes)), keepAlive: keepAlive, slots: slots(of: model))
    }

    /// The model is in memory from now on.
    mutating func place(_ resident: ResidentModel) {
        residents[resident.model] = resident
        residents[resident.model]!.expiresAt = expiry(resident.keepAlive)
        residentCount += 1
    }

    /// When a model that goes idle now is to leave.
    func expiry(_ keepAlive: KeepAlive) -> KeepAlive {
        switch keepAlive {
        case .after(let span):
            let (moment, overflow) = clock.addingReportingOverflow(span)
            return overflow ? .forever : .after(moment)
        case .forever: return .forever
        }
    }

    /// The first model takes what it needs, on the processor if need be; a further one must fit with a fifth to spare.
    private func hasRoom(for demand: BoxDemand) -> Bool {
        guard residentCount < settings.maxLoadedModels else { return false }
        let needed = estimate(demand.model, demand.options)
        guard residentCount > 0 else { return recovering.isEmpty || needed <= freeBytes }
        return needed <= freeBytes / 5 * 4
    }

    private mutating func beginLoad(for id: Int, _ demand: BoxDemand, into changes: inout [BoxChange]) {
        let resident = resident(
            demand.model, demand.options, keepAlive: demand.keepAlive ?? settings.keepAlive)
        let seconds = Double(settings.models[demand.model].sizeBytes) / settings.gpu.loadBytesPerSecond
        head = .loading(id, resident, until: clock + Nanoseconds((seconds * 1e9).rounded(.up)))
        changes.append(.loadBegan(model: demand.model))
    }

    /// By keep-alive, then by name: the first that is idle, else the first of all. Not the least recently used.
    private func victim() -> Int {
        let sorted = residents.compactMap { $0 }.sorted {
            ($0.keepAlive, settings.models[$0.model].name) < ($1.keepAlive, settings.models[$1.model].name)
        }
        return (sorted.first { $0.references == 0 } ?? sorted[0]).model
    }

    private func slots(of model: Int) -> Int {
        settings.models[model].embeddingOnly ? 1 : settings.gpu.slots
    }
}
