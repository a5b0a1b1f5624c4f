/// Rows of text in columns that are as wide as their widest cell.
struct TextTable {
    let titles: [String]
    private(set) var rows: [[String]] = []
    /// The columns of numbers, which stand to the right.
    let numbers: Set<Int>

    init(_ titles: [String], numbers: Set<Int> = []) {
        self.titles = titles
        self.numbers = numbers
    }

    mutating func add(_ cells: [String]) { rows.append(cells.map(\.forTerminal)) }

    /// - Parameter coloured: the titles stand out.
    func text(coloured: Bool) -> String {
        let widths = titles.indices.map { column in
            ([titles] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.indices.map { column -> String in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return numbers.contains(column) ? space + cells[column] : cells[column] + space
            }
            var text = padded.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text
        }
        let head = line(titles)
        return ([coloured ? TerminalColour.bold.paint(head) : head] + rows.map(line)).joined(separator: "\n") + "\n"
    }
}
