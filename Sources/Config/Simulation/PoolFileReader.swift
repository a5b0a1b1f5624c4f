/// Reads a pool file's tree. Another place checks the names that it refers to.
struct PoolFileReader {
    let log: DiagnosticLog

    private static let root = KnownSection(
        "",
        acted: [
            "gpus", "boxes", "models", "pinned", "faults", "probe_interval", "slots", "retries", "queue", "timeout",
            "objective", "keep_alive", "memory_recovery", "max_loaded_models", "max_queue", "context", "memory",
            "workload",
        ])
    private static let card = KnownSection(
        "gpus",
        acted: [
            "from", "memory", "prefill", "decode", "decode_slowdown", "prefill_interference", "load", "slots",
            "reading", "reads_in_turn",
        ])
    private static let boxes = KnownSection("boxes", acted: ["gpu", "name", "count", "preloaded", "told_slots"])
    private static let model = KnownSection("models", acted: ["name", "size", "slot_memory", "speed", "popularity"])
    private static let fault = KnownSection("faults", acted: ["at", "box", "kind", "factor"])
    private static let queue = KnownSection("queue", acted: ["max_waiting", "max_wait", "objective"])
    private static let workload = KnownSection(
        "workload",
        acted: [
            "synthetic", "requests", "load", "divide_lengths", "one_session_in", "bursts", "keys", "classes", "num_ctx",
        ])
    private static let bursts = KnownSection("workload.bursts", acted: ["every", "for", "high", "low", "one_model"])
    private static let classes = KnownSection("workload.classes", acted: ["interactive", "default", "batch"])

    mutating func read(_ node: ConfigNode, into file: inout PoolFile) {
        guard let root = SectionReader(node, path: "", table: Self.root, log: log) else { return }
        readCards(root, into: &file)
        file.boxes = items("boxes", Self.boxes, root).compactMap(boxes)
        file.models = items("models", Self.model, root).compactMap(model)
        file.faults = items("faults", Self.fault, root).compactMap(fault)
        readPinned(root, into: &file)
        if let value = root.duration("probe_interval") { file.probeInterval = value.value }
        if let value = root.text("slots") {
            file.slotsKnown = value.value == "known"
            if !["known", "unknown"].contains(value.value) {
                log.fault(value.mark, value.path, "must be known or unknown")
            }
        }
        if let value = root.text("memory") {
            file.memoryKnown = value.value == "known"
            if !["known", "unknown"].contains(value.value) {
                log.fault(value.mark, value.path, "must be known or unknown")
            }
        }
        if let value = root.text("context") {
            file.contextByMemory = value.value == "by_memory"
            if !["by_memory", "fixed"].contains(value.value) {
                log.fault(value.mark, value.path, "must be by_memory or fixed")
            }
        }
        if let value = root.whole("retries", atLeast: 0, atMost: 100) { file.retries = value.value }
        if let queue = section("queue", Self.queue, root) {
            file.maxWaiting = queue.whole("max_waiting", atLeast: 0)?.value
            file.maxWait = queue.duration("max_wait")?.value
            file.queueObjective = queue.duration("objective")?.value
        }
        if let value = root.duration("timeout") { file.timeout = value.value }
        if let value = root.duration("objective") { file.objective = value.value }
        if let value = root.duration("keep_alive") { file.keepAlive = value.value }
        if let value = root.duration("memory_recovery", mayBeZero: true) { file.memoryRecovery = value.value }
        if let value = root.whole("max_loaded_models", atLeast: 1) { file.maxLoadedModels = value.value }
        if let value = root.whole("max_queue", atLeast: 1) { file.maxQueue = value.value }
        if let workload = section("workload", Self.workload, root) { readWorkload(workload, into: &file.workload) }
        for (name, isEmpty) in [("boxes", file.boxes.isEmpty), ("models", file.models.isEmpty)]
        where isEmpty && log.faults.isEmpty {
            log.fault(root.mark, name, "a pool needs at least one")
        }
    }

    private func readCards(_ root: SectionReader, into file: inout PoolFile) {
        guard case .mapping(let entries)? = root.entry("gpus")?.value.content else { return }
        for entry in entries {
            guard let card = SectionReader(entry.value, path: "gpus.\(entry.key)", table: Self.card, log: log) else {
                continue
            }
            file.cards.append(
                PoolFile.Card(
                    name: entry.key, from: card.text("from"), memory: card.size("memory")?.value,
                    prefill: above(0, "prefill", card), decode: above(0, "decode", card),
                    decodeSlowdown: card.number("decode_slowdown", atLeast: 0)?.value,
                    prefillInterference: card.number("prefill_interference", atLeast: 0)?.value,
                    load: card.size("load")?.value, slots: card.whole("slots", atLeast: 1, atMost: 1_000)?.value,
                    reading: reading(card)))
        }
    }

    /// `reads_in_turn` is the older spelling of two of the ways.
    private func reading(_ card: SectionReader) -> PoolFile.Card.Reading? {
        guard let text = card.text("reading") else {
            return card.truth("reads_in_turn").map { $0.value ? .inTurn : .apart }
        }
        guard let reading = PoolFile.Card.Reading(rawValue: text.value) else {
            let ways = PoolFile.Card.Reading.allCases.map(\.rawValue).joined(separator: ", ")
            log.fault(text.mark, text.path, "must be one of \(ways)")
            return nil
        }
        return reading
    }

    private func boxes(_ item: SectionReader) -> PoolFile.Boxes? {
        guard let gpu = required("gpu", item, item.text) else { return nil }
        var boxes = PoolFile.Boxes(gpu: gpu, name: item.text("name")?.value ?? gpu.value)
        boxes.toldSlots = item.whole("told_slots", atLeast: 1, atMost: 1_000)?.value
        if let count = item.whole("count", atLeast: 1, atMost: 100_000) { boxes.count = count.value }
        if case .scalar(let scalar)? = item.entry("preloaded")?.value.content, scalar.text == "all" {
            boxes.preloaded = nil
        } else {
            boxes.preloaded = texts("preloaded", item)
        }
        return boxes
    }

    private func model(_ item: SectionReader) -> PoolFile.Model? {
        guard let name = required("name", item, item.text), let size = required("size", item, item.size) else {
            return nil
        }
        var model = PoolFile.Model(name: name.value, size: size.value)
        if let value = item.size("slot_memory") { model.slotMemory = value.value }
        model.speed = above(0, "speed", item)
        model.popularity = item.number("popularity", atLeast: 0)?.value
        return model
    }

    private func fault(_ item: SectionReader) -> PoolFile.Fault? {
        guard let at = required("at", item, item.text), let box = required("box", item, item.text),
            let kind = required("kind", item, item.text)
        else { return nil }
        let time: PoolFile.Fault.Time
        if at.value.hasSuffix("%"), let percent = Double(at.value.dropLast()), (0...100).contains(percent) {
            time = .share(percent / 100)
        } else if !at.value.hasSuffix("%"), let duration = item.duration("at", mayBeZero: true) {
            time = .after(duration.value)
        } else {
            if at.value.hasSuffix("%") { log.fault(at.mark, at.path, "must be between 0% and 100%") }
            return nil
        }
        let kinds = ["dies", "hangs", "slows", "returns"]
        guard kinds.contains(kind.value) else {
            log.fault(kind.mark, kind.path, "must be one of \(kinds.joined(separator: ", "))")
            return nil
        }
        var fault = PoolFile.Fault(at: time, box: box, kind: kind.value)
        if kind.value == "slows" {
            guard let factor = above(0, "factor", item) else {
                if item.entry("factor") == nil {
                    log.fault(item.mark, item.path("factor"), "is missing: how many times slower")
                }
                return nil
            }
            fault.factor = factor
        }
        return fault
    }

    private func readPinned(_ root: SectionReader, into file: inout PoolFile) {
        guard let node = root.entry("pinned")?.value else { return }
        guard case .mapping(let entries) = node.content else {
            return log.fault(node.mark, "pinned", "expects a mapping of boxes to lists of models, found \(node.shown)")
        }
        for entry in entries {
            let place = "pinned.\(entry.key)"
            let box = Located(entry.key, mark: entry.keyMark, path: place)
            file.pinned.append((box, texts(entry.value, place)))
        }
    }

    private func readWorkload(_ section: SectionReader, into workload: inout PoolFile.Workload) {
        workload.synthetic = section.text("synthetic")?.value
        workload.requests = section.whole("requests", atLeast: 1)?.value
        workload.load = above(0, "load", section)
        if let value = section.whole("divide_lengths", atLeast: 1, atMost: 512) { workload.divideLengths = value.value }
        if let value = section.whole("one_session_in", atLeast: 1) { workload.oneSessionIn = value.value }
        for text in texts("num_ctx", section) {
            guard let tokens = Int(text.value), (4...262_144).contains(tokens) else {
                log.fault(text.mark, text.path, "expects tokens from 4 to 262144, found \(text.value)")
                continue
            }
            workload.contexts.append(tokens)
        }
        if let value = section.whole("keys", atLeast: 1, atMost: 1_000_000) { workload.keys = value.value }
        if let bursts = self.section("bursts", Self.bursts, section) {
            var read = PoolFile.Bursts()
            if let value = bursts.duration("every") { read.every = value.value }
            if let value = bursts.duration("for") { read.length = value.value }
            if let value = above(0, "high", bursts) { read.high = value }
            if let value = above(0, "low", bursts) { read.low = value }
            if let value = bursts.number("one_model", atLeast: 0) { read.oneModel = value.value }
            if read.length >= read.every { log.fault(bursts.mark, bursts.path("for"), "must be less than every") }
            workload.bursts = read
        }
        if let classes = self.section("classes", Self.classes, section) {
            workload.classes = ["interactive", "default", "batch"].map {
                classes.number($0, atLeast: 0)?.value ?? 0
            }
            if workload.classes.allSatisfy({ $0 == 0 }) {
                log.fault(classes.mark, classes.path, "some class must have a share")
            }
        }
    }

    // MARK: - Pieces

    private func section(_ key: String, _ table: KnownSection, _ parent: SectionReader) -> SectionReader? {
        parent.entry(key).flatMap { SectionReader($0.value, path: parent.path(key), table: table, log: log) }
    }

    private func items(_ key: String, _ table: KnownSection, _ parent: SectionReader) -> [SectionReader] {
        guard let node = parent.entry(key)?.value else { return [] }
        guard case .sequence(let items) = node.content else {
            log.fault(node.mark, parent.path(key), "expects a list, found \(node.shown)")
            return []
        }
        return items.enumerated().compactMap { index, item in
            SectionReader(item, path: "\(parent.path(key))[\(index)]", table: table, log: log)
        }
    }

    private func required<Value>(
        _ key: String, _ section: SectionReader, _ read: (String) -> Located<Value>?
    ) -> Located<Value>? {
        if section.entry(key) == nil { log.fault(section.mark, section.path(key), "is missing") }
        return read(key)
    }

    private func above(_ limit: Double, _ key: String, _ section: SectionReader) -> Double? {
        guard let value = section.number(key, atLeast: limit) else { return nil }
        guard value.value > limit else {
            log.fault(value.mark, value.path, "must be more than \(Int(limit))")
            return nil
        }
        return value.value
    }

    private func texts(_ key: String, _ section: SectionReader) -> [Located<String>] {
        section.entry(key).map { texts($0.value, section.path(key)) } ?? []
    }

    private func texts(_ node: ConfigNode, _ path: String) -> [Located<String>] {
        guard case .sequence(let items) = node.content else {
            log.fault(node.mark, path, "expects a list of names, found \(node.shown)")
            return []
        }
        return items.enumerated().compactMap { index, item in
            guard case .scalar(let scalar) = item.content else {
                log.fault(item.mark, "\(path)[\(index)]", "expects a name, found \(item.shown)")
                return nil
            }
            return Located(scalar.text, mark: item.mark, path: "\(path)[\(index)]")
        }
    }
}
