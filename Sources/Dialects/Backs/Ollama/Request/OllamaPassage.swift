import NIOCore

/// A body of Ollama's own API on its way to a box: it goes as it stands, except the model's name, what the box is
/// loaded with, and whether the answer is streamed; behind it stand the deployment's parameters that it does not name.
struct OllamaPassage {
    private let bytes: UnsafeRawBufferPointer
    private let route: OllamaRoute
    private let fields: Parameters
    private let options: [ClientRequest.Extra]
    private let target: OllamaTarget
    private let load: LoadTerms
    /// Whether the model is known not to think.
    private let lacksThinking: Bool
    /// Whether then the client's wish that it does is left out.
    private let dropsThinking: Bool
    /// Whether the client's load-time options are left out.
    private let holdsLoad: Bool
    /// What `stream` has to say; nil: what it says, which may be nothing.
    private let stream: StaticString?
    private var edits = JSONEdits()

    private init(
        bytes: UnsafeRawBufferPointer, request: ClientRequest, target: OllamaTarget, _ terms: EncodingTerms
    ) {
        self.bytes = bytes
        route = OllamaRoute(request.front)
        fields = target.fields(of: request, in: bytes)
        options = request.options
        self.target = target
        load = terms.load
        lacksThinking = terms.listing.lacksThinking
        dropsThinking = terms.drops && terms.listing.lacksThinking
        holdsLoad = load != .asRequested
        stream = request.streamsUpstream && !request.stream ? "true" : nil
    }

    /// Writes the whole request.
    static func encode(
        _ request: ClientRequest, for target: OllamaTarget, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) {
        let start = out.writerIndex
        request.body.withUnsafeReadableBytes { bytes in
            var passage = OllamaPassage(bytes: bytes, request: request, target: target, terms)
            passage.write(to: &out)
        }
        out.putLength(target.head(of: OllamaRoute(request.front)), from: start)
    }

    private mutating func write(to out: inout ByteBuffer) {
        let body = bytes.object
        // Taken out while it calls back.
        var edits = JSONEdits()
        let kept = edits.editMembers(of: body, in: bytes) { edits, name, value in keep(name, value, &edits) }
        self.edits = edits
        let head = target.head(of: route).bytes
        let room = head.count + bytes.count + edits.added + target.defaultsRoom + Self.keysRoom
        out.compose(atMost: room) { writer in
            writer.write(head)
            if kept > 0 { writer.write(byte: 0x2c) }
            let brace = bytes.lastIndex(of: 0x7d) ?? bytes.count
            edits.write(bytes, from: Int(body.start) + 1, to: brace, to: &writer)
            let present = holdsLoad ? fields.present & ~Parameter.shift.bit : fields.present
            for parameter in target.top where present & parameter.overriddenBy == 0 {
                if lacksThinking, parameter.asksToThink { continue }
                writer.write(byte: 0x2c)
                writer.write(parameter.member)
            }
            if !fields.has(.options) {
                let own = ownOptions()
                if !own.isEmpty {
                    writer.write(",\"options\":{")
                    writer.write(own)
                    writer.write(byte: 0x7d)
                }
            }
            writer.write(byte: 0x7d)
        }
    }

    /// Names and brackets that stand around the deployment's parameters, and a context's length.
    private static let keysRoom = 128

    /// Whether a member stays.
    private func keep(_ name: JSONSlice, _ value: JSONSlice, _ edits: inout JSONEdits) -> Bool {
        guard let field = route.member(bytes[name]) else { return true }
        // What says nothing would stand beside the deployment's own.
        guard fields.has(field) else { return false }
        switch field {
        // The head has named it.
        case .model: return false
        case .shift: return !holdsLoad
        case .think: return !dropsThinking || bytes[value].equals("false")
        case .stream: if let stream { edits.replace(value, with: .text(stream)) }
        case .options: editOptions(value, &edits)
        default: break
        }
        return true
    }

    private func editOptions(_ value: JSONSlice, _ edits: inout JSONEdits) {
        let kept = edits.editMembers(of: value, in: bytes) { _, name, _ in
            !(holdsLoad && BoxOption.isLoadTime(bytes[name]))
        }
        let own = ownOptions()
        guard !own.isEmpty else { return }
        edits.insert(.bytes(kept > 0 ? [0x2c] + own : own), at: Int(value.start) + Int(value.count) - 1)
    }

    /// The members that join the client's options: the deployment's own which the client does not give, or may not, and
    /// the context's length.
    private func ownOptions() -> [UInt8] {
        var members: [[UInt8]] = []
        for parameter in target.options {
            let isGiven = options.contains { given in
                let name = bytes[given.name]
                return name.contains(0x5c)
                    ? JSONString.decode(name).utf8.elementsEqual(parameter.name)
                    : name.elementsEqual(parameter.name)
            }
            if isGiven && !(holdsLoad && parameter.isLoadTime) || holdsLoad && parameter.isContext { continue }
            members.append(parameter.member)
        }
        if case .held(let context?) = load { members.append(Array("\"num_ctx\":\(context)".utf8)) }
        return Array(members.joined(separator: [0x2c]))
    }
}
