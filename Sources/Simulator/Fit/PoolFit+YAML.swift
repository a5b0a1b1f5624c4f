import BoxModel

extension PoolFit {
    /// Where the log does not tell.
    private static let unknown = (
        prefill: 4_000.0, decode: 100.0, slowdown: 0.2, interference: 1.0, load: 2e9, memory: 24e9
    )

    /// The pool file, with a comment wherever a figure is a guess or not the log's.
    public var yaml: String {
        var lines = [
            "# Estimated by `drover fit` from a request log. A guess, or a default where the log does not tell, says so.",
            "# A card's figures are those of the model with speed 1. `load` is what makes a load of these sizes take as long as",
            "# was logged; whoever corrects a size corrects `load` with it.",
            "gpus:",
        ]
        for box in boxes { lines += card(box) }
        lines.append("boxes:")
        for box in boxes {
            let preloaded = box.preloaded.map(Self.quoted).joined(separator: ", ")
            lines.append("  - {gpu: \(Self.quoted(box.name)), preloaded: [\(preloaded)]}")
        }
        lines.append("models:")
        for model in models {
            var text = "  - {name: \(Self.quoted(model.name)), size: \(Self.gigabytes(model.size))"
            if let speed = model.speed { text += ", speed: \(Self.figure(speed))" }
            text += ", popularity: \(Self.figure(model.popularity))}"
            var notes: [String] = []
            switch model.sizeSource {
            case .log: break
            case .name: notes.append("size by its name")
            case .told: notes.append("size: as told")
            case .unknown: notes.append("size: default, not in the log")
            }
            if model.speed == nil { notes.append("speed: default by its size, too few answers") }
            lines.append(text + (notes.isEmpty ? "" : "  # " + notes.joined(separator: "; ")))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func card(_ box: Box) -> [String] {
        var lines = ["  \(Self.quoted(box.name)):  # \(box.requests) requests"]
        func add(_ key: String, _ value: String, _ note: String? = nil) {
            lines.append("    \(key): \(value)" + (note.map { "  # \($0)" } ?? ""))
        }
        func add(_ key: String, _ value: Double?, _ otherwise: Double, _ note: String) {
            add(key, Self.figure(value ?? otherwise), value == nil ? "default: \(note)" : nil)
        }
        if let memory = box.memory {
            let note: String =
                switch box.memorySource {
                case .log: "by what was in it together and what drove each other out"
                case .like(let name): "by \(name), which is as fast"
                case .told: "as told"
                }
            add("memory", Self.gigabytes(memory), note)
        } else {
            // As much as makes the largest model load beside nothing else.
            let largest = models.map(\.size).max() ?? 0
            add("memory", Self.gigabytes(max(Self.unknown.memory, largest * 1.3)), "default: not in the log")
        }
        add("prefill", box.prefill, Self.unknown.prefill, "too few prompts of 16 tokens or more")
        add("decode", box.decode, Self.unknown.decode, "too few answers of 4 tokens or more")
        add("decode_slowdown", box.decodeSlowdown, Self.unknown.slowdown, "hardly any answers side by side")
        add(
            "reading", (box.reading ?? .inTurn).rawValue,
            box.reading == nil ? "default: hardly any prompts at once" : nil)
        if box.interferes {
            add(
                "prefill_interference", box.prefillInterference, Self.unknown.interference,
                "hardly any prompts beside answers")
        }
        add("load", Self.gigabytes(box.load ?? Self.unknown.load), box.load == nil ? "default: no loads" : nil)
        add("slots", "\(box.slots)", box.wasFull ? nil : "at least: nobody was seen waiting for one here")
        return lines
    }

    private static func gigabytes(_ bytes: Double) -> String { figure(bytes / 1e9) + "GB" }

    /// Four digits that count.
    private static func figure(_ value: Double) -> String {
        var (decimals, bound) = (3, 10.0)
        while decimals > 0, value >= bound { (decimals, bound) = (decimals - 1, bound * 10) }
        if value < 0.1 { decimals = 5 }
        return Number.json((Double(Number.text(value, decimals: decimals)) ?? value))
    }

    private static func quoted(_ name: String) -> String {
        var quoted = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            if scalar.value >= 0x20 { quoted.unicodeScalars.append(scalar) }
        }
        return quoted + "\""
    }
}
