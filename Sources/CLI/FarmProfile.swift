import BoxModel
import Farm
import FoundationEssentials

/// A farm's boxes as a JSON file describes them, for `drover farm --profile`. What is left out is as in a farm without one.
///
///     {"boxes": [{"count": 2, "gpu": "rtx-4090", "models": ["llama3.1:8b"], "slots": 2}, {"gpu": "t4"}]}
struct FarmProfile: Decodable {
    /// One kind of box.
    struct Box: Decodable {
        /// How many alike; 1.
        var count: Int?
        /// A `GPUClass` by name; `demo`. The figures below replace its own.
        var gpu: String?
        var models: [String]?
        /// Models in memory from the start.
        var preloaded: [String]?
        var slots: Int?
        var memoryBytes: Int?
        var prefillTokensPerSecond: Double?
        var decodeTokensPerSecond: Double?
        var decodeSlowdown: Double?
        var loadBytesPerSecond: Double?
        var maxQueue: Int?
        /// The fewest and the most tokens of an answer.
        var answerTokens: [Int]?

        enum CodingKeys: String, CodingKey {
            case count, gpu, models, preloaded, slots
            case memoryBytes = "memory_bytes"
            case prefillTokensPerSecond = "prefill_tokens_per_second"
            case decodeTokensPerSecond = "decode_tokens_per_second"
            case decodeSlowdown = "decode_slowdown"
            case loadBytesPerSecond = "load_bytes_per_second"
            case maxQueue = "max_queue"
            case answerTokens = "answer_tokens"
        }
    }

    var boxes: [Box]

    /// Why a profile cannot be used, with the file's name.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// The boxes of a file, in order.
    static func read(_ path: String) throws(Fault) -> [BoxProfile] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault(description: "\(path) cannot be read")
        }
        let profile: FarmProfile
        do {
            profile = try JSONDecoder().decode(FarmProfile.self, from: data)
        } catch {
            throw Fault(description: "\(path) is not a farm profile: \(Self.sentence(error))")
        }
        var boxes: [BoxProfile] = []
        for (number, box) in profile.boxes.enumerated() {
            do throws(Fault) {
                boxes += Array(repeating: try box.profile, count: max(1, box.count ?? 1))
            } catch {
                throw Fault(description: "\(path): boxes[\(number)]: \(error)")
            }
        }
        guard !boxes.isEmpty else { throw Fault(description: "\(path): boxes is empty") }
        return boxes
    }

    private static func sentence(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "it lacks \"\(key.stringValue)\""
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        default: "it is not JSON"
        }
    }
}

extension FarmProfile.Box {
    fileprivate var profile: BoxProfile {
        get throws(FarmProfile.Fault) {
            guard var card = GPUClass.named(gpu ?? "demo") else {
                let known = GPUClass.all.map(\.name).joined(separator: ", ")
                throw FarmProfile.Fault(description: "there is no gpu \"\(gpu ?? "")\"; there are: \(known)")
            }
            let figures = [prefillTokensPerSecond, decodeTokensPerSecond, loadBytesPerSecond].compactMap(\.self)
            guard figures.allSatisfy({ $0 > 0 }), (slots ?? 1) > 0, (memoryBytes ?? 1) > 0, (decodeSlowdown ?? 0) >= 0
            else {
                throw FarmProfile.Fault(
                    description: "speeds, slots and memory are above 0, decode_slowdown is not below")
            }
            card.slots = slots ?? card.slots
            card.memoryBytes = memoryBytes ?? card.memoryBytes
            card.prefillTokensPerSecond = prefillTokensPerSecond ?? card.prefillTokensPerSecond
            card.decodeTokensPerSecond = decodeTokensPerSecond ?? card.decodeTokensPerSecond
            card.decodeSlowdown = decodeSlowdown ?? card.decodeSlowdown
            card.loadBytesPerSecond = loadBytesPerSecond ?? card.loadBytesPerSecond
            var box = BoxProfile(gpu: card, models: (models ?? ["llama3.1:8b"]).map(ModelProfile.init(tag:)))
            box.preloaded = preloaded ?? []
            box.maxQueue = maxQueue ?? box.maxQueue
            if let answerTokens {
                guard answerTokens.count == 2, answerTokens[0] > 0, answerTokens[0] <= answerTokens[1] else {
                    throw FarmProfile.Fault(description: "answer_tokens is the fewest and the most, such as [12, 40]")
                }
                box.answerTokens = answerTokens[0]...answerTokens[1]
            }
            return box
        }
    }
}
