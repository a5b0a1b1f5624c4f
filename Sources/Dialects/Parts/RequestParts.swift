public import NIOCore

/// One request as several, each of which an upstream answers by itself: one for each of several answers and prompts, or one
/// for each piece of a list of texts.
public struct RequestParts: Sendable {
    enum Kind: Sendable {
        /// `n` answers to each prompt, or to the conversation where there are none.
        case answers(Int, prompts: [JSONSlice])
        /// Pieces of a list of texts: the texts of each, and how many there are before them.
        case texts([(first: Int, texts: [JSONSlice])])
    }

    let request: ClientRequest
    let form: PartsForm
    let kind: Kind

    /// More answers than one request may have are not written: as many as OpenAI writes of one prompt.
    public static let most = 128
    /// A piece of a list of texts has so many at least, since each costs a request.
    static let leastTexts = 16

    /// The API by which it came.
    public var front: Front { request.front }

    /// The model that was asked for, in the body or beside it.
    public var model: String { request.model }

    /// How many there are.
    public var count: Int {
        switch kind {
        case .answers(let each, let prompts): each * max(1, prompts.count)
        case .texts(let pieces): pieces.count
        }
    }

    /// Whether each part answers for itself, so that one may come from another model than the others. Vectors of two models
    /// cannot be compared.
    public var mayDiffer: Bool { if case .answers = kind { true } else { false } }

    /// A request for several answers; nil for one.
    public init?(answersOf request: ClientRequest) {
        guard request.partsForm == .choices else { return nil }
        let (each, prompts) = request.body.withUnsafeReadableBytes { bytes in
            var prompts: [JSONSlice] = []
            let prompt = request.fields[.prompt]
            if request.work == .completion, bytes[prompt][0] == 0x5b {
                bytes.forEachElement(of: prompt) { prompts.append($0) }
            }
            let each = request.fields.has(.n) ? JSONNumber.integer(bytes[request.fields[.n]]) ?? 1 : 1
            return (max(1, each), prompts)
        }
        guard each > 1 || prompts.count > 1 else { return nil }
        self.request = request
        form = .choices
        kind = .answers(each, prompts: prompts)
    }

    /// A request for the vectors of many texts, in pieces of about the same length; nil where it is not worth while.
    ///
    /// - Parameter most: how many pieces can be worked on at once.
    public init?(textsOf request: ClientRequest, most: Int) {
        guard let form = request.partsForm, let texts = request.texts else { return nil }
        let count = min(most, texts.count / Self.leastTexts)
        guard count > 1 else { return nil }
        let whole = texts.reduce(0) { $0 + Int($1.count) }
        var pieces: [(first: Int, texts: [JSONSlice])] = []
        var (first, done) = (0, 0)
        for piece in 0..<count {
            // Up to its share of the bytes, and at least one text for each that follows.
            let goal = whole * (piece + 1) / count
            var end = first
            repeat {
                done += Int(texts[end].count)
                end += 1
            } while end < texts.count - (count - piece - 1) && (done < goal || piece == count - 1)
            pieces.append((first, Array(texts[first..<end])))
            first = end
        }
        self.request = request
        self.form = form
        kind = .texts(pieces)
    }

    /// The body of one of them.
    public func body(of part: Int) -> ByteBuffer {
        request.body.withUnsafeReadableBytes { bytes in
            var edits = JSONEdits()
            switch kind {
            case .answers(let each, let prompts):
                let prompt = prompts.isEmpty ? nil : prompts[part / each]
                edit(&edits, bytes, prompt: prompt, number: part % each, of: each)
            case .texts(let pieces):
                edits.replace(request.fields[.input], with: .bytes(Self.list(pieces[part].texts, of: bytes)))
            }
            var out = ByteBuffer()
            out.compose(atMost: bytes.count + edits.added) { edits.write(bytes, from: 0, to: bytes.count, to: &$0) }
            return out
        }
    }

    /// One answer to one prompt. Answers of one seed would be the same, so each has its own, the first the client's.
    private func edit(
        _ edits: inout JSONEdits, _ bytes: UnsafeRawBufferPointer, prompt: JSONSlice?, number: Int, of each: Int
    ) {
        let fields = request.fields
        // The best of as many as are wanted are all of them.
        let isAll = fields.has(.bestOf) && JSONNumber.integer(bytes[fields[.bestOf]]) == each
        edits.editMembers(of: bytes.object, in: bytes) { edits, name, value in
            switch Parameter.named(bytes[name]) {
            case .n: return false
            case .bestOf: return !isAll
            case .prompt: if let prompt { edits.replace(value, with: .part(prompt)) }
            case .seed: Self.reseed(value, by: number, in: bytes, &edits)
            case .options:
                guard bytes[value][0] == 0x7b else { break }
                bytes.forEachMember(of: value) { name, value in
                    if bytes[name].spells("seed") { Self.reseed(value, by: number, in: bytes, &edits) }
                }
            default: break
            }
            return true
        }
    }

    private static func reseed(
        _ value: JSONSlice, by number: Int, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) {
        guard number > 0, let seed = JSONNumber.integer(bytes[value]) else { return }
        edits.replace(value, with: .bytes(Array(String(seed &+ number).utf8)))
    }

    private static func list(_ texts: [JSONSlice], of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(texts.reduce(2) { $0 + Int($1.count) + 1 })
        for text in texts {
            out.append(out.isEmpty ? 0x5b : 0x2c)
            out.append(contentsOf: bytes[text])
        }
        out.append(0x5d)
        return out
    }
}

extension ClientRequest {
    private static let partBits = Parameter.bits([.n, .prompt, .input])

    /// How it may run as several; nil for one that is for one answer, as nearly all are.
    var partsForm: PartsForm? {
        guard fields.present & Self.partBits != 0 else { return nil }
        return front.api.partsForm
    }

    /// Whether it may be for several answers, or for the vectors of several texts: false is certain.
    public var mayHaveParts: Bool { partsForm != nil }

    /// The texts whose vectors are wanted, where they are a list.
    fileprivate var texts: [JSONSlice]? {
        guard let form = partsForm, form != .choices else { return nil }
        return body.withUnsafeReadableBytes { bytes in
            guard fields.has(.input), bytes[fields[.input]][0] == 0x5b else { return nil }
            var texts: [JSONSlice] = []
            bytes.forEachElement(of: fields[.input]) { texts.append($0) }
            return texts
        }
    }
}
