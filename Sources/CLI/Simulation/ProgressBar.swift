import Glibc

/// How far long work is, on the last line of a terminal's standard error; nothing where that is no terminal.
struct ProgressBar {
    private static let width = 30

    private let steps: Int
    private let isShown = isatty(STDERR_FILENO) == 1
    private var step = -1
    private var label = ""
    private var total = 1

    /// For work in that many equal steps.
    init(steps: Int) {
        self.steps = max(1, steps)
    }

    /// The next step begins; it has `total` parts.
    mutating func begin(_ label: String, of total: Int) {
        step += 1
        self.label = label
        self.total = max(1, total)
        show(0)
    }

    /// So many parts of the step are done.
    func show(_ done: Int) {
        guard isShown else { return }
        let share = (Double(step) + Double(done) / Double(total)) / Double(steps)
        let filled = min(Self.width, Int(share * Double(Self.width)))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.width - filled)
        write("\r[\(bar)] \(Int(share * 100)) %  \(label)\u{1B}[K")
    }

    /// The line is given back.
    func end() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
