import Yams

/// Reads one YAML text into nodes with marks, and reports its syntax faults and its duplicate keys.
struct YAMLFile {
    private let name: String
    private let log: DiagnosticLog
    /// Bounds what aliases of aliases can blow up to.
    private var budget = 200_000
    /// Stand-ins for the earlier ones of duplicate keys: what stood there.
    private var standIns: [String: (key: String, line: Int)] = [:]

    private init(name: String, log: DiagnosticLog) {
        self.name = name
        self.log = log
    }

    /// The root of the text, `nil` when it is empty or cannot be parsed (which `log` then says).
    static func read(_ text: String, name: String, log: DiagnosticLog) -> ConfigNode? {
        var file = YAMLFile(name: name, log: log)
        do {
            guard let root = try file.compose(text) else { return nil }
            return try file.convert(root, path: "", depth: 0)
        } catch let fault as StructureFault {
            log.fault(fault.mark, "", fault.message)
        } catch {
            file.report(error)
        }
        return nil
    }

    /// Yams stops at a duplicate key and says where the first of them stands. That one gets a stand-in of the same
    /// length, so that every column stays right, and the file is read again: the last one counts, as with LiteLLM.
    private mutating func compose(_ text: String) throws -> Node? {
        var text = text
        while true {
            do {
                return try Yams.compose(yaml: text)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard let key = keys.first, standIns.count < 1000,
                    let replaced = replace(key, at: context.mark, in: text)
                else { throw YamlError.duplicatedKeysInMapping(duplicates: keys, context: context) }
                text = replaced
            }
        }
    }

    private mutating func replace(_ key: String, at mark: Mark, in text: String) -> String? {
        var scalars = Array(text.unicodeScalars)
        var index = 0
        for _ in 1..<max(mark.line, 1) {
            while index < scalars.count, scalars[index] != "\n" { index += 1 }
            index += 1
        }
        index += mark.column - 1
        if index < scalars.count, scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        let old = Array(key.unicodeScalars)
        guard !old.isEmpty, index >= 0, index + old.count <= scalars.count,
            Array(scalars[index..<index + old.count]) == old, let sign = Unicode.Scalar(0xE000 + standIns.count)
        else { return nil }
        let standIn = Array(repeating: sign, count: old.count)
        scalars.replaceSubrange(index..<index + old.count, with: standIn)
        var replaced = String.UnicodeScalarView()
        replaced.append(contentsOf: scalars)
        standIns[String(String.UnicodeScalarView(standIn))] = (key, mark.line)
        return String(replaced)
    }

    private mutating func convert(_ node: Node, path: String, depth: Int) throws(StructureFault) -> ConfigNode {
        let mark = place(node.mark)
        budget -= 1
        guard budget > 0, depth < 100 else {
            throw StructureFault(
                mark: mark, message: "the file is too large or nested too deeply once its aliases are followed")
        }
        switch node {
        case .scalar(let scalar):
            let quoted =
                scalar.style == .doubleQuoted || scalar.style == .singleQuoted || scalar.style == .literal
                || scalar.style == .folded || scalar.tag.description == "tag:yaml.org,2002:str"
            return ConfigNode(content: .scalar(.init(text: scalar.string, isQuoted: quoted)), mark: mark)
        case .sequence(let sequence):
            var items: [ConfigNode] = []
            for item in sequence {
                items.append(try convert(item, path: "\(path)[\(items.count)]", depth: depth + 1))
            }
            return ConfigNode(content: .sequence(items), mark: mark)
        case .mapping(let mapping):
            return ConfigNode(content: .mapping(try entries(of: mapping, path: path, depth: depth)), mark: mark)
        case .alias:
            throw StructureFault(mark: mark, message: "an alias leads nowhere")
        }
    }

    private mutating func entries(of mapping: Node.Mapping, path: String, depth: Int) throws(StructureFault)
        -> [ConfigNode.Entry]
    {
        var entries: [ConfigNode.Entry] = []
        var merged: [ConfigNode.Entry] = []
        var earlier: [String: Int] = [:]
        for (keyNode, valueNode) in mapping {
            guard case .scalar(let key) = keyNode else {
                throw StructureFault(mark: place(keyNode.mark), message: "a key must be text")
            }
            let keyMark = place(keyNode.mark)
            let name = standIns[key.string]?.key ?? key.string
            let below = path.isEmpty ? name : "\(path).\(name)"
            if let standIn = standIns[key.string] {
                if let line = earlier[standIn.key] { reportDuplicate(below, keyMark, first: line) }
                earlier[standIn.key] = earlier[standIn.key] ?? standIn.line
                continue
            }
            if let line = earlier[key.string] { reportDuplicate(below, keyMark, first: line) }
            let value = try convert(valueNode, path: below, depth: depth + 1)
            if key.string == "<<", key.style == .plain {
                merged += try mergeSources(value)
            } else {
                entries.append(.init(key: key.string, keyMark: keyMark, value: value))
            }
        }
        var taken = Set(entries.map(\.key))
        for entry in merged where taken.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }

    private func mergeSources(_ value: ConfigNode) throws(StructureFault) -> [ConfigNode.Entry] {
        switch value.content {
        case .mapping(let entries): return entries
        case .sequence(let items):
            var entries: [ConfigNode.Entry] = []
            for item in items { entries += try mergeSources(item) }
            return entries
        default: throw StructureFault(mark: value.mark, message: "<< expects a mapping, found \(value.shown)")
        }
    }

    private func reportDuplicate(_ path: String, _ mark: SourceMark, first line: Int) {
        log.fault(mark, path, "is written twice; the first one stands in line \(line)")
    }

    private func place(_ mark: Mark?) -> SourceMark {
        SourceMark(file: name, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private func report(_ error: any Error) {
        switch error {
        case YamlError.composer(_, "but found another document", let mark, _):
            log.fault(place(mark), "", "a second document begins here; a configuration is one document")
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let during = context.map { " \($0.text) that begins in line \($0.mark.line)" } ?? ""
            log.fault(place(mark), "", "this is not YAML: \(problem)\(during)")
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            log.fault(place(context.mark), "", "\"\(keys.first ?? "")\" is written twice in one mapping")
        case YamlError.reader(let problem, _, _, _):
            log.fault(place(nil), "", "this is not YAML: \(problem)")
        default:
            log.fault(place(nil), "", "this is not YAML: \(error)")
        }
    }
}

/// A fault of syntax that stops the reading of a YAML file.
private struct StructureFault: Error {
    var mark: SourceMark
    var message: String
}
