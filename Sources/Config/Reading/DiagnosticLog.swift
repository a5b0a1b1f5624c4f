/// Gathers faults and warnings in the order they are found; the loader sorts them into file order.
final class DiagnosticLog {
    private(set) var faults: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []
    private(set) var refusals: [Diagnostic] = []
    /// Those of the warnings that say a variable is unset or empty.
    private(set) var unset: [Diagnostic] = []
    /// Files in the order they were opened: the main one first.
    private var files: [String: Int] = [:]
    /// How many more unknown names are compared with those that there are.
    private var guesses = 1000

    /// Whether one more name may be compared with those that there are: nobody reads a thousand guesses, and each takes time.
    func mayGuess() -> Bool {
        guesses -= 1
        return guesses >= 0
    }

    func opened(_ file: String) {
        files[file] = files[file] ?? files.count
    }

    func fault(_ mark: SourceMark?, _ path: String, _ message: String) {
        faults.append(Diagnostic(mark: mark, path: path, message: message))
    }

    func warning(_ mark: SourceMark?, _ path: String, _ message: String) {
        warnings.append(Diagnostic(mark: mark, path: path, message: message))
    }

    func unsetVariable(_ mark: SourceMark?, _ path: String, _ message: String) {
        warning(mark, path, message)
        unset.append(Diagnostic(mark: mark, path: path, message: message))
    }

    func refusal(_ diagnostic: Diagnostic) {
        refusals.append(diagnostic)
    }

    /// In file order; what one line gives rise to several times (through an alias) once.
    func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let unique = diagnostics.filter { diagnostic in
            var place = diagnostic
            if place.mark != nil { place.path = "" }
            return seen.insert(place).inserted
        }
        func key(_ diagnostic: Diagnostic) -> (Int, Int, Int) {
            guard let mark = diagnostic.mark else { return (.max, 0, 0) }
            return (files[mark.file] ?? .max - 1, mark.line, mark.column)
        }
        return unique.enumerated()
            .sorted { left, right in
                let (a, b) = (key(left.element), key(right.element))
                return a == b ? left.offset < right.offset : a < b
            }
            .map(\.element)
    }
}
