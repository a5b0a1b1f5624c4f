/// The fault that a box has now, and how much of it is left.
struct ActiveFault {
    let fault: FarmFault
    /// Requests it will still touch; nil for any number.
    private(set) var timesLeft: Int?

    init(_ fault: FarmFault) {
        self.fault = fault
        timesLeft = fault.times
    }

    /// Whether nothing is left of it.
    var isSpent: Bool { timesLeft.map { $0 <= 0 } ?? false }

    /// Whether it touches this request; counts if so.
    ///
    /// - Parameter runsModel: The request would run a model.
    mutating func touches(path: String, runsModel: Bool, dice: inout Dice) -> Bool {
        guard !isSpent, isInScope(path, runsModel) else { return false }
        if let rate = fault.rate, dice.unit() >= rate { return false }
        timesLeft? -= 1
        return true
    }

    /// Whether the box lacks that model, or shows another digest for it.
    func concerns(_ model: String) -> Bool {
        guard let name = fault.model else { return true }
        return ModelName(name)?.key == ModelName(model)?.key
    }

    private func isInScope(_ path: String, _ runsModel: Bool) -> Bool {
        switch fault.kind {
        case .none, .refuse, .wrongDigest, .missingTag, .slowTokens: return false
        case .hang where fault.path == nil: return true
        default: return fault.path.map { path.hasPrefix($0) } ?? runsModel
        }
    }
}
