extension String {
    /// The text without the white space at its ends; nil where there is none. A line feed at the end of a file with a
    /// secret is the usual one.
    var withoutOuterBlanks: String? {
        guard first?.isWhitespace == true || last?.isWhitespace == true else { return nil }
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }

    static let outerBlanksWarning = "begins or ends in white space, which is left out"
}
