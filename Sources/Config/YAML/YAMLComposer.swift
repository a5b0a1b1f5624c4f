/// Makes one document's nodes of its events.
struct YAMLComposer: ~Copyable {
    /// Deeper is no configuration; it also bounds the stack.
    static let maxDepth = 100

    private var events: YAMLEvents
    private var anchors: [String: YAMLNode] = [:]

    private init(events: consuming YAMLEvents) {
        self.events = events
    }

    /// The root of the text; `nil` when it is empty.
    static func compose(_ text: String, name: String) throws(YAMLFault) -> YAMLNode? {
        try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(YAMLFault) -> YAMLNode? in
            var composer = YAMLComposer(events: YAMLEvents(of: bytes, name: name))
            return try composer.document()
        }
    }

    private mutating func document() throws(YAMLFault) -> YAMLNode? {
        if case .streamEnd = try events.next().event { return nil }
        let (first, mark) = try events.next()
        let root = try node(first, mark, depth: 0)
        _ = try events.next()
        let (last, end) = try events.next()
        guard case .streamEnd = last else {
            throw YAMLFault(mark: end, message: "a second document begins here; a configuration is one document")
        }
        return root
    }

    /// The node that begins with this event; `nil` where the sequence or mapping around it ends.
    private mutating func node(
        _ event: YAMLEvents.Event, _ mark: SourceMark, depth: Int
    ) throws(YAMLFault) -> YAMLNode? {
        guard depth < Self.maxDepth else { throw .tooLarge(mark) }
        switch event {
        case .alias(let anchor):
            guard let node = anchors[anchor] else {
                throw YAMLFault(mark: mark, message: "this is not YAML: found undefined alias")
            }
            return node
        case .scalar(let scalar, let anchor):
            return registered(YAMLNode(content: .scalar(scalar), mark: mark), anchor)
        case .sequenceStart(let anchor):
            var items: [YAMLNode] = []
            while let item = try next(depth: depth) { items.append(item) }
            return registered(YAMLNode(content: .sequence(items), mark: mark), anchor)
        case .mappingStart(let anchor):
            var pairs: [(key: YAMLNode, value: YAMLNode)] = []
            while let key = try next(depth: depth), let value = try next(depth: depth) { pairs.append((key, value)) }
            return registered(YAMLNode(content: .mapping(pairs), mark: mark), anchor)
        case .sequenceEnd, .mappingEnd, .documentStart, .documentEnd, .streamEnd:
            return nil
        }
    }

    private mutating func next(depth: Int) throws(YAMLFault) -> YAMLNode? {
        let (event, mark) = try events.next()
        return try node(event, mark, depth: depth + 1)
    }

    private mutating func registered(_ node: YAMLNode, _ anchor: String?) -> YAMLNode {
        if let anchor { anchors[anchor] = node }
        return node
    }
}
