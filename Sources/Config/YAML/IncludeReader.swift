/// Reads a configuration file and what it includes into one tree. Included lists are appended, included sections are
/// merged key by key, and where both set a key the included file wins, as with LiteLLM.
struct IncludeReader {
    private let log: DiagnosticLog
    /// Files being read, outermost first, to notice one that includes itself.
    private var open: [String] = []
    /// Files that say nothing: no text, or comments alone.
    private(set) var blank: [String] = []

    init(log: DiagnosticLog) {
        self.log = log
    }

    /// The tree of a file; `nil`, with a fault, when it cannot be read. `origin` is the line that includes it.
    mutating func read(_ path: String, origin: SourceMark? = nil) -> ConfigNode? {
        guard !open.contains(path), open.count < 20 else {
            log.fault(origin, "include", "\(path) includes itself")
            return nil
        }
        let bytes: [UInt8]
        do throws(ConfigFileFault) {
            bytes = try ConfigFile.read(path)
        } catch {
            log.fault(origin, origin == nil ? "" : "include", error.sentence)
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            log.opened(path)
            log.fault(SourceMark(file: path, line: 1, column: 1), "", "this is not UTF-8 text")
            return nil
        }
        return parse(text, name: path)
    }

    /// The tree of a text that stands for a file named `name`.
    mutating func parse(_ text: String, name: String) -> ConfigNode? {
        log.opened(name)
        let faults = log.faults.count
        let root = YAMLFile.read(text, name: name, log: log)
        guard let root, case .mapping(let entries) = root.content else {
            if let root, !root.isNull { log.fault(root.mark, "", "expects a mapping, found \(root.shown)") }
            if log.faults.count == faults { blank.append(name) }
            return nil
        }
        open.append(name)
        defer { open.removeLast() }
        var merged = entries.filter { $0.key != "include" }
        for entry in entries where entry.key == "include" && !entry.value.isNull {
            for (file, mark) in files(entry.value) {
                let path = Self.path(of: file, from: name)
                guard let included = read(path, origin: mark), case .mapping(let more) = included.content else {
                    continue
                }
                merged = merge(more, into: merged, path: "")
            }
        }
        return ConfigNode(content: .mapping(merged), mark: root.mark)
    }

    /// A tree with another over it, as if that were included.
    func overlay(_ top: ConfigNode?, on base: ConfigNode?) -> ConfigNode? {
        guard let top, case .mapping(let over) = top.content else { return base }
        guard let base, case .mapping(let under) = base.content else { return top }
        return ConfigNode(content: .mapping(merge(over, into: under, path: "")), mark: base.mark)
    }

    private func files(_ node: ConfigNode) -> [(String, SourceMark)] {
        guard case .sequence(let items) = node.content else {
            log.fault(node.mark, "include", "expects a list of files, found \(node.shown)")
            return []
        }
        return items.enumerated().compactMap { index, item in
            guard case .scalar(let scalar) = item.content, !scalar.text.isEmpty else {
                log.fault(item.mark, "include[\(index)]", "expects a file, found \(item.shown)")
                return nil
            }
            return (scalar.text, item.mark)
        }
    }

    private func merge(
        _ included: [ConfigNode.Entry], into base: [ConfigNode.Entry], path: String
    ) -> [ConfigNode.Entry] {
        var merged = base
        for entry in included {
            guard let index = merged.firstIndex(where: { $0.key == entry.key }) else {
                merged.append(entry)
                continue
            }
            let place = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            switch (merged[index].value.content, entry.value.content) {
            case (.sequence(let mine), .sequence(let theirs)):
                merged[index].value.content = .sequence(mine + theirs)
            case (.mapping(let mine), .mapping(let theirs)):
                merged[index].value.content = .mapping(merge(theirs, into: mine, path: place))
            default:
                log.warning(merged[index].keyMark, place, "\(entry.keyMark) sets it too and wins")
                merged[index] = entry
            }
        }
        return merged
    }

    /// Where a file is that another one names.
    static func path(of file: String, from origin: String) -> String {
        file.hasPrefix("/") ? file : folder(of: origin) + plain(file)
    }

    /// Without the `./` in front that says nothing.
    private static func plain(_ file: String) -> String {
        var file = Substring(file)
        while file.hasPrefix("./") { file = file.dropFirst(2) }
        return String(file)
    }

    /// With its slash, empty for a bare name and for what comes through a pipe.
    private static func folder(of file: String) -> String {
        guard !ConfigFile.isStream(file), let slash = file.lastIndex(of: "/") else { return "" }
        return String(file[...slash])
    }
}
