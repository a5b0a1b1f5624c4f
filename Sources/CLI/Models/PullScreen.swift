import Dialects

/// The progress of a pull on a terminal: a line per box, drawn over itself; where nobody looks, a line for each step of a box.
struct PullScreen {
    enum End: Equatable {
        case succeeded
        case failed(String)
    }

    private struct Box {
        var name: String
        var status: String
        var total: Int
        var completed: Int
    }

    private let redraws: Bool
    private var boxes: [Box] = []
    /// Lines that stand on the terminal already.
    private var drawn = 0
    /// What the last line said; nil before it.
    private(set) var end: End?

    init(redraws: Bool) { self.redraws = redraws }

    /// Takes a line of the gateway's.
    /// - Returns: what the terminal is to be given.
    mutating func take(_ line: JSONText, columns: Int) -> String {
        guard case .text(let name)? = line.member("box")?.content else {
            if case .text(let error)? = line.member("error")?.content {
                end = .failed(error)
            } else if line.text("status") == "success" {
                end = .succeeded
            }
            return ""
        }
        let box = Box(
            name: name, status: line.text("status"), total: line.number("total"), completed: line.number("completed"))
        let known = boxes.firstIndex { $0.name == name }
        let isNewStep = known.map { boxes[$0].status != box.status } ?? true
        if let known { boxes[known] = box } else { boxes.append(box) }
        guard redraws else { return isNewStep ? "\(box.name): \(box.status)".forTerminal + "\n" : "" }
        return redrawn(columns)
    }

    private mutating func redrawn(_ columns: Int) -> String {
        let up = drawn > 0 ? "\u{1B}[\(drawn)F" : ""
        drawn = boxes.count
        let width = boxes.map(\.name.count).max() ?? 0
        return up + boxes.map { Self.line($0, width, columns) + "\u{1B}[K\n" }.joined()
    }

    private static let bar = 24

    private static func line(_ box: Box, _ width: Int, _ columns: Int) -> String {
        var text = box.name + String(repeating: " ", count: width - box.name.count) + "  "
        if box.total > 0 {
            let share = min(1, Double(box.completed) / Double(box.total))
            let filled = Int(share * Double(bar))
            let percent = String(Int(share * 100))
            text += "[\(String(repeating: "#", count: filled))\(String(repeating: "-", count: bar - filled))] "
            text += String(repeating: " ", count: max(0, 3 - percent.count)) + "\(percent) %  "
            text += "\(size(box.completed)) of \(size(box.total))  "
        }
        text += box.status
        // A line that wraps would be drawn over another.
        return String(text.forTerminal.prefix(max(columns - 1, 1)))
    }

    /// As Ollama writes sizes: powers of ten.
    static func size(_ bytes: Int) -> String {
        for (unit, factor) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where Double(bytes) >= factor {
            let tenths = (Double(bytes) / factor * 10).rounded() / 10
            return tenths >= 100 ? "\(Int(tenths)) \(unit)" : "\(tenths) \(unit)"
        }
        return "\(bytes) B"
    }
}
