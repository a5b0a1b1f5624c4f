import Balancer

/// Draws the live view: lines of text of a board, for a terminal of some size. A value, so that each line is tested.
///
/// Two things are told apart by colour: how much of a box is in use, which is good, and trouble, which is not.
struct LiveScreen {
    let columns: Int
    let rows: Int
    let coloured: Bool
    /// Whether the terminal knows blocks beyond ASCII.
    let hasBlocks: Bool

    /// As many lines as the terminal has, none wider than it.
    ///
    /// - Parameter skipped: boxes that were scrolled past.
    func lines(_ board: LiveBoard, skipped: Int = 0) -> [String] {
        guard let pool = board.snapshot else {
            return fitted([[Piece(board.trouble ?? "asking the gateway \(mark)")], [Piece("trying again each second")]])
        }
        let head = head(pool, board)
        let foot: [[Piece]] = [foot(board)]
        let left = max(0, rows - head.count - foot.count)
        var models = section("MODELS", pool.models.map { model($0) })
        var events = section("EVENTS", board.events.map { event($0) })
        // Boxes come first; of the others the older events give way, then the models.
        let wanted = min(pool.instances.count + 2, max(5, left - min(models.count, 8) - min(events.count, 6)))
        models = Array(models.prefix(max(0, min(models.count, left - wanted))))
        if models.count < 3 { models = [] }
        let boxes = boxes(pool, board, most: min(pool.instances.count + 2, left - models.count), skipped: skipped)
        events = Array(events.prefix(max(0, left - boxes.count - models.count)))
        if events.count < 3 { events = [] }
        var all = head + boxes + models + events
        all += Array(repeating: [], count: max(0, rows - all.count - foot.count))
        return fitted(all + foot)
    }

    /// The sign for what is left out.
    private var mark: String { hasBlocks ? "…" : "..." }

    // MARK: - Pieces

    private struct Piece {
        var text: String
        var colour: TerminalColour?

        init(_ text: String, _ colour: TerminalColour? = nil) {
            self.text = text.forTerminal
            self.colour = colour
        }

        /// Exactly so wide: cut with a mark, or with blanks behind it, or before it.
        init(
            _ text: String, _ colour: TerminalColour? = nil, width: Int, isRight: Bool = false, mark: String = "…"
        ) {
            let clean = text.forTerminal
            let shown = clean.count > width ? clean.prefix(max(0, width - mark.count)) + mark : clean[...]
            let blanks = String(repeating: " ", count: max(0, width - shown.count))
            self.text = isRight ? blanks + shown : shown + blanks
            self.colour = colour
        }
    }

    private func fitted(_ lines: [[Piece]]) -> [String] {
        lines.prefix(max(1, rows)).map { pieces in
            var line = ""
            var left = columns
            for piece in pieces {
                let text = String(piece.text.prefix(left))
                left -= text.count
                line += coloured ? piece.colour?.paint(text) ?? text : text
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private func section(_ title: String, _ rows: [[Piece]]) -> [[Piece]] {
        rows.isEmpty ? [] : [[], [Piece(title, .bold)]] + rows
    }

    // MARK: - Head and foot

    private func head(_ pool: PoolSnapshot, _ board: LiveBoard) -> [[Piece]] {
        let failed = pool.deployments.reduce(0) { $0 + $1.failures }
        let down = pool.instances.count { $0.state == "down" }
        var second = [
            Piece("\(pool.inFlight) in flight", .cyan),
            Piece("   \(pool.waiting) waiting", pool.waiting > 0 ? .yellow : nil),
            Piece("   \(board.rate().map(Self.short) ?? "-") requests/s"),
        ]
        if failed > 0 { second.append(Piece("   \(failed) attempts failed", .yellow)) }
        if down > 0 { second.append(Piece("   \(down) \(down == 1 ? "box" : "boxes") down", .red)) }
        if board.history.count > 1 {
            second += [Piece("   "), Piece(spark(board.history.suffix(30)), .cyan)]
        }
        return [
            [Piece("drover \(pool.version)", .bold), Piece("   up \(Self.time(pool.uptimeSeconds))")],
            second, [],
        ]
    }

    private func foot(_ board: LiveBoard) -> [Piece] {
        if let trouble = board.trouble { return [Piece(trouble, .red)] }
        return [Piece(hasBlocks ? "q quit   ↑ ↓ boxes" : "q quit   up, down: boxes", .dim)]
    }

    // MARK: - Rows

    private func boxes(_ pool: PoolSnapshot, _ board: LiveBoard, most: Int, skipped: Int) -> [[Piece]] {
        let room = max(0, most - 1)
        let names = min(28, max(8, (pool.instances.map(\.instance.count).max() ?? 0)))
        var title = [
            Piece("BOX", .bold, width: names + 2), Piece("STATE", .bold, width: 14), Piece("IN USE", .bold, width: 19),
        ]
        if columns >= 72 { title.append(Piece("REQ/S", .bold, width: 7, isRight: true)) }
        if columns >= 84 { title.append(Piece("FIRST", .bold, width: 9, isRight: true)) }
        if columns >= 92 { title.append(Piece("TOK/S", .bold, width: 8, isRight: true)) }
        title.append(Piece("  LOADED, OR WHY NOT", .bold))
        let first = min(max(0, skipped), max(0, pool.instances.count - room))
        let shown = pool.instances.dropFirst(first).prefix(room)
        let left = pool.instances.count - first - shown.count
        var rows = shown.map { box($0, pool, board, names: names) }
        if left > 0, !rows.isEmpty { rows[rows.count - 1] = [Piece("\(mark) \(left + 1) more", .dim)] }
        return [title] + rows
    }

    private func box(
        _ instance: PoolSnapshot.Instance, _ pool: PoolSnapshot, _ board: LiveBoard, names: Int
    ) -> [Piece] {
        let own = pool.deployments.filter { $0.instance == instance.instance }
        let state: TerminalColour = instance.state == "ready" ? .green : instance.state == "down" ? .red : .yellow
        var row = [
            Piece(instance.instance, width: names, mark: mark), Piece("  "), Piece(instance.state, state, width: 14),
        ]
        row += use(instance, own)
        if columns >= 72 {
            row.append(Piece(board.rate(of: instance.instance).map(Self.short) ?? "-", width: 7, isRight: true))
        }
        if columns >= 84 {
            let first = own.compactMap(\.timeToFirstTokenMilliseconds).max()
            row.append(Piece(first.map(Self.milliseconds) ?? "-", width: 9, isRight: true))
        }
        if columns >= 92 {
            let speed = own.compactMap(\.tokensPerSecond).max()
            row.append(Piece(speed.map(Self.short) ?? "-", width: 8, isRight: true))
        }
        return row + [Piece("  "), why(instance, own)]
    }

    /// In flight against slots, as a bar where the slots are known.
    private func use(_ instance: PoolSnapshot.Instance, _ own: [PoolSnapshot.Deployment]) -> [Piece] {
        let known = own.filter { $0.resident == true || $0.inFlight > 0 }.compactMap(\.slots).reduce(0, +)
        let slots = max(known, own.compactMap(\.slots).max() ?? 0)
        guard slots > 0 else { return [Piece("\(instance.inFlight)", width: 19)] }
        let width = 10
        let filled = instance.inFlight == 0 ? 0 : min(width, max(1, instance.inFlight * width / slots))
        return [
            Piece(String(repeating: hasBlocks ? "█" : "#", count: filled), .cyan),
            Piece(String(repeating: hasBlocks ? "░" : ".", count: width - filled), .dim),
            Piece(" \(instance.inFlight)/\(slots)", width: 9),
        ]
    }

    private func why(_ instance: PoolSnapshot.Instance, _ own: [PoolSnapshot.Deployment]) -> Piece {
        if instance.state != "ready", let reason = instance.reason { return Piece(reason, .yellow) }
        if let one = own.first(where: { $0.state != "ready" && $0.state != "full" && $0.reason != nil }) {
            return Piece("\(one.modelName): \(one.reason ?? "")", .yellow)
        }
        let loaded = instance.loaded.map { "\($0.model) \(Self.gigabytes($0.sizeVRAM))" }
        return Piece(loaded.isEmpty ? "-" : loaded.joined(separator: ", "))
    }

    private func model(_ model: PoolSnapshot.Model) -> [Piece] {
        let colour: TerminalColour? = model.ready == 0 ? .red : model.ready < model.total ? .yellow : nil
        var row = [
            Piece(model.modelName, colour, width: 30, mark: mark),
            Piece(" \(model.ready) of \(model.total) ready", colour, width: 18),
            Piece("\(model.waiting) waiting", model.waiting > 0 ? .yellow : nil, width: 14),
        ]
        if let wait = model.predictedWaitSeconds, model.waiting > 0 {
            row.append(Piece("the last of them in about \(Self.short(wait)) s"))
        }
        return row
    }

    private func event(_ event: LiveBoard.Event) -> [Piece] {
        [Piece(event.time, .dim), Piece("  "), Piece(event.text, event.colour)]
    }

    // MARK: - Figures

    private func spark(_ values: ArraySlice<Int>) -> String {
        let steps = Array(hasBlocks ? "▁▂▃▄▅▆▇█" : "_.-=+*#@")
        let most = max(1, values.max() ?? 1)
        return String(values.map { $0 == 0 ? steps[0] : steps[min(steps.count - 1, $0 * (steps.count - 1) / most)] })
    }

    private static func short(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths >= 1_000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func milliseconds(_ value: Double) -> String {
        value < 10_000 ? "\(Int(value.rounded())) ms" : "\(short(value / 1_000)) s"
    }

    private static func gigabytes(_ bytes: Int64) -> String { "\(short(Double(bytes) / 1e9)) GB" }

    private static func time(_ seconds: Double) -> String { StatusTable.time(seconds) }
}
