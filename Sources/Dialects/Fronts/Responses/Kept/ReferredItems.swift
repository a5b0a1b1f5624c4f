/// The items of kept answers by their ids: each answer is read once, however many of its items are asked for.
struct ReferredItems {
    /// Where an item is.
    private enum Place {
        case output([UInt8])
        case input(Int)
    }

    private struct Index {
        let input: KeptInput
        var places: [String: Place] = [:]
    }

    private let answers: [String: KeptResponse]
    private var indexes: [String: Index] = [:]

    /// - Parameter kept: of several with one id, the first one counts.
    init(of kept: [KeptResponse]) { answers = Dictionary(kept.map { ($0.id, $0) }) { first, _ in first } }

    func has(_ response: String) -> Bool { answers[response] != nil }

    /// The item of this response's output, or of its input as that is listed, that has this id.
    mutating func item(_ id: String, of response: String) -> [UInt8]? {
        guard let index = index(of: response), let place = index.places[id] else { return nil }
        return switch place {
        case .output(let item): item
        case .input(let number): index.input.item(number)
        }
    }

    private mutating func index(of response: String) -> Index? {
        if let index = indexes[response] { return index }
        guard let answer = answers[response] else { return nil }
        var index = Index(input: KeptInput(answer))
        answer.object.withUnsafeBytes { bytes in
            JSONValue(bytes)["output"]?.forEachElement { item in
                if let id = item["id"]?.text { index.places[JSONString.decode(id)] = .output(Array(item.raw)) }
            }
        }
        for (number, id) in index.input.allIDs.enumerated() where index.places[id] == nil {
            index.places[id] = .input(number)
        }
        indexes[response] = index
        return index
    }
}
