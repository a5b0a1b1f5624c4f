import CYaml

/// The events of one YAML text, as libyaml finds them.
struct YAMLEvents: ~Copyable {
    /// One event, with no memory of libyaml's in it.
    enum Event {
        case documentStart
        case documentEnd
        case streamEnd
        case alias(String)
        case scalar(YAMLNode.Scalar, anchor: String?)
        case sequenceStart(anchor: String?)
        case sequenceEnd
        case mappingStart(anchor: String?)
        case mappingEnd
    }

    private let name: String
    /// On the heap: libyaml keeps its address.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// `bytes` must outlive the events.
    init(of bytes: UnsafeBufferPointer<UInt8>, name: String) {
        self.name = name
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        // Both fail only where there is no memory left, which every later call then reports.
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event and where it begins.
    mutating func next() throws(YAMLFault) -> (event: Event, mark: SourceMark) {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw fault }
            defer { yaml_event_delete(&event) }
            if let known = Self.event(event) { return (known, mark(event.start_mark)) }
        }
    }

    /// `nil` for what says nothing: the stream's start.
    private static func event(_ event: yaml_event_t) -> Event? {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_STREAM_END_EVENT: .streamEnd
        case YAML_ALIAS_EVENT: .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT: .scalar(scalar(event.data.scalar), anchor: text(event.data.scalar.anchor))
        case YAML_SEQUENCE_START_EVENT: .sequenceStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: nil
        }
    }

    private typealias CScalar = yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar

    private static func scalar(_ scalar: CScalar) -> YAMLNode.Scalar {
        // By length: a text may hold a zero byte.
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        let isText = !isPlain || scalar.quoted_implicit == 1 || text(scalar.tag) == YAML_STR_TAG
        return YAMLNode.Scalar(text: String(decoding: bytes, as: UTF8.self), isPlain: isPlain, isText: isText)
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func mark(_ mark: yaml_mark_t) -> SourceMark {
        SourceMark(file: name, line: mark.line + 1, column: mark.column + 1)
    }

    /// Why libyaml stopped.
    private var fault: YAMLFault {
        let state = parser.pointee
        guard let words = state.problem else {
            return YAMLFault(
                mark: SourceMark(file: name, line: 1, column: 1), message: "this is not YAML: it cannot be read")
        }
        let problem = "this is not YAML: \(String(cString: words))"
        // Bytes that are no text have no line yet.
        guard state.error != YAML_READER_ERROR else {
            return YAMLFault(mark: SourceMark(file: name, line: 1, column: 1), message: problem)
        }
        let during = state.context.map { " \(String(cString: $0)) that begins in line \(state.context_mark.line + 1)" }
        return YAMLFault(mark: mark(state.problem_mark), message: problem + (during ?? ""))
    }
}
