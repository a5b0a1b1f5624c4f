/// Makes configuration nodes of one YAML text, and reports its faults and its duplicate keys.
struct YAMLFile {
    private let log: DiagnosticLog
    /// Bounds what aliases of aliases can blow up to.
    private var budget = 200_000

    private init(log: DiagnosticLog) {
        self.log = log
    }

    /// The root of the text, `nil` when it is empty or cannot be parsed (which `log` then says).
    static func read(_ text: String, name: String, log: DiagnosticLog) -> ConfigNode? {
        var file = YAMLFile(log: log)
        do throws(YAMLFault) {
            guard let root = try YAMLComposer.compose(text, name: name) else { return nil }
            return try file.convert(root, path: "", depth: 0)
        } catch {
            log.fault(error.mark, "", error.message)
            return nil
        }
    }

    private mutating func convert(_ node: YAMLNode, path: String, depth: Int) throws(YAMLFault) -> ConfigNode {
        budget -= 1
        guard budget > 0, depth < YAMLComposer.maxDepth else { throw .tooLarge(node.mark) }
        switch node.content {
        case .scalar(let scalar):
            return ConfigNode(content: .scalar(.init(text: scalar.text, isQuoted: scalar.isText)), mark: node.mark)
        case .sequence(let sequence):
            var items: [ConfigNode] = []
            for item in sequence {
                items.append(try convert(item, path: "\(path)[\(items.count)]", depth: depth + 1))
            }
            return ConfigNode(content: .sequence(items), mark: node.mark)
        case .mapping(let pairs):
            return ConfigNode(content: .mapping(try entries(of: pairs, path: path, depth: depth)), mark: node.mark)
        }
    }

    /// Of a key written twice the last one counts, as with LiteLLM.
    private mutating func entries(
        of pairs: [(key: YAMLNode, value: YAMLNode)], path: String, depth: Int
    ) throws(YAMLFault) -> [ConfigNode.Entry] {
        var entries: [ConfigNode.Entry] = []
        var merged: [ConfigNode.Entry] = []
        var first: [String: Int] = [:]
        var last: [String: Int] = [:]
        for (index, pair) in pairs.enumerated() {
            if case .scalar(let key) = pair.key.content { last[key.text] = index }
        }
        for (index, (keyNode, valueNode)) in pairs.enumerated() {
            guard case .scalar(let key) = keyNode.content else {
                throw YAMLFault(mark: keyNode.mark, message: "a key must be text")
            }
            let below = path.isEmpty ? key.text : "\(path).\(key.text)"
            if let line = first[key.text] {
                log.fault(keyNode.mark, below, "is written twice; the first one stands in line \(line)")
            } else {
                first[key.text] = keyNode.mark.line
            }
            guard last[key.text] == index else { continue }
            let value = try convert(valueNode, path: below, depth: depth + 1)
            if key.text == "<<", key.isPlain {
                merged += try mergeSources(value)
            } else {
                entries.append(.init(key: key.text, keyMark: keyNode.mark, value: value))
            }
        }
        var taken = Set(entries.map(\.key))
        for entry in merged where taken.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }

    private func mergeSources(_ value: ConfigNode) throws(YAMLFault) -> [ConfigNode.Entry] {
        switch value.content {
        case .mapping(let entries): return entries
        case .sequence(let items):
            var entries: [ConfigNode.Entry] = []
            for item in items { entries += try mergeSources(item) }
            return entries
        default: throw YAMLFault(mark: value.mark, message: "<< expects a mapping, found \(value.shown)")
        }
    }
}
