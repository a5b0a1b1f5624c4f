import BoxModel

/// The options of a request that matter to a simulated model.
struct RunOptions {
    /// The options that the model must be loaded with.
    var load = LoadOptions()
    /// The most tokens to write; nil for no limit.
    var tokenLimit: Int?
    var seed: Int?
    var stop: [String] = []

    private static let integers = [
        "num_keep", "seed", "num_predict", "top_k", "repeat_last_n", "num_ctx", "num_batch", "num_gpu", "main_gpu",
        "num_thread", "draft_num_predict",
    ]
    private static let floats = [
        "top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty", "frequency_penalty",
    ]
    /// Those that a model is loaded with, and what they are when nobody says.
    private static let loadTime = ["num_batch": 512, "num_gpu": -1, "main_gpu": 0, "num_thread": 0]

    init() {}

    /// From the `options` of a native request; other names are ignored, a wrong type is refused.
    init(_ options: JSONValue?) throws(Rejection) {
        guard let options else { return }
        var others: [String] = []
        for member in options.members ?? [] where member.value != .null {
            let (name, value) = (member.name, member.value)
            if Self.integers.contains(name) {
                guard let number = value.double.flatMap({ Int(exactly: $0.rounded(.towardZero)) }) else {
                    throw Rejection(500, "option \"\(name)\" must be of type integer")
                }
                switch name {
                case "num_ctx": load.context = number
                case "num_predict": tokenLimit = number > 0 ? number : nil
                case "seed": seed = number
                default:
                    if let usual = Self.loadTime[name], number != usual { others.append("\(name)=\(number)") }
                }
            } else if Self.floats.contains(name) {
                guard value.double != nil else {
                    throw Rejection(500, "option \"\(name)\" must be of type float32")
                }
            } else if name == "use_mmap" {
                guard let flag = value.bool else {
                    throw Rejection(500, "option \"\(name)\" must be of type boolean")
                }
                others.append("use_mmap=\(flag)")
            } else if name == "stop" {
                guard let items = value.array else {
                    throw Rejection(500, "option \"\(name)\" must be of type array")
                }
                stop = items.compactMap(\.string)
            }
        }
        load.others = others.sorted().joined(separator: " ")
    }
}
