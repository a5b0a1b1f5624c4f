/// Reads one mapping by its table: says what is unknown or ignored, and gives the rest out typed.
/// A value that is absent, null, or waits for an unset variable is `nil`; a wrong one is a fault and `nil`.
struct SectionReader {
    /// As users write it: `model_list[0].litellm_params`; empty for the whole file.
    let path: String
    let mark: SourceMark
    let log: DiagnosticLog
    let entries: [ConfigNode.Entry]

    /// `nil`, with a fault, when the node is not a mapping. `passing` are keys that are not the table's concern.
    init?(
        _ node: ConfigNode, path: String, table: KnownSection, log: DiagnosticLog,
        passing: (String) -> Bool = { _ in false }
    ) {
        guard case .mapping(let entries) = node.content else {
            if !node.isNull, node.firstUnresolved == nil {
                log.fault(node.mark, path, "expects a mapping, found \(node.shown)")
            }
            return nil
        }
        self.path = path
        self.mark = node.mark
        self.log = log
        self.entries = entries
        for entry in entries where !passing(entry.key) {
            let place = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            switch table.key(entry.key)?.use {
            case .acted: break
            case .ignored(let note):
                guard !entry.value.isNull else { continue }
                let tail = note.map { "; \($0)" } ?? ""
                log.warning(entry.keyMark, place, "accepted, but this release does not act on it\(tail)")
            case nil:
                log.warning(
                    entry.keyMark, place,
                    "unknown key" + (log.mayGuess() ? Self.suggestion(for: entry.key, in: table) : ""))
            }
        }
    }

    /// Reads more of a section whose keys were looked at already.
    init(of entries: [ConfigNode.Entry], path: String, mark: SourceMark, log: DiagnosticLog) {
        (self.entries, self.path, self.mark, self.log) = (entries, path, mark, log)
    }

    /// Where the key is known, else what was probably meant here.
    private static func suggestion(for key: String, in table: KnownSection) -> String {
        if let near = NearMiss.of(key, among: table.keys.lazy.map(\.name)) { return "; did you mean \"\(near)\"?" }
        let homes = KnownKeys.sections.filter { $0.key(key) != nil && !$0.name.isEmpty }
        let acting = homes.filter { if case .acted = $0.key(key)?.use { true } else { false } }
        let home = acting.first { !$0.name.hasPrefix("model_list") } ?? acting.first ?? homes.first
        if let home { return "; it belongs in \(home.name)" }
        return KnownKeys.root.key(key) == nil ? "" : "; it belongs at the top level"
    }

    func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The entry, unless it is absent or null.
    func entry(_ key: String) -> ConfigNode.Entry? {
        entries.last { $0.key == key && !$0.value.isNull }
    }

    func located<T>(_ value: T, _ node: ConfigNode, _ key: String) -> Located<T> {
        Located(value, mark: node.mark, path: path(key))
    }

    /// The scalar under a key, whatever its type.
    func scalar(_ key: String, expects: String) -> (ConfigNode.Scalar, ConfigNode)? {
        guard let node = entry(key)?.value else { return nil }
        switch node.content {
        case .scalar(let scalar): return (scalar, node)
        case .unresolved: return nil
        case .mapping, .sequence:
            log.fault(node.mark, path(key), "expects \(expects), found \(node.shown)")
            return nil
        }
    }

    /// The text under a key, without the white space at its ends, which is a warning.
    func text(_ key: String) -> Located<String>? {
        guard let (scalar, node) = scalar(key, expects: "text") else { return nil }
        let inner = scalar.text.withoutOuterBlanks
        let text = inner ?? scalar.text
        guard !text.isEmpty else {
            log.fault(node.mark, path(key), "is empty")
            return nil
        }
        if inner != nil { log.warning(node.mark, path(key), String.outerBlanksWarning) }
        return located(text, node, key)
    }

    func secret(_ key: String) -> Located<Secret>? {
        text(key).map { Located(Secret($0.value), mark: $0.mark, path: $0.path) }
    }

    /// A list of texts; a wrong one is a fault and left out.
    func texts(_ key: String, what: String) -> [Located<String>] {
        guard let node = entry(key)?.value else { return [] }
        guard case .sequence(let items) = node.content else {
            if node.firstUnresolved == nil {
                log.fault(node.mark, path(key), "expects a list of \(what), found \(node.shown)")
            }
            return []
        }
        return items.enumerated().compactMap { index, item in
            let place = "\(path(key))[\(index)]"
            switch item.content {
            case .scalar(let scalar) where !item.isNull && !scalar.text.isEmpty:
                return Located(scalar.text, mark: item.mark, path: place)
            case .unresolved: return nil
            case .scalar, .mapping, .sequence:
                log.fault(item.mark, place, "expects text, found \(item.shown)")
                return nil
            }
        }
    }

    /// A list of mappings, or one alone. One that is none is a fault and left out.
    func sections(_ key: String, table: KnownSection) -> [SectionReader] {
        guard let node = entry(key)?.value else { return [] }
        let items: [(path: String, node: ConfigNode)]
        switch node.content {
        case .sequence(let list): items = list.enumerated().map { ("\(path(key))[\($0.offset)]", $0.element) }
        case .mapping: items = [(path(key), node)]
        case .unresolved: return []
        case .scalar:
            log.fault(node.mark, path(key), "expects a list, found \(node.shown)")
            return []
        }
        return items.compactMap { SectionReader($0.node, path: $0.path, table: table, log: log) }
    }

    /// A file's path. One that is not absolute is meant from the folder of the file it is written in, as `include` is.
    func file(_ key: String) -> Located<String>? {
        guard let written = text(key), let mark = written.mark, !written.value.hasPrefix("/") else { return text(key) }
        return Located(IncludeReader.path(of: written.value, from: mark.file), mark: mark, path: written.path)
    }

    func truth(_ key: String) -> Located<Bool>? {
        guard let (scalar, node) = scalar(key, expects: "true or false") else { return nil }
        guard let value = scalar.boolean else {
            log.fault(node.mark, path(key), "expects true or false, found \(scalar.shown)")
            return nil
        }
        return located(value, node, key)
    }

    func whole(_ key: String, atLeast minimum: Int, atMost maximum: Int = 1_000_000_000) -> Located<Int>? {
        guard let (scalar, node) = scalar(key, expects: "a whole number") else { return nil }
        guard let value = Int(scalar.text.filter { $0 != "_" }) else {
            log.fault(node.mark, path(key), "expects a whole number, found \(scalar.shown)")
            return nil
        }
        guard value >= minimum else {
            log.fault(node.mark, path(key), "must be at least \(minimum), not \(value)")
            return nil
        }
        guard value <= maximum else {
            log.fault(node.mark, path(key), "must be at most \(maximum), not \(value)")
            return nil
        }
        return located(value, node, key)
    }

    func number(_ key: String, atLeast minimum: Double) -> Located<Double>? {
        guard let (scalar, node) = scalar(key, expects: "a number") else { return nil }
        guard let value = scalar.decimal.flatMap({ Double($0) }), value.isFinite else {
            log.fault(node.mark, path(key), "expects a number, found \(scalar.shown)")
            return nil
        }
        guard value >= minimum else {
            log.fault(node.mark, path(key), "must be at least \(shortest(minimum)), not \(scalar.text)")
            return nil
        }
        return located(value, node, key)
    }

    /// LiteLLM's times: a number of seconds. A unit is accepted too.
    func seconds(_ key: String, mayBeZero: Bool = false) -> Located<Duration>? {
        guard let (scalar, node) = scalar(key, expects: "a number of seconds") else { return nil }
        do throws(Quantity.Fault) {
            let duration: Duration
            if let number = Double(scalar.decimal ?? scalar.text) {
                duration = try Quantity.duration(seconds: number)
            } else if scalar.text.first.map({ $0.isNumber }) == true {
                duration = try Quantity.duration(scalar.text)
            } else {
                throw Quantity.Fault(sentence: "is not a number of seconds")
            }
            return positive(duration, mayBeZero, node, key)
        } catch {
            log.fault(node.mark, path(key), "\(scalar.shown) \(error.sentence)")
            return nil
        }
    }

    /// Our times: a number with a unit.
    func duration(_ key: String, mayBeZero: Bool = false) -> Located<Duration>? {
        guard let (scalar, node) = scalar(key, expects: "a duration") else { return nil }
        do throws(Quantity.Fault) {
            return positive(try Quantity.duration(scalar.text), mayBeZero, node, key)
        } catch {
            log.fault(node.mark, path(key), "\(scalar.shown) \(error.sentence)")
            return nil
        }
    }

    func size(_ key: String) -> Located<Int>? {
        guard let (scalar, node) = scalar(key, expects: "a size") else { return nil }
        do throws(Quantity.Fault) {
            let bytes = try Quantity.size(scalar.text)
            guard bytes > 0 else { throw Quantity.Fault(sentence: "must be more than nothing") }
            return located(bytes, node, key)
        } catch {
            log.fault(node.mark, path(key), "\(scalar.shown) \(error.sentence)")
            return nil
        }
    }

    /// The same in a section where others may write what they like: what is no size is nothing, with a warning.
    func sizeIfAny(_ key: String) -> Located<Int>? {
        guard let (scalar, node) = scalar(key, expects: "a size") else { return nil }
        if let bytes = try? Quantity.size(scalar.text), bytes > 0 { return located(bytes, node, key) }
        log.warning(node.mark, path(key), "is no size such as 24GB, so nothing is known of the instance's memory")
        return nil
    }

    private func positive(
        _ duration: Duration, _ mayBeZero: Bool, _ node: ConfigNode, _ key: String
    ) -> Located<Duration>? {
        guard mayBeZero || duration > .zero else {
            log.fault(node.mark, path(key), "must be longer than nothing")
            return nil
        }
        return located(duration, node, key)
    }

    /// A strategy by any of its spellings; one that is not built gives `least-busy` and a warning.
    func strategy(_ key: String) -> Located<RoutingStrategy>? {
        guard let text = text(key) else { return nil }
        if let strategy = RoutingStrategy(named: text.value) {
            return Located(strategy, mark: text.mark, path: text.path)
        }
        if RoutingStrategy.unbuilt.contains(text.value) {
            log.warning(text.mark, text.path, "\"\(text.value)\" is not built in this release; least-busy is used")
            return Located(.leastBusy, mark: text.mark, path: text.path)
        }
        let hint = NearMiss.of(text.value, among: RoutingStrategy.spellings.sorted())
        let tail =
            hint.map { "did you mean \"\($0)\"?" } ?? "there are \(RoutingStrategy.names.joined(separator: ", "))"
        log.fault(text.mark, text.path, "no strategy named \"\(text.value)\"; \(tail)")
        return nil
    }

    /// One word of a closed set; another is a fault that says which there are.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, what: String) -> Located<Choice>? {
        guard let text = text(key) else { return nil }
        if let choice = Choice(rawValue: text.value) { return Located(choice, mark: text.mark, path: text.path) }
        let names = Choice.allCases.map(\.rawValue)
        let tail =
            NearMiss.of(text.value, among: names).map { "did you mean \"\($0)\"?" }
            ?? "there are \(names.joined(separator: ", "))"
        log.fault(text.mark, text.path, "no \(what) named \"\(text.value)\"; \(tail)")
        return nil
    }

    private func shortest(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }
}
